/**
 * Regular expressions in RE2 syntax, matched in linear time by the npm package `re2js`: a lazy DFA, and all states of
 * the NFA at once where the DFA would grow too large. This file bounds size, memory and work, which the package does
 * not.
 */
import { RE2JSSyntaxException, RE2Set } from "re2js";

export const LONGEST_REGEX = 256;
/** `(?i:\pL){999}` nineteen times over has 19,000 states and compiles for 300 ms; 1,000 states compile within 20 ms. */
export const MOST_COST = 1_000;
/**
 * Memory of an expression's lazy DFA; the package's default of 8 MiB is too much for an agent with a hundred faults.
 */
const DFA_BYTES = 1_048_576;
/** States × characters that the NFA follows within about 15 ms. */
const MOST_WORK = 250_000;

export type FitsRegex = (text: string) => boolean;

/**
 * True if a text as a whole fits; for texts whose length the caller bounds. Throws a sentence that names the
 * expression, the error, and the position.
 */
export const compileRegex = (source: string): FitsRegex => compile(source, RE2Set.ANCHOR_BOTH).fits;
/** True if any part of a text fits. */
export const compileSearch = (source: string): FitsRegex => compile(source, RE2Set.UNANCHORED).fits;

/** Expressions for texts from any sender. `longest`: most characters of a text that is matched within bounded work. */
export const compileHotRegex = (source: string): { readonly fits: FitsRegex; readonly longest: number } => {
  const { fits, states } = compile(source, RE2Set.ANCHOR_BOTH);
  return { fits, longest: Math.floor(MOST_WORK / states) };
};

const compile = (source: string, anchor: number): { readonly fits: FitsRegex; readonly states: number } => {
  if (source.length > LONGEST_REGEX)
    throw new Error(`the regular expression is too long: ${source.length} characters, ${LONGEST_REGEX} at most`);
  if (regexCost(source) > MOST_COST) throw new Error(tooLarge(source));
  const set = new RE2Set(anchor, 0, DFA_BYTES);
  try {
    set.add(source);
    set.compile();
  } catch (error) {
    throw new Error(sentenceOf(source, error));
  }
  return { fits: (text) => set.match(text).length > 0, states: set.prog.numInst() };
};

const nameOf = (source: string) => `the regular expression ${JSON.stringify(source)}`;
const tooLarge = (source: string) =>
  `${nameOf(source)} is too large: at most ${MOST_COST} states once its counted repeats are written out, where a wide class without case counts ${FOLDED}; use smaller counts`;

/** Remedies, keyed by the package's error message. */
const REMEDIES: Readonly<Record<string, string>> = {
  "invalid or unsupported Perl syntax":
    "RE2 has no look-around and no atomic groups; write (…), (?:…), (?i:…) or (?P<name>…)",
  "invalid escape sequence":
    "RE2 has no back references and no \\u; write \\x{1F600} for a character, \\\\ for a backslash",
  "invalid named capture": "a named group is (?P<name>…), each name once; RE2 has no look-around",
  "invalid character class range": "a range out of order, or a class that RE2 does not know",
  "invalid repeat count": "a count is at most 1000, nested counts multiplied, and its end not below its start",
  "missing argument to repetition operator": "nothing stands before it to repeat; write \\* for the character itself",
  "invalid nested repetition operator": "two repeats in a row; put the first into (?:…)",
  "missing closing ]": "write \\[ for the character itself",
  "missing closing )": "a ( without its ); write \\( for the character itself",
  "unexpected )": "a ) without its (; write \\) for the character itself",
  "trailing backslash at end of expression": "write \\\\ for a backslash",
  "expression nests too deeply": "use fewer groups within groups",
};
const sentenceOf = (source: string, error: unknown): string => {
  if (!(error instanceof RE2JSSyntaxException))
    return `${nameOf(source)} cannot be compiled: ${(error as Error).message}`;
  // The message names the whole expression already; only a part of the expression gives a position.
  const at = error.input === null || error.input === source ? -1 : source.indexOf(error.input);
  const place = at < 0 ? "" : `, near character ${at + 1} (${JSON.stringify(error.input)})`;
  const remedy = REMEDIES[error.error];
  return `${nameOf(source)} is not RE2 syntax: ${error.error}${place}${remedy === undefined ? "" : `: ${remedy}`}`;
};

/** Tokens of RE2 syntax: a quoted or escaped part, a character class, a counted repeat, or a single character. */
const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\(?:x\{[^}]*\}|[pP]\{[^}]*\}|[pP].|[\s\S])|\[\^?\]?(?:\\[\s\S]|\[:[^\]]*:\]|[^\]\\])*\]|\{(\d+)(,?)(\d*)\}|[\s\S]/g;
const FOLDS_CASE = /\(\?[a-zA-Z]*i/;
/**
 * Ranges that may reach to the end of Unicode: the package folds case character by character, 12 ms for all characters.
 */
const WIDE = /-\\x|-[^\0-\x7f]|\\[pPWDS]|\[:\^/g;
const FOLDED = 250;

/**
 * The cost of an expression before compilation, because the compiler itself has no bound below a million states: the
 * number of states once the counted repeats are written out, and the folding of wide classes in the same measure (about
 * 20 µs).
 */
export const regexCost = (source: string): number => {
  const folded = FOLDS_CASE.test(source) ? FOLDED : 1;
  const open: number[] = [0];
  const add = (states: number) => open.push(open.pop()! + states);
  let folding = 0;
  let last = 0;
  for (const [token, least, comma, most] of source.matchAll(TOKEN)) {
    if (token === "(") open.push(1);
    else if (token === ")" && open.length > 1) {
      last = open.pop()! + 1;
      add(last);
    } else if (least === undefined) {
      const states = token.startsWith("\\Q") ? token.length : 1;
      last = "*+?".includes(token) ? last + 1 : states;
      add(states);
      if (/^(?:\[|\\[pP])/.test(token)) folding += folded * (token.match(WIDE)?.length ?? 0);
    } else {
      const times = Math.max(1, Number(comma === "" || most === "" ? least : most));
      add(last * (times - 1));
      last *= times;
    }
  }
  return open.reduce((sum, each) => sum + each, folding);
};
