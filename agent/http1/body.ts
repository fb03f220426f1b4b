/**
 * Body reader: finds the end of a message body, in the four framings. Each direction of a connection has a single
 * reader, restarted for each message.
 */
import { BROKEN, ChunkedReader, DATA, END, NOTHING_YET } from "./chunked.ts";
import { BAD, type Fields, MORE } from "./fields.ts";

export type Framing = "none" | "length" | "chunked" | "close";

export class BodyReader {
  framing: Framing = "none";
  /** Bytes still to come of a `length` body. */
  left = 0;
  /** Result of `read`: DATA, TRAILER, END, BROKEN or NOTHING_YET. */
  found = NOTHING_YET;
  from = 0;
  to = 0;
  /** Created for the first chunked body: most connections see none. */
  #chunkedReader: ChunkedReader | null = null;

  get #chunked(): ChunkedReader {
    this.#chunkedReader ??= new ChunkedReader();
    return this.#chunkedReader;
  }
  start(framing: Framing, length: number): void {
    this.framing = framing;
    this.left = framing === "length" ? length : 0;
    if (framing === "chunked") this.#chunked.start();
  }

  /** Continues from another reader's position; the other reader stays unchanged. */
  follow(other: BodyReader): void {
    this.framing = other.framing;
    this.left = other.left;
    if (other.framing === "chunked") this.#chunked.follow(other.#chunked);
  }

  /** Skips bytes that pass unchanged: returns where the body ends in buffer[p, end), or MORE or BAD. */
  skip(buffer: Buffer, p: number, end: number): number {
    if (this.framing === "length") {
      if (this.left > end - p) {
        this.left -= end - p;
        return MORE;
      }
      const at = p + this.left;
      this.left = 0;
      return at;
    }
    if (this.framing === "none") return p;
    if (this.framing === "close") return MORE;
    const chunked = this.#chunked;
    let at = p;
    while (at < end) {
      at = chunked.read(buffer, at, end);
      if (chunked.found === END) return at;
      if (chunked.found === BROKEN) return BAD;
    }
    return MORE;
  }

  /**
   * Reads bytes that are framed anew: reads on at `p` until a part is found, and returns where reading stopped. An
   * empty body is END at once.
   */
  read(buffer: Buffer, p: number, end: number): number {
    if (this.framing === "chunked") {
      const chunked = this.#chunked;
      const at = chunked.read(buffer, p, end);
      this.found = chunked.found;
      this.from = chunked.from;
      this.to = chunked.to;
      return at;
    }
    if (this.framing !== "close" && this.left === 0) {
      this.found = END;
      return p;
    }
    const to = this.framing === "close" ? end : Math.min(end, p + this.left);
    this.left -= this.framing === "close" ? 0 : to - p;
    this.found = to > p ? DATA : NOTHING_YET;
    this.from = p;
    this.to = to;
    return to;
  }
}

/** Framing of a request body (RFC 9112 6.3). A request without a length has no body. */
export const requestFraming = (head: Fields): Framing =>
  head.chunked ? "chunked" : head.length > 0 ? "length" : "none";

/** Framing of a response body (RFC 9112 6.3). `toHead`: the response answers a HEAD request. */
export const responseFraming = (head: Fields, status: number, toHead: boolean): Framing => {
  if (toHead || status < 200 || status === 204 || status === 304) return "none";
  if (head.chunked) return "chunked";
  if (head.hasCoding || head.length < 0) return "close";
  return head.length === 0 ? "none" : "length";
};
