/**
 * Lookahead: finds requests in a caller's bytes ahead of connection faults that hold, swallow or change those bytes, so
 * that requests are known that never get as far as the edge's parser. The lookahead changes no bytes and keeps none
 * back.
 */
import type { InFlightRequest } from "../faults/candidate.ts";
import { BodyReader, requestFraming } from "../http1/body.ts";
import { BAD, MORE } from "../http1/fields.ts";
import { REQUEST_HEAD } from "../http1/head.ts";
import { PartialHead } from "../http1/partial-head.ts";
import type { WatchedExchange } from "../metrics/observer.ts";

/** Most requests ahead of the parser; a caller that sends more is not followed any further. */
const MOST_AHEAD = 256;

/** Position of the connection's parser while no bytes are held between parser and caller. */
export interface ParserPosition {
  /** Body of the request in flight, if more of the body is to come. */
  readonly body: BodyReader | null;
  /** Bytes received and not parsed yet: a part of a head, or later requests. */
  readonly unparsed: Buffer | null;
  /** Requests begun on the connection so far. */
  readonly begun: number;
}

/** A request received that the edge's parser has not had yet. */
export interface PeekedRequest extends InFlightRequest {
  readonly watched: WatchedExchange | null;
  readonly startedMs: number;
}

export class Lookahead {
  readonly #body = new BodyReader();
  readonly #headBytes: number;
  readonly #found: (buffer: Buffer, at: number, ordinal: number) => PeekedRequest;
  #inBody = false;
  #partial: PartialHead | null = null;
  #last: number;
  /** The caller's framing cannot be followed any further. */
  #lost = false;
  readonly #came: PeekedRequest[] = [];

  /** `found`: a head of `headBytes` at most lies in REQUEST_HEAD, and ends at `at` in the buffer. */
  constructor(
    { body, unparsed, begun }: ParserPosition,
    headBytes: number,
    found: (buffer: Buffer, at: number, ordinal: number) => PeekedRequest,
  ) {
    this.#headBytes = headBytes;
    this.#found = found;
    this.#last = begun;
    if (body !== null) {
      this.#body.follow(body);
      this.#inBody = true;
    }
    if (unparsed !== null) this.take(unparsed, 0, unparsed.length);
  }
  /** Requests received that have not got past the faults, the oldest first. */
  get pending(): readonly PeekedRequest[] {
    return this.#came;
  }
  /** Takes the next request, which has got past the faults. undefined: no such request is known. */
  shift(): PeekedRequest | undefined {
    return this.#came.shift();
  }
  take(buffer: Buffer, from: number, end: number): void {
    if (this.#partial === null) this.#read(buffer, from, end);
    else if (this.#partial.append(buffer, from, end)) {
      const { bytes, length } = this.#partial;
      this.#partial = null;
      this.#read(bytes, 0, length);
    }
  }

  #read(buffer: Buffer, from: number, end: number): void {
    for (let p = from; p < end && !this.#lost && this.#partial === null; )
      p = this.#inBody ? this.#skip(buffer, p, end) : this.#head(buffer, p, end);
  }
  #skip(buffer: Buffer, p: number, end: number): number {
    const at = this.#body.skip(buffer, p, end);
    this.#lost = at === BAD;
    this.#inBody = at === MORE;
    return at === MORE ? end : at;
  }
  #head(buffer: Buffer, p: number, end: number): number {
    const at = REQUEST_HEAD.parse(buffer, p, end, this.#headBytes);
    this.#lost = at === BAD;
    if (at === MORE) this.#partial = new PartialHead(buffer, p, end, this.#headBytes);
    if (at <= 0) return end;
    const framing = requestFraming(REQUEST_HEAD);
    this.#body.start(framing, REQUEST_HEAD.length);
    this.#inBody = framing !== "none";
    if (this.#came.length === MOST_AHEAD) this.#lost = true;
    else this.#came.push(this.#found(buffer, at, ++this.#last));
    return at;
  }
}
