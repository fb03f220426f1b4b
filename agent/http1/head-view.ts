/**
 * Head views: a head as fault matches and criteria read it. Strings are made from the bytes only on request, and only
 * once.
 */
import type { RequestView } from "../../experiments/model/match/match.ts";
import { afterSpace, beforeSpace, COLON, CR, HT, isName, name as lowered, SP } from "./bytes.ts";
import { authorityOf, type RequestHead } from "./head.ts";
import type { ResponseHead } from "./message.ts";

/** View of a request head. Borrows the bytes until `keep`, which copies the bytes. */
export class RequestHeadView implements RequestView {
  #buffer: Buffer = NO_BYTES;
  #start = 0;
  #methodEnd = 0;
  #targetStart = 0;
  #targetEnd = 0;
  #end = 0;
  /** True: HTTP/1.0. */
  old = false;
  #method: string | null = null;
  #target: string | null = null;
  #path: string | null = null;

  look(buffer: Buffer, head: RequestHead, end: number): this {
    this.#buffer = buffer;
    this.#start = head.start;
    this.#methodEnd = head.methodEnd;
    this.#targetStart = head.targetStart;
    this.#targetEnd = head.targetEnd;
    this.#end = end;
    this.old = head.old;
    this.#method = null;
    this.#target = null;
    this.#path = null;
    return this;
  }
  /** Copies the bytes, so that the view owns them from here on. */
  keep(): void {
    const from = this.#start;
    this.#buffer = Buffer.from(this.#buffer.subarray(from, this.#end));
    this.#start = 0;
    this.#methodEnd -= from;
    this.#targetStart -= from;
    this.#targetEnd -= from;
    this.#end -= from;
  }
  /** Original bytes of the head, once they are kept. */
  get bytes(): Buffer {
    return this.#buffer;
  }
  get method(): string {
    this.#method ??= this.#buffer.toString("latin1", this.#start, this.#methodEnd);
    return this.#method;
  }
  /** Request target as received. */
  get target(): string {
    this.#target ??= this.#buffer.toString("latin1", this.#targetStart, this.#targetEnd);
    return this.#target;
  }
  get path(): string {
    this.#path ??= pathOf(this.target);
    return this.#path;
  }
  get query(): string {
    const at = this.target.indexOf("?");
    return at < 0 ? "" : this.target.slice(at + 1);
  }
  header(name: string): string | undefined {
    // A target in absolute form names the host, whatever a Host line says (RFC 9112 3.2.2).
    const named = name === "host" && !this.target.startsWith("/") ? authorityOf(this.target) : null;
    return named ?? headerOf(this.#buffer, this.#targetEnd, this.#end, name);
  }
  /** Header lines behind the request line, in order: raw name and value. */
  lines(): Array<[string, string]> {
    return linesOf(this.#buffer, this.#targetEnd, this.#end);
  }
  /** Original bytes of the head, if a head written anew from `lines` would be the same; otherwise null. */
  asWritten(): Buffer | null {
    const isSame = isTidy(this.#buffer, this.#targetEnd, this.#end);
    return isSame ? this.#buffer.subarray(this.#start, this.#end) : null;
  }
}

/** View of a response head. Owns the bytes. */
export class ResponseHeadView implements ResponseHead {
  readonly status: number;
  /** Original bytes of the head. */
  readonly bytes: Buffer;

  constructor(status: number, buffer: Buffer, start: number, end: number) {
    this.status = status;
    this.bytes = Buffer.from(buffer.subarray(start, end));
  }
  header(name: string): string | undefined {
    return headerOf(this.bytes, 0, this.bytes.length, name);
  }
  /** True: HTTP/1.0. */
  get old(): boolean {
    return this.bytes[MINOR_VERSION] !== ONE;
  }
  get reason(): string {
    return this.bytes.toString("latin1", 13, Math.max(13, this.bytes.indexOf(CR)));
  }
  lines(): Array<[string, string]> {
    return linesOf(this.bytes, 0, this.bytes.length);
  }
  /**
   * Original bytes of the head, if a head written anew from `status`, `reason` and `lines` would be the same; otherwise
   * null.
   */
  asWritten(): Buffer | null {
    const isFirstSame = this.bytes[BEFORE_REASON] === SP;
    return isFirstSame && isTidy(this.bytes, 0, this.bytes.length) ? this.bytes : null;
  }
}

const NO_BYTES = Buffer.alloc(0);
/** Offsets in "HTTP/1.1 200 reason". */
const MINOR_VERSION = 7;
const BEFORE_REASON = 12;
const ONE = 49;

/**
 * Index of the next `wanted` at or after `from`. Meant for short distances inside a head, where a call of `indexOf`
 * costs more.
 */
const next = (wanted: number, buffer: Buffer, from: number): number => {
  let p = from;
  while (buffer[p] !== wanted) p++;
  return p;
};
/** Start of the first line behind the start line. The head has been parsed, so every line is `name:value` CR LF. */
const firstLine = (buffer: Buffer, start: number): number => next(CR, buffer, start) + 2;
/** Is every line `name: value` CR LF, with no other white space around the value? */
const isTidy = (buffer: Buffer, start: number, end: number): boolean => {
  for (let p = firstLine(buffer, start); p < end - 2; ) {
    const colon = next(COLON, buffer, p);
    const cr = next(CR, buffer, colon);
    if (buffer[colon + 1] !== SP || isSpace(buffer[colon + 2]!) || (cr > colon + 2 && isSpace(buffer[cr - 1]!)))
      return false;
    p = cr + 2;
  }
  return true;
};
const isSpace = (byte: number): boolean => byte === SP || byte === HT;
const textOf = (buffer: Buffer, colon: number, cr: number): string => {
  const from = afterSpace(buffer, colon + 1, cr);
  return buffer.toString("latin1", from, beforeSpace(buffer, from, cr));
};
/** Value of a header. Several lines of the same name are a single list (RFC 9110 5.3). */
const headerOf = (buffer: Buffer, start: number, end: number, name: string): string | undefined => {
  const wanted = bytesOf(name);
  let value: string | undefined;
  for (let p = firstLine(buffer, start); p < end - 2; ) {
    const colon = next(COLON, buffer, p);
    const cr = next(CR, buffer, colon);
    if (isName(buffer, p, colon, wanted)) {
      const more = textOf(buffer, colon, cr);
      value = value === undefined ? more : `${value}, ${more}`;
    }
    p = cr + 2;
  }
  return value;
};
/**
 * Most names cached as bytes. Matches and criteria read the same few names again and again; bounded, because faults and
 * watches come and go.
 */
const MOST_NAMES = 256;
const names = new Map<string, Uint8Array>();
const bytesOf = (name: string): Uint8Array => {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size >= MOST_NAMES) names.clear();
  const bytes = lowered(name);
  names.set(name, bytes);
  return bytes;
};
const linesOf = (buffer: Buffer, start: number, end: number): Array<[string, string]> => {
  const lines: Array<[string, string]> = [];
  for (let p = firstLine(buffer, start); p < end - 2; ) {
    const colon = next(COLON, buffer, p);
    const cr = next(CR, buffer, colon);
    lines.push([buffer.toString("latin1", p, colon), textOf(buffer, colon, cr)]);
    p = cr + 2;
  }
  return lines;
};

const pathOf = (target: string): string => {
  const whole = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]+/i, "");
  const at = whole.indexOf("?");
  const path = at < 0 ? whole : whole.slice(0, at);
  return path === "" ? "/" : path;
};
