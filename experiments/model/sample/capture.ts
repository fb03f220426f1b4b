/**
 * Text of an answer in a reason: the size, or with `capture` the answer. The text is not cut here: the server first
 * redacts secrets from the whole reason by value and cuts afterwards, since half a secret would not be found.
 */

import type { Pattern } from "../match/match.ts";
import type { Comparison } from "../units/comparison.ts";

/**
 * `short`: whole up to `LONGEST_SHORT`, otherwise only the size; for agents, which know no secrets and whose messages
 * are bounded.
 */
export type Capture = "nothing" | "short" | "everything";

/** Limit that, with the header's name and the pattern, fits into a reason as the contract allows: 512 characters. */
const LONGEST_SHORT = 200;
/** Most characters of a pattern in a reason; a longer pattern appears in the file only. */
const LONGEST_PATTERN = 256;

const counted = (count: number, of: string) => `${count.toLocaleString("en-US")} ${of}${count === 1 ? "" : "s"}`;
export const bytes = (count: number): string => counted(count, "byte");
/** The size of a text in UTF-8. */
export const sizeOf = (text: string): string => {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes(count);
};

/** A header or a node of JSON. */
export const shown = (value: unknown, capture: Capture): string => {
  if (value === undefined) return "missing";
  if (capture === "nothing") return kindOf(value);
  const text = JSON.stringify(value) ?? "nothing";
  return capture === "short" && text.length > LONGEST_SHORT ? kindOf(value) : text;
};
const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (typeof value === "string") return `a string of ${counted(value.length, "character")}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
};

export const patternText = (wanted: Pattern | Comparison | number | boolean | null): string => {
  if (typeof wanted !== "object" || wanted === null) return short(JSON.stringify(wanted));
  if ("operator" in wanted) return `${wanted.operator} ${wanted.number}`;
  return "regex" in wanted ? `/${wanted.regex}/` : "none";
};
const short = (text: string) => (text.length > LONGEST_PATTERN ? `a text of ${text.length} characters` : text);
