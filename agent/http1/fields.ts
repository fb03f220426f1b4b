/**
 * Header lines, parsed in place. Finds how a message is framed and the few header values that the splice must know; the
 * rest stays bytes. Lines that two parsers could read in two ways are refused (RFC 9112 5 and 11.2: request smuggling).
 */
import * as bytes from "./bytes.ts";
import { afterSpace, beforeSpace, CR, eachElement, HT, isName, LF, SP, TOKEN, VALUE } from "./bytes.ts";
import { REFUSED, type Refusal } from "./refusal.ts";

/** The head is not complete yet. */
export const MORE = -1;
/** The head or body is refused; for a head, `refusal` says why. */
export const BAD = -2;

/** Most lines of a head. */
const MOST_LINES = 1_000;
/** Most digits of a Content-Length, so that a double holds the length exactly. */
const MOST_DIGITS = 15;

const CONTENT_LENGTH = bytes.name("content-length");
const TRANSFER_ENCODING = bytes.name("transfer-encoding");
const CONNECTION = bytes.name("connection");
const UPGRADE = bytes.name("upgrade");
const EXPECT = bytes.name("expect");
const HOST = bytes.name("host");
const CHUNKED = bytes.name("chunked");
const CLOSE = bytes.name("close");
const KEEP_ALIVE = bytes.name("keep-alive");
const CONTINUE = bytes.name("100-continue");
const H2C = bytes.name("h2c");
const TRACEPARENT = bytes.name("traceparent");
const TRACESTATE = bytes.name("tracestate");
const B3 = bytes.name("b3");
const B3_TRACE = bytes.name("x-b3-traceid");
const DATADOG_TRACE = bytes.name("x-datadog-trace-id");

/** Kinds of lines that carry a trace id; `trace.ts` reads these lines. */
export const TRACE = { parent: 0, state: 1, b3: 2, b3Trace: 3, datadog: 4 } as const;
/** Most lines of trace context that are read in a head. */
const MOST_TRACES = 8;

/**
 * Facts from the header lines of a message. A single record is reused for all messages: read the record before the next
 * head is parsed.
 */
export class Fields {
  refusal: Refusal | null = null;
  /** Repeated Content-Lengths that agree are one (RFC 9112 6.3): in answers, which some servers send so. */
  protected readonly allowsRepeats: boolean = false;
  /** Content-Length; -1: none. */
  length = -1;
  hasCoding = false;
  /** True: `chunked` is the last transfer coding. */
  chunked = false;
  close = false;
  keepAlive = false;
  upgrade = false;
  /** The caller offers to go on in HTTP/2 on this connection. */
  h2c = false;
  expectsContinue = false;
  hosts = 0;
  hostStart = 0;
  hostEnd = 0;
  /** Value of the last Connection and Upgrade line, for `blank`. */
  connectionStart = 0;
  connectionEnd = 0;
  /** Lines of trace context: the number of lines, and each line's kind and the bounds of the value. */
  traces = 0;
  readonly traceKinds = new Uint8Array(MOST_TRACES);
  readonly traceStarts = new Int32Array(MOST_TRACES);
  readonly traceEnds = new Int32Array(MOST_TRACES);

  /** Parses the header lines. Returns where the head ends (the index behind the last LF), MORE or BAD. */
  protected lines(buffer: Buffer, start: number, end: number): number {
    this.#clear();
    let p = start;
    for (let lines = 0; ; lines++) {
      if (p >= end) return MORE;
      const first = buffer[p]!;
      if (first === CR)
        return p + 1 >= end ? MORE : buffer[p + 1] === LF ? this.#whole(p + 2) : this.bad(REFUSED.bareCr);
      if (lines === MOST_LINES) return this.bad(REFUSED.tooLarge);
      const nameStart = p;
      while (p < end && TOKEN[buffer[p]!] === 1) p++;
      if (p >= end) return MORE;
      if (buffer[p] !== bytes.COLON || p === nameStart) return this.bad(badName(buffer, nameStart, p));
      const nameEnd = p++;
      const valueStart = p;
      while (p < end && VALUE[buffer[p]!] === 1) p++;
      if (p >= end) return MORE;
      if (buffer[p] !== CR) return this.bad(buffer[p] === LF ? REFUSED.bareLf : REFUSED.control);
      if (p + 1 >= end) return MORE;
      if (buffer[p + 1] !== LF) return this.bad(REFUSED.bareCr);
      const refusal = this.#field(buffer, nameStart, nameEnd, valueStart, p);
      if (refusal !== null) return this.bad(refusal);
      p += 2;
    }
  }

  protected bad(refusal: Refusal): number {
    this.refusal = refusal;
    return BAD;
  }

