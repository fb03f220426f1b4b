import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { HOSTILE } from "../../test/cli/hostile.ts";
import { hostileRun, sampleRun } from "../../test/cli/sample-run.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { annotationsOf, annotationsOfProblems } from "./annotation.ts";
import { sarifReport } from "./sarif.ts";

/**
 * OASIS schema, as the package @microsoft/jest-sarif 1.0.0-beta.0 (MIT) carries it. The schema is of draft 4, in which
 * `id` stands for `$id`; no other part differs from draft 7.
 */
const {
  id: _id,
  $schema: _draft,
  ...schema
} = JSON.parse(readFileSync(new URL("../../test/cli/sarif.schema.json", import.meta.url), "utf8"));
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
/** The command runs in /repo/sub. */
const HERE = { version: "0.1.0", pathOf: (file: string) => (file.startsWith("/") ? file : `sub/./x/../${file}`) };
const parsed = (...runs: Parameters<typeof annotationsOf>[0]) => {
  const log = JSON.parse(sarifReport(annotationsOf(runs), HERE));
  expect({ valid: validate(log), errors: validate.errors }).toEqual({ valid: true, errors: null });
  return log.runs[0];
};

describe("a report as SARIF", () => {
  it("has a result at its line, below the repository, for each run that is not HELD", () => {
    const verdicts: readonly Verdict[] = ["HELD", "BROKEN", "INVALID", "INCONCLUSIVE", "HALTED", "RESIDUE"];
    const { results, tool } = parsed(...verdicts.map((verdict) => sampleRun({ verdict, line: 17 })));
    expect(results.map(({ ruleId }: { ruleId: string }) => ruleId.split("/")[0])).toEqual(verdicts.slice(1));
    expect(results[0]).toMatchObject({
      ...{ ruleId: "BROKEN/expectation", level: "error" },
      message: { text: expect.stringContaining("61 of 400 checkouts took over 500 ms") },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "sub/experiments/checkout.yaml", uriBaseId: "%SRCROOT%" },
            region: { startLine: 17 },
          },
        },
      ],
    });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });
  it("has each problem of files that could not be run", () => {
    const problem = { file: "a b.yaml", line: 3, column: 7, message: "unknown key `latncy`", excerpt: [] };
    const log = JSON.parse(sarifReport(annotationsOfProblems([problem as never]), HERE));
    expect(validate(log)).toBe(true);
    expect(log.runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "sub/a%20b.yaml", uriBaseId: "%SRCROOT%" },
      region: { startLine: 3, startColumn: 7 },
    });
  });
  it("names the file alone where the line is not known", () => {
    const [{ locations }] = parsed(sampleRun()).results;
    expect(locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "sub/experiments/checkout.yaml", uriBaseId: "%SRCROOT%" },
    });
  });
  it("names no place where the experiment came without a file, and a whole path outside the repository", () => {
    expect(parsed(sampleRun({ file: null })).results[0]).not.toHaveProperty("locations");
    const [{ locations }] = parsed(sampleRun({ file: "/elsewhere/x.yaml" })).results;
    expect(locations[0].physicalLocation.artifactLocation).toEqual({ uri: "file:///elsewhere/x.yaml" });
  });
  it("is empty, and valid, where all held", () => {
    expect(parsed(sampleRun({ verdict: "HELD" }))).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
  });
  it.each(HOSTILE)("is valid with any text, and makes no link of it: %j", (text) => {
    for (const { message } of parsed(hostileRun(text), hostileRun("[a](http://b)")).results)
      expect(message.text).not.toMatch(/(?<!\\)\[/);
  });
});
