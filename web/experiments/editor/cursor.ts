/** Position of a cursor in a YAML text that is only half written and so cannot be parsed. Pure. */
import type { DocumentPath } from "../../../experiments/model/document/issue.ts";
import { type Flow, openFlow } from "./flow.ts";

export interface Cursor {
  /** Document path. At a key: the path of the map that the key belongs to. At a value: the path of the value. */
  readonly path: DocumentPath;
  readonly at: "key" | "value";
  /** The unfinished word at the cursor, with the start offset. */
  readonly word: string;
  readonly from: number;
  /** The other keys of the same map, each with the value where key and value share a line. */
  readonly beside: ReadonlyMap<string, string>;
  /** Within `{ }` or `[ ]`. */
  readonly inFlow: boolean;
  /** Column in which the keys of this map stand; 0 within a flow. */
  readonly indent: number;
}
/** A map or list around the current line. */
interface Level {
  readonly indent: number;
  readonly list: boolean;
  part: string | number;
  readonly beside: Map<string, string>;
}
const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'{}[\],#&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?))\s*:(?=\s|$)/;
const DASH = /^-(?:\s+|$)/;
const BLOCK_TEXT = /^[|>][-+\d]*\s*(?:#.*)?$/;
const NOTE = /(^|\s)#.*$/;

const indentOf = (line: string): number => /^ */.exec(line)![0].length;
const pathOf = (levels: readonly Level[]): DocumentPath => levels.map(({ part }) => part);

/** Closes the levels deeper than `indent`; a list in the same column as its key is closed by the next key. */
const leave = (levels: Level[], indent: number, list: boolean): Level | undefined => {
  for (let top = levels.at(-1); top !== undefined; top = levels.at(-1)) {
    if (top.indent < indent || (top.indent === indent && (list || !top.list))) return top;
    levels.pop();
  }
  return undefined;
};
const dash = (levels: Level[], indent: number): void => {
  const top = leave(levels, indent, true);
  if (top?.list === true && top.indent === indent) top.part = Number(top.part) + 1;
  else levels.push({ indent, list: true, part: 0, beside: new Map() });
};
const enter = (levels: Level[], indent: number, key: string): Level => {
  const top = leave(levels, indent, false);
  if (top?.indent === indent) {
    top.part = key;
    return top;
  }
  const level: Level = { indent, list: false, part: key, beside: new Map() };
  levels.push(level);
  return level;
};
interface Line {
  /** Column of the first character after the dashes. */
  readonly column: number;
  readonly key: string | null;
  /** Text after the key; without a key, the whole line. */
  readonly rest: string;
}
/** Parses the dashes and the key of a line, and updates the levels with both. */
const open = (levels: Level[], line: string, from: number): Line => {
  let column = from;
  for (let found = DASH.exec(line.slice(column)); found !== null; found = DASH.exec(line.slice(column))) {
    dash(levels, column);
    column += found[0].length;
  }
  const found = KEY.exec(line.slice(column));
  if (found === null) return { column, key: null, rest: line.slice(column) };
  const key = found[1] ?? found[2] ?? found[3] ?? "";
  const rest = line.slice(column + found[0].length).trimStart();
  enter(levels, column, key).beside.set(key, rest.replace(NOTE, "").trim());
  return { column, key, rest };
};

/** Keys of the same map on the lines behind the cursor. */
const behindOf = (lines: readonly string[], indent: number): string[] => {
  const keys: string[] = [];
  for (const line of lines) {
    if (line.trim() === "" || /^\s*#/.test(line)) continue;
    const own = indentOf(line);
    if (own < indent || line.startsWith("---")) break;
    const found = own === indent ? KEY.exec(line.slice(own)) : null;
    if (found !== null) keys.push(found[1] ?? found[2] ?? found[3] ?? "");
    else if (own === indent) break;
  }
  return keys;
};
const withBehind = (beside: ReadonlyMap<string, string>, lines: readonly string[], indent: number) =>
  new Map([...behindOf(lines, indent).map((key): [string, string] => [key, ""]), ...beside]);

const inFlow = (flow: Flow, levels: readonly Level[], text: string, offset: number): Cursor | null => {
  const found = flow.here(text.slice(offset, offset + 2_000));
  if (found === null) return null;
  const { path, ...rest } = found;
  return { ...rest, path: [...pathOf(levels), ...path], from: offset - rest.word.length, inFlow: true, indent: 0 };
};

/** Cursor position; null: within a YAML comment or a block text, where no completion is offered. */
export const cursorAt = (text: string, offset: number): Cursor | null => {
  const begin = Math.max(0, text.lastIndexOf("\n---", offset - 1) + 1);
  const lines = text.slice(begin, offset).split("\n");
  const last = lines.pop() ?? "";
  const levels: Level[] = [];
  let flow: Flow | null = null;
  /** Lines that are further in belong to a text. */
  let textFrom: number | null = null;
  for (const line of lines) {
    if (flow !== null) {
      if (flow.feed(`${line}\n`)) flow = null;
      continue;
    }
    const indent = indentOf(line);
    if (textFrom !== null && (line.trim() === "" || indent > textFrom)) continue;
    textFrom = null;
    if (line.trim() === "" || /^\s*#|^---/.test(line)) continue;
    const { rest, column } = open(levels, line, indent);
    if (BLOCK_TEXT.test(rest)) textFrom = column;
    else if (/^[{[]/.test(rest)) {
      const opened = openFlow();
      if (!opened.feed(`${rest}\n`)) flow = opened;
    }
  }
  if (flow !== null) return flow.feed(last) ? null : inFlow(flow, levels, text, offset);
  const indent = indentOf(last);
  if ((textFrom !== null && indent > textFrom) || last.startsWith("---")) return null;
  if (/(^|\s)#/.test(last)) return null;
  const { column, key, rest } = open(levels, last, indent);
  if (/^[{[]/.test(rest)) {
    const opened = openFlow();
    return opened.feed(rest) ? null : inFlow(opened, levels, text, offset);
  }
  const common = { word: rest, from: offset - rest.length, inFlow: false };
  if (key !== null) {
    const { beside } = levels.at(-1)!;
    // Right behind the colon a value would become part of the key.
    return rest === "" && !/\s$/.test(last)
      ? null
      : { ...common, path: pathOf(levels), at: "value", beside, indent: column };
  }
  const top = leave(levels, column, false);
  const end = text.indexOf("\n", offset);
  const behind = end < 0 ? [] : text.slice(end + 1, end + 20_000).split("\n");
  const isMember = top?.indent === column && !top.list;
  const path = pathOf(isMember ? levels.slice(0, -1) : levels);
  const beside = withBehind(isMember ? top.beside : new Map(), behind, column);
  return { ...common, path, at: "key", beside, indent: column };
};
