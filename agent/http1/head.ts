/** Parser of request and response heads, working on the bytes as they arrive. Makes no strings on the way. */
import { allOf, CR, HOST, LF, name, SLASH, SP, TARGET, TOKEN, VALUE } from "./bytes.ts";
import { Fields, MORE } from "./fields.ts";
import { REFUSED, type Refusal } from "./refusal.ts";

/** Largest head in bytes; a larger head is refused. */
export const MOST_HEAD = 64 * 1024;
/** Most empty lines before a request that are ignored (RFC 9112 2.2). */
const MOST_EMPTY_LINES = 4;
const TLS_HANDSHAKE = 0x16;

const HTTP = name("HTTP/");
const HEAD = name("HEAD");
const isAt = (buffer: Buffer, p: number, text: Uint8Array): boolean => {
  for (let i = 0; i < text.length; i++) if (buffer[p + i] !== text[i]) return false;
  return true;
};
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

export class RequestHead extends Fields {
  /** Start of the request line, behind empty lines. */
  start = 0;
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;
  /** True: HTTP/1.0. */
  old = false;

  /** Parses the head in buffer[from, end). Returns where the head ends, MORE or BAD. */
  parse(buffer: Buffer, from: number, end: number): number {
    const lineEnd = this.#line(buffer, from, end);
    const at = lineEnd > 0 ? this.lines(buffer, lineEnd, end) : lineEnd;
    if (at > 0) return at - this.start > MOST_HEAD ? this.bad(REFUSED.tooLarge) : this.#check(buffer, at);
    return at === MORE && end - from > MOST_HEAD ? this.bad(REFUSED.tooLarge) : at;
  }

  /** The request asks for the head of the answer only. */
  isToHead(buffer: Buffer): boolean {
    return this.methodEnd - this.start === HEAD.length && isAt(buffer, this.start, HEAD);
  }

  /** Parses the request line. Returns where the line ends, MORE or BAD. */
  #line(buffer: Buffer, from: number, end: number): number {
    let p = from;
    while (p < end && (buffer[p] === CR || buffer[p] === LF)) {
      if (buffer[p] === LF) return this.bad(REFUSED.bareLf);
      if (p + 1 >= end) return MORE;
      if (buffer[p + 1] !== LF || p - from >= 2 * MOST_EMPTY_LINES) return this.bad(REFUSED.requestLine);
      p += 2;
    }
    if (p >= end) return MORE;
    if (buffer[p] === TLS_HANDSHAKE) return this.bad(REFUSED.tls);
    this.start = p;
    while (p < end && TOKEN[buffer[p]!] === 1) p++;
    if (p >= end) return MORE;
    if (buffer[p] !== SP || p === this.start) return this.bad(REFUSED.requestLine);
    this.methodEnd = p++;
    this.targetStart = p;
    while (p < end && TARGET[buffer[p]!] === 1) p++;
    if (p >= end) return MORE;
    if (buffer[p] !== SP || p === this.targetStart) return this.bad(REFUSED.requestLine);
    this.targetEnd = p++;
    return this.#version(buffer, p, end);
  }
  #version(buffer: Buffer, p: number, end: number): number {
    // Expected: "HTTP/1.1" CR LF. Bytes already there must fit, so that garbage is refused before the line is complete.
    for (let i = 0; i < HTTP.length && p + i < end; i++)
      if (buffer[p + i] !== HTTP[i]) return this.bad(REFUSED.requestLine);
    if (p + 10 > end) return MORE;
    const major = buffer[p + 5]!;
    const minor = buffer[p + 7]!;
    if (!isDigit(major) || buffer[p + 6] !== 46 || !isDigit(minor)) return this.bad(REFUSED.requestLine);
    if (buffer[p + 8] === LF) return this.bad(REFUSED.bareLf);
    if (buffer[p + 8] !== CR || buffer[p + 9] !== LF) return this.bad(REFUSED.requestLine);
    if (major !== 49 || minor > 49) return this.bad(isPreface(buffer, this.start) ? REFUSED.preface : REFUSED.version);
    this.old = minor === 48;
    return p + 10;
  }
  /** Checks that need the whole head. */
  #check(buffer: Buffer, at: number): number {
    if (this.hosts > 1) return this.bad(REFUSED.twoHosts);
    if (this.hosts === 0 && !this.old) return this.bad(REFUSED.noHost);
    if (this.hasCoding && (!this.chunked || this.old)) return this.bad(REFUSED.coding);
    if (buffer[this.targetStart] === SLASH) return at;
    const method = buffer.toString("latin1", this.start, this.methodEnd);
    if (method === "CONNECT") return this.bad(REFUSED.connect);
    const target = buffer.toString("latin1", this.targetStart, this.targetEnd);
    if (target === "*" && method === "OPTIONS") return at;
    return authorityOf(target) === null ? this.bad(REFUSED.target) : at;
  }
}

