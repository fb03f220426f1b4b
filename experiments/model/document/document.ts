/** YAML (or JSON) text read into plain data, with the place of every key and value kept for messages. */
import { isMap, isScalar, LineCounter, type Node, type Document as Parsed, parseAllDocuments } from "yaml";
import { byPlace, type DocumentPath, type FileIssue, type Issue } from "./issue.ts";
import { fieldOf, type NodePlace, nodeAt, plainOf } from "./nodes.ts";
import { explainSyntax } from "./syntax.ts";

/** One document of a file. */
export interface Document {
  readonly file: string;
  /** As written under `kind`; null when it is absent or no text. */
  readonly kind: string | null;
  /** Plain data: maps, lists, text, numbers, booleans, null. */
  readonly value: unknown;
  /** The problem that an issue is, at its place in the file. */
  locate(issue: Issue): FileIssue;
  /** Whether the value at `path` is written without quotes. */
  isPlain(path: DocumentPath): boolean;
}

/** Longest text, in UTF-16 units. An experiment is a page or two. */
const LONGEST = 2 ** 20;
/** Of the parser's complaints the first ones count; the rest are mostly their echo. */
const MOST_SYNTAX_ERRORS = 5;
const TOO_DEEP = "nested too deeply to be read";

/** Turns an offset of the text into a problem there. */
type Report = (offset: number, issue: Issue) => FileIssue;
const reporter = (text: string, file: string, lines: LineCounter): Report => {
  const rows = text.split(/\r\n|[\r\n]/);
  return (offset, { path, message, suggestion }) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    const place = { file, line: Math.max(line, 1), column: Math.max(col, 1), path, message };
    const excerpt = rows[place.line - 1] ?? "";
    return suggestion === undefined ? { ...place, excerpt } : { ...place, suggestion, excerpt };
  };
};

const placeOf = ({ key, node, offset }: NodePlace, at: Issue["at"]): number => {
  const keyed = key?.range?.[0];
  if (at === "key" && keyed !== undefined) return keyed;
  const [start, end] = node?.range ?? [offset, offset];
  // A value that was left out has no place of its own: its key has.
  return start === end && keyed !== undefined ? keyed : start;
};

/** Where an issue is told: at its key or value, or, when that is not there, at the key of the nearest thing around it. */
const offsetOf = (parsed: Parsed, issue: Issue): number => {
  const { found, place } = nodeAt(parsed, issue.path);
  return placeOf(place, found ? issue.at : isMap(place.node) ? "key" : issue.at);
};

const syntaxProblems = (parsed: Parsed, text: string, report: Report): FileIssue[] => {
  const { version, explicit } = parsed.directives?.yaml ?? {};
  // The parser is recursive: enough brackets exhaust the stack, and every bracket after that is an error.
  const exhausted = parsed.errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return [report(exhausted.pos[0], { path: [], message: TOO_DEEP })];
  const errors = [...parsed.errors, ...parsed.warnings]
    .slice(0, MOST_SYNTAX_ERRORS)
    .map(({ code, pos, message }) => ({ code, message, offset: pos[0] }));
  const told = explainSyntax(errors, text).map(({ offset, message }) => report(offset, { path: [], message }));
  if (explicit === true && version !== "1.2")
    told.push(report(0, { path: [], message: `YAML ${version} is not read, only 1.2: take the %YAML line out` }));
  return told;
};

/** What a document says that it is. */
export const kindOf = (value: unknown) => {
  const kind = fieldOf(value, "kind");
  return typeof kind === "string" ? kind : null;
};
const toDocument = (parsed: Parsed, value: unknown, file: string, report: Report): Document => {
  return {
    file,
    kind: kindOf(value),
    value,
    locate: (issue) => report(offsetOf(parsed, issue), issue),
    isPlain: (path) => {
      const { found, place } = nodeAt(parsed, path);
      return found && isScalar(place.node) && place.node.type === "PLAIN";
    },
  };
};

/** The documents of a stream, or why the parser gave up on it. */
const parse = (text: string, lines: LineCounter): readonly Parsed<Node>[] | string => {
  try {
    // Unique keys are checked by `plainOf`: the parser's own check takes time with the square of their number.
    const options = { lineCounter: lines, prettyErrors: false, logLevel: "silent", uniqueKeys: false } as const;
    return [...parseAllDocuments(text, { ...options, version: "1.2", merge: false, resolveKnownTags: false })];
  } catch (error) {
    return error instanceof RangeError ? TOO_DEEP : `not valid YAML: ${String(error)}`;
  }
};

/** Every document of a text, and everything that keeps one from being read. A document with a problem is left out. */
export const readDocuments = (text: string, file: string): { documents: Document[]; problems: FileIssue[] } => {
  const lines = new LineCounter();
  const report = reporter(text.slice(0, LONGEST), file, lines);
  const whole = (message: string) => ({ documents: [], problems: [report(0, { path: [], message })] });
  if (text.length > LONGEST) return whole("longer than 1 MiB: an experiment or mesh is never that long");
  const stream = parse(text, lines);
  if (typeof stream === "string") return whole(stream);

  const documents: Document[] = [];
  const problems: FileIssue[] = [];
  for (const parsed of stream) {
    const broken = syntaxProblems(parsed, text, report);
    const { value, faults } = broken.length > 0 ? { value: null, faults: [] } : plainOf(parsed);
    broken.push(...faults.map(({ offset, issue }) => report(offset, issue)));
    // Comments between two `---` make no document.
    if (broken.length === 0 && value !== null) documents.push(toDocument(parsed, value, file, report));
    problems.push(...broken);
  }
  if (documents.length === 0 && problems.length === 0) return whole("holds no document");
  return { documents, problems: problems.sort(byPlace) };
};
