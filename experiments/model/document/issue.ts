/**
 * Issues of a file, written so that a person can correct the file: place, error, expected value, probably intended
 * word.
 */

/** Keys and indexes from the root of a document. */
export type DocumentPath = readonly (string | number)[];

/** Issue at a path, for callers without a file (the API). */
export interface Issue {
  readonly path: DocumentPath;
  /** A plain sentence without a full stop. */
  readonly message: string;
  /** The word that was probably meant. */
  readonly suggestion?: string;
  /** Place of the issue: the key at `path`, or the value under that key (default). */
  readonly at?: "key" | "value";
}

/** Issue at a place in a file. Lines and columns count from 1. */
export interface FileIssue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: DocumentPath;
  readonly message: string;
  readonly suggestion?: string;
  /** The line of the file, unchanged. */
  readonly excerpt: string;
}

/** `["spec", "faults", 0, "latency"]` → `spec.faults[0].latency`. */
export const formatPath = (path: DocumentPath): string =>
  path
    .map((part, i) =>
      typeof part === "number"
        ? `[${part}]`
        : /^[\w$-]+$/.test(part)
          ? `${i === 0 ? "" : "."}${part}`
          : `[${JSON.stringify(part)}]`,
    )
    .join("");

/** Short text of a value for a message, on a single line. */
export const quote = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…${typeof value === "string" ? '"' : ""}` : text;
};

/** A file may hold escape sequences: only printable characters of a file reach a terminal. */
const printable = (text: string) => text.replace(/\t/g, " ").replace(/\p{C}/gu, "\u{FFFD}");

/** `; did you mean …?`, where a word was probably meant; otherwise empty. */
const hintOf = ({ suggestion }: Pick<FileIssue, "suggestion">): string =>
  suggestion === undefined ? "" : `; did you mean \`${printable(suggestion)}\`?`;
/** An issue on a single line, without the excerpt. */
export const spellIssue = (problem: FileIssue): string => {
  const { file, line, column, message } = problem;
  return `${printable(file)}:${line}:${column}: ${printable(message)}${hintOf(problem)}`;
};

const WIDTH = 110;
/** The part of a long line around a column, and where the column went. */
const window = (line: string, column: number): readonly [string, number] => {
  if (line.length <= WIDTH) return [line, column];
  const start = Math.max(0, Math.min(column - 1 - WIDTH / 2, line.length - WIDTH));
  const cut = line.slice(start, start + WIDTH);
  return [
    `${start > 0 ? "…" : ""}${cut}${start + WIDTH < line.length ? "…" : ""}`,
    column - start + (start > 0 ? 1 : 0),
  ];
};

/**
 * ```
 * slow.yaml:12:7: unknown key `latncy`; did you mean `latency`?
 *    12 |       latncy: { delay: 2s }
 *       |       ^
 * ```
 */
export const formatIssue = (problem: FileIssue, { color = false }: { readonly color?: boolean } = {}): string => {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { file, line, column, message, excerpt } = problem;
  const head = `${paint(1, `${printable(file)}:${line}:${column}:`)} ${paint(31, printable(message))}${hintOf(problem)}`;
  if (excerpt.trim() === "") return head;
  const [text, at] = window(excerpt, column);
  const number = String(line).padStart(5);
  const caret = `${" ".repeat(number.length)} | ${" ".repeat(at - 1)}${paint(31, "^")}`;
  return `${head}\n${paint(2, `${number} |`)} ${printable(text)}\n${caret}`;
};

/** Order by place in the file, so that a person can work through the file from the top. */
export const byPlace = (a: FileIssue, b: FileIssue): number => a.line - b.line || a.column - b.column;