  #clear(): void {
    this.refusal = null;
    this.length = -1;
    this.hasCoding = false;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgrade = false;
    this.h2c = false;
    this.expectsContinue = false;
    this.hosts = 0;
    this.connectionStart = 0;
    this.connectionEnd = 0;
    this.traces = 0;
  }
  #whole(end: number): number {
    return this.hasCoding && this.length >= 0 ? this.bad(REFUSED.lengthAndChunked) : end;
  }
  /** Dispatches by the length of the name, which alone decides for most lines. */
  #field(buffer: Buffer, nameStart: number, nameEnd: number, start: number, end: number): Refusal | null {
    switch (nameEnd - nameStart) {
      case 2:
        if (isName(buffer, nameStart, nameEnd, B3)) this.#trace(TRACE.b3, start, end);
        return null;
      case 4:
        return isName(buffer, nameStart, nameEnd, HOST) ? this.#host(buffer, start, end) : null;
      case 6:
        if (isName(buffer, nameStart, nameEnd, EXPECT)) this.expectsContinue = isValue(buffer, start, end, CONTINUE);
        return null;
      case 7:
        if (isName(buffer, nameStart, nameEnd, UPGRADE)) this.#upgrade(buffer, start, end);
        return null;
      case 10:
        if (isName(buffer, nameStart, nameEnd, CONNECTION)) this.#connection(buffer, start, end);
        else if (isName(buffer, nameStart, nameEnd, TRACESTATE)) this.#trace(TRACE.state, start, end);
        return null;
      case 11:
        if (isName(buffer, nameStart, nameEnd, TRACEPARENT)) this.#trace(TRACE.parent, start, end);
        return null;
      case 12:
        if (isName(buffer, nameStart, nameEnd, B3_TRACE)) this.#trace(TRACE.b3Trace, start, end);
        return null;
      case 14:
        return isName(buffer, nameStart, nameEnd, CONTENT_LENGTH) ? this.#length(buffer, start, end) : null;
      case 17:
        return isName(buffer, nameStart, nameEnd, TRANSFER_ENCODING) ? this.#coding(buffer, start, end) : null;
      case 18:
        if (isName(buffer, nameStart, nameEnd, DATADOG_TRACE)) this.#trace(TRACE.datadog, start, end);
        return null;
      default:
        return null;
    }
  }
  #trace(kind: number, start: number, end: number): void {
    if (this.traces === MOST_TRACES) return;
    this.traceKinds[this.traces] = kind;
    this.traceStarts[this.traces] = start;
    this.traceEnds[this.traces++] = end;
  }
  #host(buffer: Buffer, start: number, end: number): Refusal | null {
    this.hosts++;
    this.hostStart = afterSpace(buffer, start, end);
    this.hostEnd = beforeSpace(buffer, this.hostStart, end);
    return bytes.allOf(bytes.HOST, buffer, this.hostStart, this.hostEnd) ? null : REFUSED.badHost;
  }
  #length(buffer: Buffer, start: number, end: number): Refusal | null {
    const before = this.length;
    if (before >= 0 && !this.allowsRepeats) return REFUSED.twoLengths;
    const first = afterSpace(buffer, start, end);
    const last = beforeSpace(buffer, first, end);
    if (first === last || last - first > MOST_DIGITS) return REFUSED.length;
    let value = 0;
    for (let p = first; p < last; p++) {
      const digit = buffer[p]! - 48;
      if (digit < 0 || digit > 9) return buffer[p] === bytes.COMMA ? REFUSED.twoLengths : REFUSED.length;
      value = value * 10 + digit;
    }
    if (before >= 0 && before !== value) return REFUSED.twoLengths;
    this.length = value;
    return null;
  }
  #coding(buffer: Buffer, start: number, end: number): Refusal | null {
    if (this.hasCoding) return REFUSED.coding;
    this.hasCoding = true;
    let chunkedBeforeLast = false;
    eachElement(buffer, start, end, (from, to) => {
      chunkedBeforeLast ||= this.chunked;
      this.chunked = isName(buffer, from, to, CHUNKED);
    });
    return chunkedBeforeLast ? REFUSED.coding : null;
  }
  #connection(buffer: Buffer, start: number, end: number): void {
    this.connectionStart = start;
    this.connectionEnd = end;
    eachElement(buffer, start, end, (from, to) => {
      if (isName(buffer, from, to, CLOSE)) this.close = true;
      else if (isName(buffer, from, to, KEEP_ALIVE)) this.keepAlive = true;
      else if (isName(buffer, from, to, UPGRADE)) this.upgrade = true;
    });
  }
  #upgrade(buffer: Buffer, start: number, end: number): void {
    eachElement(buffer, start, end, (from, to) => {
      if (isName(buffer, from, to, H2C)) this.h2c = true;
    });
  }
}

/**
 * Overwrites the element `upgrade` of a Connection value with spaces, in place: empty elements have no meaning (RFC
 * 9110 5.6.1).
 */
export const blankUpgrade = (buffer: Buffer, start: number, end: number): void =>
  eachElement(buffer, start, end, (from, to) => {
    if (isName(buffer, from, to, UPGRADE)) buffer.fill(SP, from, to);
  });

const isValue = (buffer: Buffer, start: number, end: number, wanted: Uint8Array): boolean => {
  const first = afterSpace(buffer, start, end);
  return isName(buffer, first, beforeSpace(buffer, first, end), wanted);
};

/** Reason why a line that begins at `start` has no name that ends at `p` with a colon. */
const badName = (buffer: Buffer, start: number, p: number): Refusal => {
  const byte = buffer[p]!;
  if (byte === LF) return REFUSED.bareLf;
  if (byte === SP || byte === HT) return p === start ? REFUSED.fold : REFUSED.colonSpace;
  if (byte === CR) return REFUSED.header;
  return byte < SP || byte === 127 ? REFUSED.control : REFUSED.header;
};
