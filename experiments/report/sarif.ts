/**
 * SARIF 2.1.0 (OASIS): a result with file and line for each run that is not HELD, and for each issue of a file that
 * could not be run.
 */
import { printable } from "../model/text/printable.ts";
import type { Annotation } from "./annotation.ts";
import { json } from "./escape/json.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

export interface SarifOptions {
  readonly version: string;
  /** Path of an annotation's file from the repository's root; absolute where the file is outside the repository. */
  pathOf(file: string): string;
}
/** Plain text of a message: `[a](b)` would be a link (section 3.11.6). */
const messageText = (text: string): string =>
  text
    .split("\n")
    .map(printable)
    .join("\n")
    .replace(/[\\[\]]/g, "\\$&");

/** `./a//b/../c` → `a/c`; segments that lead out of the repository are kept. */
const plainSegments = (path: string): readonly string[] => {
  const kept: string[] = [];
  for (const segment of path.split("/").filter((one) => one !== "" && one !== "."))
    if (segment === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else kept.push(segment);
  return kept;
};
/** URI reference of a file (section 3.4): relative to the repository, or absolute. */
const artifactOf = (path: string) => {
  // Half a surrogate pair is no character that a URI can hold.
  const whole = path.replace(/\p{Cs}/gu, "\ufffd");
  const uri = plainSegments(whole).map(encodeURIComponent).join("/");
  return path.startsWith("/") ? { uri: `file:///${uri}` } : { uri, uriBaseId: "%SRCROOT%" };
};
const ruleName = (rule: string): string => rule.replace("/", ": ");

const resultOf = (
  { file, line, column, rule, title, message }: Annotation,
  ruleIndex: number,
  { pathOf }: SarifOptions,
): object => ({
  ruleId: rule,
  ruleIndex,
  level: "error",
  message: { text: messageText(`${title}: ${message}`) },
  ...(file === null
    ? {}
    : {
        locations: [
          {
            physicalLocation: {
              artifactLocation: artifactOf(pathOf(file)),
              ...(line === undefined
                ? {}
                : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
            },
          },
        ],
      }),
});

/** Ends without a line break. */
export const sarifReport = (annotations: readonly Annotation[], options: SarifOptions): string => {
  const rules = [...new Set(annotations.map(({ rule }) => rule))].sort();
  const driver = {
    ...{ name: "squall", semanticVersion: options.version },
    rules: rules.map((id) => ({
      ...{ id, name: id.replaceAll(/\W+/g, "-"), shortDescription: { text: `The verdict is ${ruleName(id)}` } },
      ...{ defaultConfiguration: { level: "error" }, properties: { tags: ["resilience"] } },
    })),
  };
  const results = annotations.map((one) => resultOf(one, rules.indexOf(one.rule), options));
  return json(
    { $schema: SCHEMA, version: "2.1.0", runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }] },
    2,
  );
};