const PREFACE = name("PRI * HTTP/2.0");
const isPreface = (buffer: Buffer, p: number): boolean => isAt(buffer, p, PREFACE);

const ABSOLUTE = /^https?:\/\/([^/?#]+)/i;
/**
 * Host and port of an absolute-form target, without user information (RFC 9110 4.2.4); null: the target is in another
 * form, or not a plain URL.
 */
export const authorityOf = (target: string): string | null => {
  const given = ABSOLUTE.exec(target)?.[1];
  if (given === undefined) return null;
  const authority = given.slice(given.lastIndexOf("@") + 1);
  const plain = Buffer.from(authority, "latin1");
  return allOf(HOST, plain, 0, plain.length) ? authority : null;
};

const TLS_ALERT = 0x15;
/** Refusal of an answer that is no HTTP/1, by its first byte: TLS, or the length of an HTTP/2 frame. */
const foreign = (first: number): Refusal =>
  first === TLS_ALERT || first === TLS_HANDSHAKE
    ? REFUSED.tlsAnswer
    : first === 0
      ? REFUSED.http2Answer
      : REFUSED.statusLine;

export class ResponseHeadParser extends Fields {
  protected override readonly allowsRepeats = true;
  status = 0;
  /** True: HTTP/1.0. */
  old = false;
  start = 0;

  parse(buffer: Buffer, from: number, end: number): number {
    this.start = from;
    const lineEnd = this.#line(buffer, from, end);
    const at = lineEnd > 0 ? this.lines(buffer, lineEnd, end) : lineEnd;
    return (at === MORE && end - from > MOST_HEAD) || at - from > MOST_HEAD ? this.bad(REFUSED.tooLarge) : at;
  }

  /** Parses the status line: "HTTP/1.1 200" [SP reason] CR LF. */
  #line(buffer: Buffer, from: number, end: number): number {
    for (let i = 0; i < HTTP.length && from + i < end; i++)
      if (buffer[from + i] !== HTTP[i]) return this.bad(foreign(buffer[from]!));
    if (from + 13 > end) return MORE;
    const minor = buffer[from + 7]!;
    if (buffer[from + 5] !== 49 || buffer[from + 6] !== 46 || !isDigit(minor) || buffer[from + 8] !== SP)
      return this.bad(REFUSED.statusLine);
    let status = 0;
    for (let p = from + 9; p < from + 12; p++) {
      if (!isDigit(buffer[p]!)) return this.bad(REFUSED.statusLine);
      status = status * 10 + buffer[p]! - 48;
    }
    let p = from + 12;
    if (status < 100 || (buffer[p] !== SP && buffer[p] !== CR)) return this.bad(REFUSED.statusLine);
    while (p < end && VALUE[buffer[p]!] === 1) p++;
    if (p + 1 >= end) return MORE;
    if (buffer[p] !== CR || buffer[p + 1] !== LF) return this.bad(REFUSED.statusLine);
    this.status = status;
    this.old = minor === 48;
    return p + 2;
  }
}

/** Record that all requests are parsed into: read the record before the next head is parsed. */
export const REQUEST_HEAD = new RequestHead();
/** Record that all responses are parsed into: read the record before the next head is parsed. */
export const RESPONSE_HEAD = new ResponseHeadParser();
