/**
 * Text with a syntax fault taken out, so that the parser can go on to the next fault: behind a fault the parser loses
 * its way. Offsets stay the same.
 */

/** Line of a text, from the first character to the line break. */
interface Span {
  readonly start: number;
  readonly end: number;
}
const spanAt = (text: string, offset: number): Span => {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", start);
  return { start, end: end < 0 ? text.length : end };
};
const indentAt = (text: string, { start, end }: Span): number => /^\s*/.exec(text.slice(start, end))![0].length;
/** The line with the lines below that are indented deeper, or only close brackets that this line opened. */
const blockAt = (text: string, offset: number): Span => {
  const first = spanAt(text, offset);
  const indent = indentAt(text, first);
  let { end } = first;
  while (end < text.length) {
    const next = spanAt(text, end + 1);
    const row = text.slice(next.start, next.end);
    if (row.trim() !== "" && indentAt(text, next) <= indent && !/^\s*[}\]]+,?\s*$/.test(row)) break;
    end = next.end;
  }
  return { start: first.start, end };
};

const blank = (row: string): string => row.replace(/[^\r\n]/g, " ");
const put = (text: string, { start, end }: Span, row: string): string => text.slice(0, start) + row + text.slice(end);
/** `- name: a: b` → `- x:       `: lines indented below keep a key to stand under. */
const emptied = (row: string): string => {
  const lead = /^[ ]*(?:- +)*/.exec(row)![0];
  const key = row.length - lead.length < 2 ? "" : "x:";
  return lead + key + blank(row.slice(lead.length + key.length));
};

/** Repaired text in which a fault may be gone; `end` is where the removed part ends. */
export interface Repair {
  readonly text: string;
  readonly end: number;
  /** True: a key stands where the fault was, so that the values around the fault keep the same place. */
  readonly isGentle: boolean;
}
/**
 * Ways to take out the fault at an offset, the gentlest first: the line's content, the line, the line with all lines
 * below it.
 */
export const repairsOf = (text: string, offset: number): readonly Repair[] => {
  const line = spanAt(text, offset);
  const block = blockAt(text, offset);
  const row = text.slice(line.start, line.end);
  const below = text.slice(line.end, block.end);
  const lineOut = { text: put(text, line, blank(row)), end: line.end, isGentle: false };
  const blockOut = { text: put(text, block, blank(row + below)), end: block.end, isGentle: false };
  // Behind a tab that indents the line, the depth of a key is undefined.
  if (/^ *\t/.test(row)) return [lineOut, blockOut];
  return [
    { text: put(text, line, emptied(row)), end: line.end, isGentle: true },
    lineOut,
    { text: put(text, block, emptied(row) + blank(below)), end: block.end, isGentle: true },
    blockOut,
  ];
};
