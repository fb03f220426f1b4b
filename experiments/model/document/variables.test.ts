// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExperiment } from "../read/experiment.ts";
import { redact } from "../secrets/redact.ts";
import { readDocuments } from "./document.ts";
import { substitute, substituteDocument } from "./variables.ts";

const documentOf = (text: string) => readDocuments(text, "file.yaml").documents[0]!;

describe("substitute", () => {
  it("replaces variables in every text, and more than one in a text", () => {
    const { value, used } = substitute({ a: ["http://${HOST}:${PORT}/"], b: 1 }, { HOST: "db", PORT: "80" });
    expect(value).toEqual({ a: ["http://db:80/"], b: 1 });
    expect(used).toEqual(["HOST", "PORT"]);
  });

  it("takes the default when a variable is not set or empty", () => {
    expect(substitute("${A:-x}${B:-y}${C:-}", { B: "" }).value).toBe("xy");
  });

  it("leaves an empty variable empty where there is no default", () => {
    const { value, problems } = substitute("[${A}]", { A: "" });
    expect([value, problems]).toEqual(["[]", []]);
  });

  it("does not look into what it put in", () => {
    expect(substitute("${A}", { A: "${B}", B: "b" }).value).toBe("${B}");
  });

  it("takes `$${` for a plain `${`", () => {
    expect(substitute("$${A} costs $5", { A: "a" }).value).toBe("${A} costs $5");
  });

  it("leaves what is not set as it is written when it is only a part of the whole, so that the rest can follow", () => {
    const text = "${A} ${B} ${C:-c} $${D}";
    const first = substitute(text, { A: "${B}" }, { partial: true });
    expect(first).toMatchObject({ value: "$${B} ${B} ${C:-c} $${D}", used: ["A"], problems: [] });
    expect(substitute(first.value, { B: "b" }).value).toBe("${B} b c ${D}");
  });

  it("never touches keys", () => {
    expect(substitute({ "${A}": 1 }, { A: "a" }).value).toEqual({ "${A}": 1 });
  });

  it("finds nothing on the prototype of the environment", () => {
    expect(substitute("${constructor}", {}).problems).toHaveLength(1);
  });

  it("names a missing variable, and the one that was perhaps meant", () => {
    const [problem] = substitute({ a: ["${TOKN}"] }, { TOKEN: "t", HOME: "/" }).problems;
    expect(problem).toEqual({
      path: ["a", 0],
      message: "the variable TOKN is not set; give it with --set TOKN=VALUE or a default, ${TOKN:-VALUE}",
      suggestion: "TOKEN",
    });
  });

  it("refuses what begins like a variable and is none", () => {
    expect(substitute("${1A} ${", {}).problems.map(({ message }) => message)).toEqual([
      '"${1A}" begins no variable; write `$${` for a plain `${`, or a name of letters, digits and _',
      '"${" begins no variable; write `$${` for a plain `${`, or a name of letters, digits and _',
    ]);
    const others = ["${X:3s}", "${X-3s}", "${X:=3s}", "${X:?3s}"];
    expect(
      others.flatMap((text) => substitute(text, { X: "1s" }).problems.map(({ suggestion }) => suggestion)),
    ).toEqual(others.map(() => "${X:-3s}"));
  });
});

describe("secrets", () => {
  it("are all values from the environment but public ones, short ones and defaults", () => {
    const environment = { TOKEN: "hunter22", HOST: "example", NO: "no" };
    const { secrets } = substitute("${TOKEN} ${HOST} ${NO} ${OTHER:-default}", environment, { public: ["HOST"] });
    expect(secrets).toEqual(["hunter22"]);
  });

  it("are not what the annotation of the file lists", () => {
    const text = 'metadata: { annotations: { squall.dev/public: "HOST, REGION" } }\na: "${HOST} ${REGION} ${TOKEN}"\n';
    const { secrets } = substituteDocument(documentOf(text), { HOST: "example", REGION: "north", TOKEN: "hunter22" });
    expect(secrets).toEqual(["hunter22"]);
  });
});

describe("problems of a document with secrets in it", () => {
  const secret = `hunter22${"x".repeat(100)}`;
  it.each([
    ["spec:\n  seed: ${TOKEN}", /got the value of a variable/],
    ["metadata: { name: 'a ${TOKEN} b' }", /got the value of a variable/],
    ["kind: ${TOKEN}", /expected Experiment/],
    ["spec: { halt: [{ name: '${TOKEN}' }, { name: '${TOKEN}' }] }", /is used twice/],
  ])("%s names none of them, not even in part", (text, expected) => {
    const read = readExperiment(substituteDocument(documentOf(text), { TOKEN: secret }).value);
    const shown = JSON.stringify(read);
    expect(shown).toMatch(expected);
    expect(shown).not.toContain("hunter22");
  });
});

describe("substitution in a document", () => {
  it("gives a missing variable its place", () => {
    const { problems } = substituteDocument(documentOf("a:\n  - b\n  - ${MISSING}\n"), {});
    expect(problems).toMatchObject([{ file: "file.yaml", line: 3, column: 5, path: ["a", 1] }]);
  });

  it("makes a number or boolean of an unquoted value that is one variable, and text of all else", () => {
    const text = 'a: ${N}\nb: "${N}"\nc: ${N}s\nd: ${T}\ne: ${Z}\nf: ${BIG}\ng: ${TEXT}\n';
    const environment = { N: "30", T: "true", Z: "007", BIG: "12345678901234567890", TEXT: "null" };
    expect(substituteDocument(documentOf(text), environment).value.value).toEqual({
      a: 30,
      b: "30",
      c: "30s",
      d: true,
      e: "007",
      f: "12345678901234567890",
      g: "null",
    });
  });
});

describe("redact", () => {
  it("hides secrets in texts and keys, at any depth, encoded ones too", () => {
    const value = { "k hunter 2": [{ url: "/?q=hunter%202", n: 1 }, "hunter 2hunter 2"] };
    expect(redact(value, ["hunter 2"])).toEqual({
      "k [redacted]": [{ url: "/?q=[redacted]", n: 1 }, "[redacted][redacted]"],
    });
  });

  it("hides the whole of a secret that contains another", () => {
    expect(redact("a-secret-b", ["secret", "a-secret-b"])).toBe("[redacted]");
  });

  it("survives half a surrogate pair", () => {
    expect(redact("x\ud800yz", ["\ud800yz"])).toBe("x[redacted]");
  });

  it("leaves no secret that was put into any value", () => {
    const secret = fc.string({ minLength: 4 }).filter((text) => !"[redacted]".includes(text));
    fc.assert(
      fc.property(fc.jsonValue(), secret, (value, text) => {
        const { value: filled, secrets } = substitute({ value, at: "<${S}>" }, { S: text });
        fc.pre(secrets.length === 1);
        const hidden = redact(filled, secrets) as { at: string };
        return hidden.at === "<[redacted]>" || !hidden.at.includes(text);
      }),
    );
  });
});
