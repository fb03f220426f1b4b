/**
 * Width of a text in terminal columns, and cutting and wrapping to a width. Texts are already escaped
 * (`escape/terminal.ts`).
 */

import { eastAsianWidth } from "get-east-asian-width";

const COMBINING = /\p{M}/u;
/**
 * Columns of a character (Unicode TR 11). Graphemes are not looked at: a segmenter and the expressions for emoji take
 * 40 ms to load, half of the time in which `squall --help` has to answer.
 */
const columnsOf = (character: string): number =>
  COMBINING.test(character) ? 0 : eastAsianWidth(character.codePointAt(0)!);

export const widthOf = (text: string): number => {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
};

/** Clips the text to the given number of columns; a cut is marked by `…`. */
export const clip = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return "";
  let kept = "";
  let used = 0;
  for (const character of text) {
    const wide = columnsOf(character);
    if (used + wide > columns - 1) break;
    kept += character;
    used += wide;
  }
  return `${kept}…`;
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are recognised by their sequence
const SEQUENCE = /(\u001b\[[0-9;]*m)/;
/** Clips a text that is painted already: the sequences that close a colour stay behind the cut. */
export const clipPainted = (text: string, columns: number): string => {
  const parts = text.split(SEQUENCE);
  const isPaint = (index: number) => index % 2 === 1;
  const plain = parts.filter((_, index) => !isPaint(index)).join("");
  if (widthOf(plain) <= columns) return text;
  const kept = clip(plain, columns).slice(0, -1);
  let room = kept.length;
  let marked = false;
  const clipped = parts.map((part, index) => {
    if (isPaint(index)) return part;
    const shown = part.slice(0, room);
    room -= shown.length;
    if (shown.length === part.length || marked) return shown;
    marked = true;
    return columns > 0 ? `${shown}…` : shown;
  });
  return clipped.join("");
};
/** Columns of a text that is painted already. */
export const paintedWidthOf = (text: string): number =>
  widthOf(
    text
      .split(SEQUENCE)
      .filter((_, i) => i % 2 === 0)
      .join(""),
  );
/** Exactly so many columns. */
export const pad = (text: string, columns: number, side: "left" | "right" = "left"): string => {
  const fitted = clip(text, columns);
  const gap = " ".repeat(Math.max(0, columns - widthOf(fitted)));
  return side === "left" ? fitted + gap : gap + fitted;
};

/** Breakable spaces: all except those between a number and a unit of time. */
const BREAKS = / (?!(?<=\d )(?:ms|s|min|m|h)\b)/;
/** Breaks at spaces; a word longer than the line is cut hard. */
export const wrap = (text: string, columns: number, indent = ""): string[] => {
  const room = Math.max(8, columns - widthOf(indent));
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(BREAKS)) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = "";
    }
    while (widthOf(word) > room) {
      const head = clip(word, room + 1).slice(0, -1) || word.slice(0, room);
      lines.push(head);
      word = word.slice(head.length);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part) => indent + part);
};
