/**
 * The mark of a probe request (PROOF.md 3): which sample of which expectation it is, hidden in the low 8 bytes of its trace
 * id. Pure arithmetic on 32-bit halves without zod or BigInt, because agents read marks in the path of every request.
 */
import { avalanche } from "./chance.ts";

/** Drawn for each run: 128 bits. */
export type MarkKey = readonly [number, number, number, number];
/** Which look of which expectation, by its place in the plan. */
export interface SampleMark {
  /** 12 bits. */
  readonly expectation: number;
  /** 36 bits: looks of one expectation are numbered as they are sent. */
  readonly number: number;
}
/** Unsigned 32-bit halves of a mark, as `openMark` reads them without making a string. */
export interface Halves {
  high: number;
  low: number;
}

export const MOST_EXPECTATIONS = 2 ** 12;
export const MOST_SAMPLES = 2 ** 36;
export const MOST_TAGS = 2 ** 16;
const WORD = 2 ** 32;

/**
 * Feistel network (Luby and Rackoff 1988: four rounds of a random function make a permutation that cannot be told from a
 * random one). The round function is only a good mixer, so there are twice as many rounds: samplers of tracing systems
 * must find high and low bytes uniform, nothing has to be kept from an attacker.
 */
const ROUNDS = 8;
const GOLDEN = 0x9e3779b9;
const mixed = (half: number, key: MarkKey, round: number): number =>
  avalanche((half + key[(round & 3) as 0 | 1 | 2 | 3] + Math.imul(round + 1, GOLDEN)) | 0);

const permuted = (key: MarkKey, halves: Halves): void => {
  let { high, low } = halves;
  for (let round = 0; round < ROUNDS; round++) {
    const next = (high ^ mixed(low, key, round)) >>> 0;
    high = low;
    low = next;
  }
  halves.high = high;
  halves.low = low;
};
const restored = (key: MarkKey, halves: Halves): void => {
  let { high, low } = halves;
  for (let round = ROUNDS - 1; round >= 0; round--) {
    const before = (low ^ mixed(high, key, round)) >>> 0;
    low = high;
    high = before;
  }
  halves.high = high;
  halves.low = low;
};

const KEY = /^[0-9a-f]{32}$/;
export const KEY_FORM = "32 hexadecimal digits";
/** A key from 32 hexadecimal digits; null for any other text. */
export const keyOf = (text: string): MarkKey | null => {
  if (!KEY.test(text)) return null;
  const word = (i: number) => Number.parseInt(text.slice(i * 8, i * 8 + 8), 16);
  return [word(0), word(1), word(2), word(3)];
};

const hex = (word: number): string => word.toString(16).padStart(8, "0");
/** 16 hexadecimal digits: the low half of a trace id. `tag` (16 bits) tells a run's marks from other trace ids. */
export const markOf = (key: MarkKey, { tag, expectation, number }: SampleMark & { readonly tag: number }): string => {
  const top = tag * 2 ** 16 + expectation * 2 ** 4 + Math.floor(number / WORD);
  const halves = { high: top >>> 0, low: (number % WORD) >>> 0 };
  permuted(key, halves);
  return hex(halves.high) + hex(halves.low);
};

const scratch: Halves = { high: 0, low: 0 };
/** The sample that these halves mark; null: no mark with this key and tag. `halves` are left as they are. */
export const openMark = (key: MarkKey, tag: number, halves: Readonly<Halves>): SampleMark | null => {
  scratch.high = halves.high;
  scratch.low = halves.low;
  restored(key, scratch);
  if (scratch.high >>> 16 !== tag) return null;
  return { expectation: (scratch.high >>> 4) & 0xfff, number: (scratch.high & 0xf) * WORD + scratch.low };
};

const MARK = /^[0-9a-f]{16}$/;
/** The same from text; null also for what is not 16 hexadecimal digits. */
export const readMark = (key: MarkKey, tag: number, text: string): SampleMark | null =>
  MARK.test(text)
    ? openMark(key, tag, { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8), 16) })
    : null;
