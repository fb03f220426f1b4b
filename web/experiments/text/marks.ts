/** Problems as marks in a text. Pure. */
import type { FileIssue } from "../../../experiments/model/document/issue.ts";

export interface Mark {
  /** Offsets into the text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Replacement for the marked text; null: unknown. */
  readonly instead: string | null;
}
/** Message in the words of the CLI: `unknown key latncy; did you mean latency?`. */
export const sentenceOf = ({ message, suggestion }: Pick<FileIssue, "message" | "suggestion">): string =>
  suggestion === undefined ? message : `${message}; did you mean \`${suggestion}\`?`;

/** Start offsets of the lines. */
const startsOf = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
};
const WORD = /[^\s{}[\],:#"']+/y;

/** The place of a problem, and the word there. */
const markOf =
  (text: string, starts: readonly number[], severity: Mark["severity"]) =>
  (problem: FileIssue): Mark => {
    const start = starts[Math.min(problem.line, starts.length) - 1] ?? 0;
    const end = text.indexOf("\n", start);
    const lineEnd = end < 0 ? text.length : end;
    const from = Math.min(start + problem.column - 1, lineEnd);
    const quoted = /["']/.test(text[from] ?? "") ? from + 1 : from;
    WORD.lastIndex = quoted;
    const word = WORD.exec(text)?.[0] ?? "";
    const to = Math.min(quoted + Math.max(word.length, 1), lineEnd);
    const isMarked = word !== "" && problem.message.includes(word);
    const instead = problem.suggestion !== undefined && isMarked ? problem.suggestion : null;
    // An issue at the end of a line is marked on the line's last character: an empty range would be invisible.
    const wide =
      to > from ? { from: instead === null ? from : quoted, to } : { from: Math.max(start, from - 1), to: from };
    return { ...wide, severity, message: sentenceOf(problem), instead };
  };

export const marksOf = (
  text: string,
  { problems, warnings }: { readonly problems: readonly FileIssue[]; readonly warnings: readonly FileIssue[] },
): readonly Mark[] => {
  const starts = startsOf(text);
  return [...problems.map(markOf(text, starts, "error")), ...warnings.map(markOf(text, starts, "warning"))];
};
