/**
 * Mark of a probe request (PROOF.md 3): expectation and number of the sample, hidden in the low 8 bytes of its trace
 * id. Pure arithmetic on 32-bit halves without zod or BigInt, because agents read marks in the path of every request.
 */
import { avalanche } from "../statistics/random.ts";

/** Round keys of a 128-bit key, drawn for each run. */
export type MarkKey = Int32Array;
/** Sample of an expectation, which is given by place in the plan. */
export interface SampleMark {
  /** 12 bits. */
  readonly expectation: number;
  /** Number of the sample, 36 bits: samples of an expectation are numbered in the order of sending. */
  readonly number: number;
}
/**
 * High and low half of a mark, two words. Signed 32-bit numbers in typed arrays throughout: with unsigned numbers,
 * which are doubles to the engine, reading a mark took ten times as long.
 */
export type MarkBits = Int32Array;

export const MOST_EXPECTATIONS = 2 ** 12;
/**
 * Place that no expectation has: agents report exchanges without a mark under this place, numbered in order of arrival.
 */
export const UNMARKED = MOST_EXPECTATIONS - 1;
export const MOST_SAMPLES = 2 ** 36;
export const MOST_TAGS = 2 ** 16;
const WORD = 2 ** 32;

/**
 * Feistel network (Luby and Rackoff 1988: four rounds of a random function make a permutation that cannot be told from
 * a random permutation). The round function is only a good mixer, so there are twice as many rounds: samplers of
 * tracing systems must find high and low bytes uniform, and no secret has to be kept from an attacker.
 */
const ROUNDS = 8;
const GOLDEN = 0x9e3779b9;

const permuted = (key: MarkKey, halves: MarkBits): void => {
  let high = halves[0]!;
  let low = halves[1]!;
  for (let round = 0; round < ROUNDS; round++) {
    const next = high ^ avalanche((low + key[round]!) | 0);
    high = low;
    low = next;
  }
  halves[0] = high;
  halves[1] = low;
};
const restored = (key: MarkKey, halves: MarkBits): void => {
  let high = halves[0]!;
  let low = halves[1]!;
  for (let round = ROUNDS - 1; round >= 0; round--) {
    const before = low ^ avalanche((high + key[round]!) | 0);
    low = high;
    high = before;
  }
  halves[0] = high;
  halves[1] = low;
};

const KEY = /^[0-9a-f]{32}$/;
/** A key from 32 hexadecimal digits; null for any other text. */
export const keyOf = (text: string): MarkKey | null => {
  if (!KEY.test(text)) return null;
  const word = (i: number) => Number.parseInt(text.slice(i * 8, i * 8 + 8), 16);
  return Int32Array.from({ length: ROUNDS }, (_, round) => word(round & 3) + Math.imul(round + 1, GOLDEN));
};

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
/**
 * Text of 16 hexadecimal digits: the low half of a trace id. `tag` (16 bits) separates a run's marks from other trace
 * ids.
 */
export const markOf = (key: MarkKey, { tag, expectation, number }: SampleMark & { readonly tag: number }): string => {
  const high = (tag << 16) | (expectation << 4) | Math.floor(number / WORD);
  const halves = Int32Array.of(high, number % WORD);
  permuted(key, halves);
  return hex(halves[0]!) + hex(halves[1]!);
};

const scratch: MarkBits = new Int32Array(2);
/** Returns the sample that these halves mark; null: no mark with this key and tag. `halves` are left unchanged. */
export const openMark = (key: MarkKey, tag: number, halves: MarkBits): SampleMark | null => {
  scratch[0] = halves[0]!;
  scratch[1] = halves[1]!;
  restored(key, scratch);
  const high = scratch[0]!;
  if (high >>> 16 !== tag) return null;
  return { expectation: (high >>> 4) & 0xfff, number: (high & 0xf) * WORD + (scratch[1]! >>> 0) };
};

/**
 * Key by which a share draws a marked request. `by: trace`: all requests of a sample alike. `by: request`: each
 * exchange of the sample that matched the fault anew, by their count from 0.
 */
export const drawKeyOf = ({ expectation, number }: SampleMark, count?: number): string =>
  `squall ${expectation} ${number}${count === undefined ? "" : ` ${count}`}`;
/**
 * Number of the first sample of `during`: the number of earlier samples depends on timing, and by numbers from here on
 * a seed hits the same samples in each run. Small, because larger numbers are doubles to the engine.
 */
export const FIRST_OF_DURING = 2 ** 28;

const MARK = /^[0-9a-f]{16}$/;
/** Returns the sample that a text marks; null: no mark with this key and tag, or not 16 hexadecimal digits. */
export const readMark = (key: MarkKey, tag: number, text: string): SampleMark | null =>
  MARK.test(text)
    ? openMark(key, tag, Int32Array.of(Number.parseInt(text.slice(0, 8), 16), Number.parseInt(text.slice(8), 16)))
    : null;
