/** Turns a case of the tables into a text, and the issues that the reader must report for the text. */
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import type { BadFile } from "./bad-experiments.ts";

const MARK = "«";

export interface Case {
  readonly text: string;
  /** Expected issues, each as `line:column message → suggestion`. */
  readonly says: readonly string[];
}
export const caseOf = (good: string, { name, edits, says }: BadFile): Case => {
  let text = good;
  for (const [find, put] of edits) {
    if (!text.includes(find)) throw new Error(`${name}: the good file has no ${JSON.stringify(find)}`);
    text = text.replace(find, () => put);
  }
  const places: string[] = [];
  const lines = text.split("\n").map((line, row) => {
    let rest = line;
    for (let at = rest.indexOf(MARK); at >= 0; at = rest.indexOf(MARK)) {
      places.push(`${row + 1}:${at + 1}`);
      rest = rest.replace(MARK, "");
    }
    return rest;
  });
  return { text: lines.join("\n"), says: says.map((say, i) => `${places[Math.min(i, places.length - 1)]} ${say}`) };
};

export const said = (problems: readonly FileIssue[]): string[] =>
  problems.map(({ line, column, message, suggestion }) => {
    const hint = suggestion === undefined ? "" : ` → ${suggestion}`;
    return `${line}:${column} ${message}${hint}`;
  });
