/**
 * Low halves of the trace ids that a head tells, read where they lie: W3C Trace Context, B3 (single and multi), Datadog,
 * and the member of `tracestate` that a probe puts there. Each is 64 bits, all that the oldest propagators keep.
 */

import type { Halves } from "../../experiments/model/mark.ts";
import { MEMBER } from "../../experiments/model/trace-context.ts";
import { afterSpace, beforeSpace, COMMA, HEX, HT, SP } from "./bytes.ts";
import { type Fields, TRACE } from "./fields.ts";

const DASH = 45;
const WORD = 2 ** 32;
const MEMBER_IS = Buffer.from(`${MEMBER}=`);
const MARK_LENGTH = 16;
const MEMBER_LENGTH = MEMBER_IS.length + MARK_LENGTH;
/** `vv-` before the 32 digits of a traceparent's trace id. */
const TRACE_AT = 3;
const TRACE_LENGTH = 32;

/** The eight hexadecimal digits that end at `end`, as a signed word; `bad` is set where one is none. */
const readWord = (buffer: Buffer, end: number): number => {
  let word = 0;
  for (let p = end - 8; p < end; p++) {
    const digit = HEX[buffer[p]!]!;
    bad |= digit;
    word = (word << 4) | digit;
  }
  return word;
};
/** Has bits above the fourth once a digit was none. */
let bad = 0;
/** The last 16 of the hexadecimal digits that end at `end`; false: they are none. */
const readHex = (buffer: Buffer, end: number, into: Halves): boolean => {
  bad = 0;
  into[0] = readWord(buffer, end - 8);
  into[1] = readWord(buffer, end);
  return bad < 16;
};
const readParent = (buffer: Buffer, from: number, to: number, into: Halves): boolean => {
  const end = from + TRACE_AT + TRACE_LENGTH;
  return end < to && buffer[end] === DASH && readHex(buffer, end, into);
};
/** `trace-span-…`, or the trace id alone: 32 or 16 digits. The single form may also be a bare sampling decision. */
const readB3 = (buffer: Buffer, from: number, to: number, into: Halves): boolean => {
  let end = from;
  while (end < to && buffer[end] !== DASH) end++;
  const length = end - from;
  return (length === TRACE_LENGTH || length === MARK_LENGTH) && readHex(buffer, end, into);
};
/** 64 bits in decimal. */
const readDecimal = (buffer: Buffer, from: number, to: number, into: Halves): boolean => {
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
const isAfterMember = (byte: number): boolean => byte === COMMA || byte === SP || byte === HT;
/** Systems on the way put their own members in front. */
const readState = (buffer: Buffer, from: number, to: number, into: Halves): boolean => {
  let begins = true;
  for (let p = from; p + MEMBER_LENGTH <= to; p++) {
    const byte = buffer[p]!;
    if (byte === COMMA) begins = true;
    else if (begins && byte !== SP && byte !== HT) {
      begins = false;
      const end = p + MEMBER_LENGTH;
      if (isOurs(buffer, p) && (end === to || isAfterMember(buffer[end]!))) return readHex(buffer, end, into);
    }
  }
  return false;
};
const isOurs = (buffer: Buffer, at: number): boolean => {
  for (let i = 0; i < MEMBER_IS.length; i++) if (buffer[at + i] !== MEMBER_IS[i]) return false;
  return true;
};

const READERS = {
  [TRACE.parent]: readParent,
  [TRACE.state]: readState,
  [TRACE.b3]: readB3,
  [TRACE.b3Trace]: readB3,
  [TRACE.datadog]: readDecimal,
} as const;

/** The 64 bits that line `index` of the head's trace context tells; false: none. */
export const readTrace = (buffer: Buffer, head: Fields, index: number, into: Halves): boolean => {
  const to = head.traceEnds[index]!;
  const from = afterSpace(buffer, head.traceStarts[index]!, to);
  const read = READERS[head.traceKinds[index] as keyof typeof READERS];
  return read(buffer, from, beforeSpace(buffer, from, to), into);
};
