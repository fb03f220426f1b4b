import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUN_SELECTOR, readLabelSelector, readRunSelector } from "./label-selector.ts";

describe("a selector of labels", () => {
  it("is a list of requirements, all of which must hold", () => {
    expect(readLabelSelector("a=b, c!=d,e in (f, g),!h , i")).toEqual([
      { key: "a", values: ["b"], isIn: true },
      { key: "c", values: ["d"], isIn: false },
      { key: "e", values: ["f", "g"], isIn: true },
      { key: "h", values: null, isIn: false },
      { key: "i", values: null, isIn: true },
    ]);
  });
  it("names the first term that is none", () => {
    expect(readLabelSelector("a=b,c within (d)")).toEqual({ wrong: "c within (d)" });
  });
  it("of runs may be a single key=value with any text, since their labels hold any", () => {
    expect(readRunSelector("team=a=b & c")).toEqual([{ key: "team", values: ["a=b & c"], isIn: true }]);
    for (const selector of ["a!=b c", "a in (b=c", "=b", ""]) expect(readRunSelector(selector)).toHaveProperty("wrong");
  });
  it("is what its pattern says", () => {
    const word = fc.constantFrom(
      "a",
      "b.c",
      "a/b",
      "-",
      "_",
      "in",
      "notin",
      "(",
      ")",
      ",",
      "=",
      "==",
      "!=",
      "!",
      " ",
      "é",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (words) => {
        const selector = words.join("");
        expect(RUN_SELECTOR.test(selector), selector).toBe(!("wrong" in readRunSelector(selector)));
      }),
      { numRuns: 20_000 },
    );
  });
  it.each([
    ["keys", `${"a,".repeat(80)}${"a.".repeat(80)}(`],
    ["spaced keys", `${"a , ".repeat(80)}(`],
    ["empty values", `a,${"a= ,".repeat(79)}(`],
    ["spaced values", `a,${"a = b , ".repeat(39)}(`],
    ["negations", `${"! a , ".repeat(53)}(`],
    ["sets", `${"a in (b , c ) , ".repeat(20)}(`],
    ["an open set", `a in (${" b ,".repeat(80)}!`],
    ["an open set of empty values", `a in (${" , ".repeat(100)}!`],
    ["spaces", `a${" ".repeat(15_000)}(`],
    ["spaces alone", " ".repeat(300)],
  ])("is refused in time that does not grow with its square: %s", (_, selector) => {
    const before = performance.now();
    expect(RUN_SELECTOR.test(selector)).toBe(false);
    expect(performance.now() - before).toBeLessThan(100);
  });
});
