import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { SCHEMA_FOLDER, schemaTexts } from "../scripts/schemas.ts";
import { badExperiments, GOOD_EXPERIMENT } from "../test/corpus/bad-experiments.ts";
import { badMeshes, GOOD_MESH } from "../test/corpus/bad-meshes.ts";
import { badPolicies, GOOD_POLICY } from "../test/corpus/bad-policies.ts";
import { badSchedules, GOOD_SCHEDULE } from "../test/corpus/bad-schedules.ts";
import { caseOf } from "../test/corpus/read-cases.ts";
import { readDocuments } from "./model/document/document.ts";

const GOOD = join(import.meta.dirname, "../test/corpus/good");
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
const accepts = new Map(
  [...schemaTexts()].map(([name, text]) => [name, ajv.compile(JSON.parse(text) as object)] as const),
);
const verdictOf = (text: string): boolean => {
  const { documents } = readDocuments(text, "file.yaml");
  const { kind, value } = documents[0]!;
  return accepts.get(`${kind!.toLowerCase()}.schema.json`)!(value);
};

type Node = Record<string, unknown>;
/** Every schema below a node, with the path from the root. */
const walk = (node: unknown, path = "#"): { node: Node; path: string }[] => {
  if (Array.isArray(node)) return node.flatMap((item, i) => walk(item, `${path}/${i}`));
  if (typeof node !== "object" || node === null) return [];
  const inner = Object.entries(node).filter(([key]) => !["examples", "default", "enum", "const"].includes(key));
  return [{ node: node as Node, path }, ...inner.flatMap(([key, value]) => walk(value, `${path}/${key}`))];
};
const everywhere = [...schemaTexts()].flatMap(([name, text]) => walk(JSON.parse(text), name));

const texts = schemaTexts();
const defsOf = (file: string) => (JSON.parse(texts.get(file)!) as Node).$defs;

describe("the JSON Schemas", () => {
  it.each([...schemaTexts()])("%s is what `npm run schemas` writes", (name, text) => {
    expect(readFileSync(join(SCHEMA_FOLDER, name), "utf8")).toBe(text);
  });

  it.each(readdirSync(GOOD))("accept %s, which the parser accepts", (name) => {
    expect(verdictOf(readFileSync(join(GOOD, name), "utf8"))).toBe(true);
  });

  it.each(badExperiments)("say of $name what the parser says, unless only the parser can", (bad) => {
    expect(verdictOf(caseOf(GOOD_EXPERIMENT, bad).text)).toBe(bad.parserOnly === true);
  });

  it.each(badMeshes)("say of $name what the parser says, unless only the parser can ", (bad) => {
    expect(verdictOf(caseOf(GOOD_MESH, bad).text)).toBe(bad.parserOnly === true);
  });

  it.each(badSchedules)("say of $name what the parser says, unless only the parser can  ", (bad) => {
    expect(verdictOf(caseOf(GOOD_SCHEDULE, bad).text)).toBe(bad.parserOnly === true);
  });

  it.each(badPolicies)("say of $name what the parser says, unless only the parser can   ", (bad) => {
    expect(verdictOf(caseOf(GOOD_POLICY, bad).text)).toBe(bad.parserOnly === true);
  });

  it("have no key and no value that YAML 1.1 reads as a boolean", () => {
    const words = everywhere.flatMap(({ node }) => [
      ...Object.keys((node.properties as object | undefined) ?? {}),
      ...((node.enum as unknown[] | undefined) ?? []),
      node.const,
    ]);
    expect(words.length).toBeGreaterThan(200);
    expect(words.filter((word) => /^(?:on|off|yes|no|y|n)$/i.test(String(word)))).toEqual([]);
  });

  it("describe every field", () => {
    const silent = everywhere.flatMap(({ node, path }) =>
      Object.entries((node.properties as Record<string, Node> | undefined) ?? {})
        .filter(([, field]) => field.description === undefined && field.$ref === undefined)
        .map(([key]) => `${path}/${key}`),
    );
    expect(silent).toEqual([]);
  });

  it("give defaults and examples in the form in which they are written", () => {
    const given = everywhere.flatMap(({ node, path }) => {
      const values = [...((node.examples as unknown[]) ?? []), ...("default" in node ? [node.default] : [])];
      return values.map((value) => ({ node, value, file: path.split("/")[0]! }));
    });
    expect(given.length).toBeGreaterThan(50);
    const wrong = [...new Map(given.map((each) => [JSON.stringify(each), each] as const)).values()].filter(
      ({ node, value, file }) => {
        const definitions = JSON.stringify(node).includes('"$ref"') ? { $defs: defsOf(file) } : {};
        return !ajv.validate({ ...node, ...definitions }, value);
      },
    );
    expect(wrong).toEqual([]);
  }, 60_000);
});
