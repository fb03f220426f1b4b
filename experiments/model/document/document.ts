/** YAML (or JSON) text read into plain data, with the place of every key and value kept for messages. */
import { isMap, isScalar, LineCounter, type Node, type Document as Parsed, parseAllDocuments } from "yaml";
import { byPlace, type DocumentPath, type FileIssue, type Issue } from "./issue.ts";
import { fieldOf, type NodePlace, nodeAt, plainOf } from "./nodes.ts";
import { type Repair, repairsOf } from "./repair.ts";
import { explainSyntax } from "./syntax.ts";

/** YAML document of a file. */
export interface Document {
  readonly file: string;
  /** Value of `kind` as written; null when `kind` is absent or no text. */
  readonly kind: string | null;
  /** Plain data: maps, lists, text, numbers, booleans, null. */
  readonly value: unknown;
  /** The issue with file, line and column. */
  locate(issue: Issue): FileIssue;
  /** True: the value at `path` is written without quotes. */
  isPlain(path: DocumentPath): boolean;
}

/** Longest text, in UTF-16 units. An experiment is a page or two. */
const LONGEST = 2 ** 20;
/** Limit on the parser's errors: the first count, and the rest are mostly echoes of these. */
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
  // An omitted value has no place of its own; the key's place is used.
  return start === end && keyed !== undefined ? keyed : start;
};

/** Place of an issue in the file: the key or value; where that is absent, the key of the nearest enclosing value. */
const offsetOf = (parsed: Parsed, issue: Issue): number => {
  const { found, place } = nodeAt(parsed, issue.path);
  return placeOf(place, found ? issue.at : isMap(place.node) ? "key" : issue.at);
};

/** Error in the text, before it becomes an issue of a file. `isCause`: recognised, and no echo of an earlier error. */
interface TextFault {
  readonly offset: number;
  readonly issue: Issue;
  readonly isCause: boolean;
}
const faultAt = (offset: number, message: string, isCause = false): TextFault => ({
  ...{ offset, isCause, issue: { path: [], message } },
});
const syntaxFaults = (parsed: Parsed, text: string): readonly TextFault[] => {
  const { version, explicit } = parsed.directives?.yaml ?? {};
  // The parser is recursive: enough brackets exhaust the stack, and every bracket after that is an error.
  const exhausted = parsed.errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return [faultAt(exhausted.pos[0], TOO_DEEP)];
  const errors = [...parsed.errors, ...parsed.warnings]
    .slice(0, MOST_SYNTAX_ERRORS)
    .map(({ code, pos, message }) => ({ code, message, offset: pos[0] }));
  const told = explainSyntax(errors, text).map(({ offset, message, isCause }) => faultAt(offset, message, isCause));
  if (explicit === true && version !== "1.2")
    told.push(faultAt(0, `YAML ${version} is not read, only 1.2: take the %YAML line out`));
  return told;
};

/** Kind that a document states under `kind`. */
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

/** The documents of a stream, or the reason why the parser gave up. */
const parse = (text: string, lines = new LineCounter()): readonly Parsed<Node>[] | string => {
  try {
    // Unique keys are checked by `plainOf`: the parser's own check takes time with the square of the number of keys.
    const options = { lineCounter: lines, prettyErrors: false, logLevel: "silent", uniqueKeys: false } as const;
    return [...parseAllDocuments(text, { ...options, version: "1.2", merge: false, resolveKnownTags: false })];
  } catch (error) {
    return error instanceof RangeError ? TOO_DEEP : `not valid YAML: ${String(error)}`;
  }
};

/** Most characters that all repairs of a text may reread together: an editor validates at each key press. */
const MOST_REREAD = 2 ** 17;
interface Attempt extends Repair {
  readonly stream: readonly Parsed<Node>[];
  /** Errors of the text in the order of offsets. */
  readonly faults: readonly TextFault[];
}
const attempt = (repair: Repair): Attempt => {
  const stream = parse(repair.text);
  if (typeof stream === "string") return { ...repair, stream: [], faults: [faultAt(0, stream)] };
  const faults = stream.flatMap((parsed) => syntaxFaults(parsed, repair.text));
  return { ...repair, stream, faults: faults.sort((a, b) => a.offset - b.offset) };
};
const placeOfFirst = ({ faults }: Attempt): number => faults[0]?.offset ?? Number.POSITIVE_INFINITY;
/**
 * The first repair behind which there is no fault, or a recognised fault; a gentle repair hides no other fault.
 * Otherwise the repair after which the parser gets furthest; null where the search would take too long, or no repair
 * brings the parser beyond `offset`.
 */
