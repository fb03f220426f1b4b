/** SARIF 2.1.0 (OASIS): a result at its line for each run that is not HELD, and for each problem of a file that could not be run. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { printable } from "../../experiments/model/printable.ts";
import { json } from "../escape/json.ts";
import { shownPath } from "../files/collect.ts";
import type { Annotation } from "./annotation.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

export interface SarifOptions {
  readonly version: string;
  /** Where paths of annotations start. */
  readonly cwd: string;
  /** The repository: paths below it are relative to it. */
  readonly root: string;
}
/** Plain text of a message: `[a](b)` would be a link (section 3.11.6). */
const messageText = (text: string): string =>
  text
    .split("\n")
    .map(printable)
    .join("\n")
    .replace(/[\\[\]]/g, "\\$&");

/** As a URI reference below the repository; a file elsewhere keeps its whole path. */
const artifactOf = (file: string, { cwd, root }: SarifOptions) => {
  const path = resolve(cwd, file);
  const shown = shownPath(path, root);
  if (shown === path) return { uri: pathToFileURL(path).href };
  // Half a surrogate pair is no character that a URI can hold.
  const whole = shown.replace(/\p{Cs}/gu, "\ufffd");
  return { uri: whole.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
};
const ruleName = (rule: string): string => rule.replace("/", ": ");

const resultOf = (
  { file, line, column, rule, title, message }: Annotation,
  ruleIndex: number,
  options: SarifOptions,
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
              artifactLocation: artifactOf(file, options),
              region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
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
