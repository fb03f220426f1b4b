/**
 * Reads an HdrHistogram in the V2 compressed form (written by agent/metrics/latency-histogram.ts) straight into cells.
 * The library would first make an array of 25,000 numbers for each edge and second.
 */
import { inflateSync } from "node:zlib";
import { cellOf } from "./latency-cells.ts";

const COMPRESSED_V2 = 0x1c849304 | 0x10;
const PLAIN_V2 = 0x1c849303 | 0x10;
const HEAD_BYTES = 8;
const PLAIN_HEAD_BYTES = 40;
/**
 * Largest accepted histogram. An agent's bytes are untrusted until read; a whole histogram with every cell in use is
 * smaller.
 */
const LARGEST_BYTES = 256 * 1024;

/** Parts of the lowest bucket: as many as keep the given number of digits. */
const partsOf = (digits: number): number => 2 ** Math.ceil(Math.log2(2 * 10 ** digits));
/** Middle of the values counted at an index, in the histogram's unit. */
const valueAt = (index: number, parts: number): number => {
  if (index < parts) return index;
  const half = parts / 2;
  const bucket = Math.floor(index / half) - 1;
  return Math.floor(((index % half) + half + 0.5) * 2 ** bucket);
};

const plainOf = (text: string): Buffer | null => {
  const whole = Buffer.from(text, "base64");
  if (whole.length < HEAD_BYTES || whole.readInt32BE(0) !== COMPRESSED_V2) return null;
  const plain = inflateSync(whole.subarray(HEAD_BYTES), { maxOutputLength: LARGEST_BYTES });
  return plain.length >= PLAIN_HEAD_BYTES && plain.readInt32BE(0) === PLAIN_V2 ? plain : null;
};

/**
 * Adds `cell, count` for each value to `into`. An unreadable histogram adds no values: only a second of an edge is
 * lost.
 */
export const readLatencies = (text: string, into: number[]): void => {
  if (text === "") return;
  try {
    const plain = plainOf(text);
    const digits = plain?.readInt32BE(12) ?? 0;
    if (plain !== null && digits >= 1 && digits <= 5) readCounts(plain, partsOf(digits), into);
  } catch {
    // No values were added: inflating comes first, and reading cannot throw.
  }
};

const readCounts = (plain: Buffer, parts: number, into: number[]): void => {
  const end = Math.min(plain.length, PLAIN_HEAD_BYTES + plain.readInt32BE(4));
  let index = 0;
  for (let at = PLAIN_HEAD_BYTES; at < end; ) {
    // ZigZag LEB128: a count, or with a minus so many empty places.
    let [value, scale] = [0, 1];
    for (let more = true; more && at < end; scale *= 0x80) {
      const byte = plain[at++]!;
      value += (byte & 0x7f) * scale;
      more = byte >= 0x80;
    }
    if (value % 2 === 1) index += (value + 1) / 2;
    else {
      if (value > 0) into.push(cellOf(valueAt(index, parts)), value / 2);
      index++;
    }
  }
};