const bestRepair = (text: string, offset: number, attempts: { left: number }): Attempt | null => {
  let best: Attempt | null = null;
  for (const repair of repairsOf(text, offset)) {
    if (attempts.left-- <= 0) return null;
    const tried = attempt(repair);
    const [next] = tried.faults;
    if (next === undefined || (next.isCause && next.offset > tried.end)) return tried;
    if (next.offset > (best === null ? offset : placeOfFirst(best))) best = tried;
  }
  return best;
};

/**
 * Faults behind the first: each is taken out of the text, and the rest is parsed again. An unrecognised fault counts
 * where the fault stands clear of the repair before it, and is the last: faults behind may be echoes.
 */
const furtherFaults = (text: string, told: readonly TextFault[]): readonly TextFault[] => {
  const further: TextFault[] = [];
  const lineOf = (offset: number) => text.lastIndexOf("\n", offset - 1);
  const toldLines = new Set(told.map(({ offset }) => lineOf(offset)));
  const attempts = { left: Math.floor(MOST_REREAD / text.length) };
  let [current, isGentle] = [text, true];
  let next = told.reduce<TextFault | undefined>((a, b) => (a === undefined || b.offset < a.offset ? b : a), undefined);
  while (next !== undefined) {
    const repaired = bestRepair(current, next.offset, attempts);
    if (repaired === null) return further;
    isGentle &&= repaired.isGentle;
    current = repaired.text;
    [next] = repaired.faults;
    if (next === undefined) return isGentle ? [...further, ...untouchedFaults(repaired, text)] : further;
    const isTold = toldLines.has(lineOf(next.offset));
    if (!isTold && (next.isCause || next.offset > repaired.end + 1)) further.push(next);
    if (!isTold && !next.isCause) return further;
  }
  return further;
};
/** Faults of the plain data outside the repaired parts. */
const untouchedFaults = ({ text: repaired, stream }: Attempt, text: string): readonly TextFault[] =>
  stream
    .flatMap((parsed) => plainOf(parsed).faults)
    .filter(({ offset }) => repaired[offset] === text[offset])
    .map((found) => ({ ...found, isCause: true }));

/** Documents beside a broken document are read twice; the duplicates are removed here. */
const onceEach = (problems: readonly FileIssue[]): FileIssue[] => [
  ...new Map(problems.map((problem) => [`${problem.line} ${problem.column} ${problem.message}`, problem])).values(),
];

/**
 * Every document of a text, and every issue that keeps a document from being read. A document with an issue is left
 * out.
 */
export const readDocuments = (text: string, file: string): { documents: Document[]; problems: FileIssue[] } => {
  const lines = new LineCounter();
  const report = reporter(text.slice(0, LONGEST), file, lines);
  const whole = (message: string) => ({ documents: [], problems: [report(0, { path: [], message })] });
  if (text.length > LONGEST) return whole("longer than 1 MiB: an experiment or mesh is never that long");
  const stream = parse(text, lines);
  if (typeof stream === "string") return whole(stream);

  const documents: Document[] = [];
  const syntax: TextFault[] = [];
  const problems: FileIssue[] = [];
  for (const parsed of stream) {
    const broken = syntaxFaults(parsed, text);
    syntax.push(...broken);
    if (broken.length > 0) continue;
    const { value, faults } = plainOf(parsed);
    problems.push(...faults.map(({ offset, issue }) => report(offset, issue)));
    // Comments between two `---` make no document.
    if (faults.length === 0 && value !== null) documents.push(toDocument(parsed, value, file, report));
  }
  for (const { offset, issue } of [...syntax, ...furtherFaults(text, syntax)]) problems.push(report(offset, issue));
  if (documents.length === 0 && problems.length === 0) return whole("holds no document");
  return { documents, problems: onceEach(problems).sort(byPlace) };
};
