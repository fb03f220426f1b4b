import { describe, expect, it } from "vitest";
import { cursorAt } from "./cursor.ts";

/** `|` is the cursor. */
const at = (marked: string) => {
  const offset = marked.indexOf("|");
  return cursorAt(marked.slice(0, offset) + marked.slice(offset + 1), offset);
};
const place = (marked: string) => {
  const found = at(marked);
  return found && `${found.at} ${found.path.join(".")} ${JSON.stringify(found.word)}`;
};
const FILE = `kind: Experiment
metadata:
  name: a
spec:
  hypothesis:
    - name: one
      http: { to: gateway }
    - name: two
`;

describe("where the cursor stands", () => {
  it("is a key of the map that its column belongs to", () => {
    expect(place("met|")).toBe('key  "met"');
    expect(place(`${FILE}      obj|`)).toBe('key spec.hypothesis.1 "obj"');
    expect(place(`${FILE}  fau|`)).toBe('key spec "fau"');
    expect(place(`${FILE}|`)).toBe('key  ""');
    expect(place(`${FILE}    - |`)).toBe('key spec.hypothesis.2 ""');
  });
  it("is found below a list that stands in the column of its key", () => {
    expect(place("spec:\n  faults:\n  - name: x\n    la|")).toBe('key spec.faults.0 "la"');
    expect(place("spec:\n  faults:\n  - name: x\n  lim|")).toBe('key spec "lim"');
  });
  it("is a value behind a key, but not right behind the colon", () => {
    expect(place("spec:\n  onBroken: re|")).toBe('value spec.onBroken "re"');
    expect(place("spec:\n  onBroken: |")).toBe('value spec.onBroken ""');
    expect(place("spec:\n  onBroken:|")).toBeNull();
  });
  it("is found within maps and lists on one line or many", () => {
    expect(place("spec:\n  faults:\n    - edge: { from: a, t| }")).toBe('key spec.faults.0.edge "t"');
    expect(place("spec:\n  faults:\n    - edge: { from: che|, to: b }")).toBe('value spec.faults.0.edge.from "che"');
    expect(place("spec:\n  limits: { services: [a, b|] }")).toBe('value spec.limits.services.1 "b"');
    expect(place("spec:\n  phases: {\n    warmup: 1s,\n    base|\n  }")).toBe('key spec.phases "base"');
    expect(place("a: { b: { c: 1 }, d|")).toBe('key a "d"');
  });
  it("knows the other keys of the map, before it and behind", () => {
    expect([...at("spec:\n  seed: 1\n  |\n  limits: {}\nkind: x")!.beside.keys()].sort()).toEqual(["limits", "seed"]);
    const flow = at("edge: { from: a, |, match: { path: x } }")!;
    expect([...flow.beside]).toEqual([
      ["from", "a"],
      ["match", ""],
    ]);
  });
  it("is nowhere in notes, in texts of many lines, and behind what is closed", () => {
    expect(place("a: b # not|")).toBeNull();
    expect(place("a: |\n".replace("|", "\u0000") + "  text|".replace("\u0000", "|"))).toBe('key a "text"');
    expect(cursorAt("a: |\n  text", 11)).toBeNull();
    expect(place("a: { b: c } |")).toBeNull();
    expect(place("a: { b: c, # d|")).toBeNull();
  });
  it("is not confused by an earlier document", () => {
    expect(place("a:\n  b: [\n---\nspec:\n  li|")).toBe('key spec "li"');
  });
  it("is not confused by quotes, brackets in them, and keys with dots", () => {
    expect(place('a:\n  "b c": { "x}": "y]", z|')).toBe('key a.b c "z"');
    expect(place("metadata:\n  annotations:\n    squall.dev/expect: HE|")).toBe(
      'value metadata.annotations.squall.dev/expect "HE"',
    );
  });
  it("never fails, wherever it stands in whatever text", () => {
    const texts = [FILE, "- - - x\n - y:\n{[}", "a: 'b\n c", "\t- x: [", ": :\n-:\n---\n...", "? a\n: b\n&x *y !t"];
    for (const text of texts) for (let i = 0; i <= text.length; i++) expect(() => cursorAt(text, i)).not.toThrow();
  });
});
