/**
 * Chunked bodies (RFC 9112 7.1), read in pieces of any size. Strict where leniency lets two parsers disagree: sizes are
 * bounded hexadecimal digits, lines end with CR LF, and chunk data ends exactly where the chunk's size says.
 */
import { COLON, CR, HEX, HT, LF, SEMICOLON, SP, TOKEN, VALUE } from "./bytes.ts";

/** Results of `read`, for the bytes up to the position that `read` returns. */
export const NOTHING_YET = 0;
/** Payload: buffer[from, to). */
export const DATA = 1;
/** Part of the trailer lines, CR LF included: buffer[from, to). */
export const TRAILER = 2;
export const END = 3;
export const BROKEN = 4;

/** Most digits of a chunk size: 2^52 - 1 is still exact, and no chunk is larger. */
const MOST_DIGITS = 13;
const MOST_EXTENSION = 4 * 1024;
const MOST_TRAILERS = 16 * 1024;

type State =
  | "size"
  | "after-size"
  | "extension"
  | "size-lf"
  | "data"
  | "data-cr"
  | "data-lf"
  | "line"
  | "name"
  | "value"
  | "line-lf"
  | "last-lf";

export class ChunkedReader {
  /** Result of `read`: NOTHING_YET, DATA, TRAILER, END or BROKEN. */
  found = NOTHING_YET;
  from = 0;
  to = 0;
  #state: State = "size";
  /** Count of size digits seen; within extensions and trailers, count of bytes seen. */
  #count = 0;
  #left = 0;

  start(): void {
    this.#state = "size";
    this.#count = 0;
    this.#left = 0;
  }

  follow(other: ChunkedReader): void {
    this.#state = other.#state;
    this.#count = other.#count;
    this.#left = other.#left;
  }

  /** Reads on at `p`, until a part is found or the bytes are used up. Returns where reading stopped. */
  read(buffer: Buffer, p: number, end: number): number {
    this.found = NOTHING_YET;
    let at = p;
    while (at < end && this.found === NOTHING_YET) at = this.#step(buffer, at, end);
    return at;
  }

  #step(buffer: Buffer, p: number, end: number): number {
    const byte = buffer[p]!;
    switch (this.#state) {
      case "size":
        return this.#size(byte, p);
      case "after-size":
        if (byte === SEMICOLON) this.#state = "extension";
        else if (byte === CR) this.#state = "size-lf";
        else if (byte !== SP && byte !== HT) return this.#broken(p);
        return this.#counted(p, MOST_EXTENSION);
      case "extension":
        if (byte === CR) this.#state = "size-lf";
        else if (VALUE[byte] === 0) return this.#broken(p);
        return this.#counted(p, MOST_EXTENSION);
      case "size-lf":
        this.#count = 0;
        return this.#expect(byte, LF, this.#left === 0 ? "line" : "data", p);
      case "data":
        return this.#data(p, end);
      case "data-cr":
        return this.#expect(byte, CR, "data-lf", p);
      case "data-lf":
        return this.#expect(byte, LF, "size", p);
      case "last-lf":
        if (byte !== LF) return this.#broken(p);
        this.found = END;
        this.start();
        return p + 1;
      default:
        return this.#trailers(buffer, p, end);
    }
  }
  #size(byte: number, p: number): number {
    const digit = HEX[byte]!;
    if (digit === 255) {
      if (this.#count === 0) return this.#broken(p);
      this.#count = 0;
      this.#state = "after-size";
      return p;
    }
    if (++this.#count > MOST_DIGITS) return this.#broken(p);
    this.#left = this.#left * 16 + digit;
    return p + 1;
  }
  #data(p: number, end: number): number {
    const to = Math.min(end, p + this.#left);
    this.found = DATA;
    this.from = p;
    this.to = to;
    this.#left -= to - p;
    if (this.#left === 0) this.#state = "data-cr";
    return to;
  }
  /** Reads as many trailer bytes as have arrived. */
  #trailers(buffer: Buffer, p: number, end: number): number {
    let at = p;
    while (at < end) {
      const byte = buffer[at]!;
      if (this.#state === "line" && byte === CR) {
        this.#state = "last-lf";
        return this.#trailer(p, at) + 1;
      }
      const next = trailerState(this.#state, byte);
      if (next === null || ++this.#count > MOST_TRAILERS) return this.#broken(at);
      this.#state = next;
      at++;
    }
    return this.#trailer(p, at);
  }
  #trailer(from: number, to: number): number {
    if (to > from) this.found = TRAILER;
    this.from = from;
    this.to = to;
    return to;
  }
  #expect(byte: number, wanted: number, next: State, p: number): number {
    if (byte !== wanted) return this.#broken(p);
    this.#state = next;
    return p + 1;
  }
  #counted(p: number, most: number): number {
    return ++this.#count > most ? this.#broken(p) : p + 1;
  }
  #broken(p: number): number {
    this.found = BROKEN;
    return p;
  }
}

/** Next state of a trailer line, `name: value` CR LF, byte by byte; null: the line is malformed. */
const trailerState = (state: State, byte: number): State | null => {
  if (state === "line") return TOKEN[byte] === 1 ? "name" : null;
  if (state === "name") return byte === COLON ? "value" : TOKEN[byte] === 1 ? "name" : null;
  if (state === "value") return byte === CR ? "line-lf" : VALUE[byte] === 1 ? "value" : null;
  return byte === LF ? "line" : null;
};
