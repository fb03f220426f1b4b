/**
 * Low halves of the trace ids in a head, read in place: W3C Trace Context, B3 (single and multi), Datadog, and the
 * member that a probe puts into `tracestate`. Each low half has 64 bits, all that the oldest propagators keep.
 */

import type { MarkBits } from "../../experiments/model/probes/mark.ts";
import { MEMBER } from "../../experiments/model/probes/trace-context.ts";
import { afterSpace, beforeSpace, COMMA, HEX, HT, SP } from "./bytes.ts";
import { type Fields, TRACE } from "./fields.ts";

const DASH = 45;
const WORD = 2 ** 32;
const MEMBER_IS = Buffer.from(`${MEMBER}=`);
const MARK_LENGTH = 16;
const MEMBER_LENGTH = MEMBER_IS.length + MARK_LENGTH;
/** Length of `vv-`, before the 32 digits of a traceparent's trace id. */
const TRACE_AT = 3;
const TRACE_LENGTH = 32;

/**
 * Reads the eight hexadecimal digits from `p` on as a signed word; sets `bad` where a byte is no digit. Unrolled: half
 * the time of a loop.
 */
const readWord = (buffer: Buffer, p: number): number => {
  const a = HEX[buffer[p]!]!;
  const b = HEX[buffer[p + 1]!]!;
  const c = HEX[buffer[p + 2]!]!;
  const d = HEX[buffer[p + 3]!]!;
  const e = HEX[buffer[p + 4]!]!;
  const f = HEX[buffer[p + 5]!]!;
  const g = HEX[buffer[p + 6]!]!;
  const h = HEX[buffer[p + 7]!]!;
  bad |= a | b | c | d | e | f | g | h;
  return (a << 28) | (b << 24) | (c << 20) | (d << 16) | (e << 12) | (f << 8) | (g << 4) | h;
};
/** Digit check of `readWord`: bits above the fourth are set once a byte was no digit. */
let bad = 0;
/** Reads the last 16 of the hexadecimal digits that end at `end`; false: not all are digits. */
const readHex = (buffer: Buffer, end: number, into: MarkBits): boolean => {
  bad = 0;
  into[0] = readWord(buffer, end - 16);
  into[1] = readWord(buffer, end - 8);
  return bad < 16;
};
const readParent = (buffer: Buffer, from: number, to: number, into: MarkBits): boolean => {
  const end = from + TRACE_AT + TRACE_LENGTH;
  return end < to && buffer[end] === DASH && readHex(buffer, end, into);
};
/**
 * Reads `trace-span-…`, or the trace id alone: 32 or 16 digits. The single form may also be a bare sampling decision.
 */
const readB3 = (buffer: Buffer, from: number, to: number, into: MarkBits): boolean => {
  let end = from;
  while (end < to && buffer[end] !== DASH) end++;
  const length = end - from;
  return (length === TRACE_LENGTH || length === MARK_LENGTH) && readHex(buffer, end, into);
};
/** Reads 64 bits in decimal. */
const readDecimal = (buffer: Buffer, from: number, to: number, into: MarkBits): boolean => {
  let [high, low] = [0, 0];
  if (from === to) return false;
  for (let p = from; p < to; p++) {
    const digit = buffer[p]! - 48;
    if (digit < 0 || digit > 9) return false;
    const sum = low * 10 + digit;
    low = sum % WORD;
    high = high * 10 + Math.floor(sum / WORD);
    if (high >= WORD) return false;
  }
  into[0] = high;
  into[1] = low;
  return true;
};
const isSpace = (byte: number): boolean => byte === SP || byte === HT;
/** Does the name at `p` begin a member of the list that begins at `from`? */
const isMemberStart = (buffer: Buffer, from: number, p: number): boolean => {
  let before = p - 1;
  while (before >= from && isSpace(buffer[before]!)) before--;
  return before < from || buffer[before] === COMMA;
};
const isMemberEnd = (byte: number): boolean => byte === COMMA || isSpace(byte);
const isMemberName = (buffer: Buffer, at: number): boolean => {
  for (let i = 0; i < MEMBER_IS.length; i++) if (buffer[at + i] !== MEMBER_IS[i]) return false;
  return true;
};
/** Shifts of the search: how far the name may move on when this byte lies under the last byte of the name. */
const SKIP = new Uint8Array(256).fill(MEMBER_IS.length);
for (const [i, byte] of MEMBER_IS.subarray(0, -1).entries()) SKIP[byte] = MEMBER_IS.length - 1 - i;
/**
 * Searches for the probe's member (Horspool 1980), because systems on the way put other members in front: a
 * `tracestate` without the member costs a single comparison for each seven bytes.
 */
const readState = (buffer: Buffer, from: number, to: number, into: MarkBits): boolean => {
  for (let p = from; p + MEMBER_LENGTH <= to; p += SKIP[buffer[p + MEMBER_IS.length - 1]!]!) {
    if (!isMemberName(buffer, p) || !isMemberStart(buffer, from, p)) continue;
    const end = p + MEMBER_LENGTH;
    if ((end === to || isMemberEnd(buffer[end]!)) && readHex(buffer, end, into)) return true;
  }
  return false;
};

const READERS = {
  [TRACE.parent]: readParent,
  [TRACE.state]: readState,
  [TRACE.b3]: readB3,
  [TRACE.b3Trace]: readB3,
  [TRACE.datadog]: readDecimal,
} as const;

/** Reads the 64 bits that line `index` of the head's trace context carries; false: none. */
export const readTrace = (buffer: Buffer, head: Fields, index: number, into: MarkBits): boolean => {
  const to = head.traceEnds[index]!;
  const from = afterSpace(buffer, head.traceStarts[index]!, to);
  const read = READERS[head.traceKinds[index] as keyof typeof READERS];
  return read(buffer, from, beforeSpace(buffer, from, to), into);
};
