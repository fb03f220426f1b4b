import { EDGE_LIMITS } from "../../experiments/model/mesh/edge-limits.ts";
import { LF } from "./bytes.ts";

const FIRST_SIZE = 2 * 1024;

/**
 * Partial head: a head that arrives in pieces. Copies each byte once, and reports when parsing again can give a new
 * result.
 */
export class PartialHead {
  bytes: Buffer;
  length = 0;
  readonly #most: number;

  /** `most`: bytes above which the head is too large. */
  constructor(buffer: Buffer, from: number, end: number, most = EDGE_LIMITS.headBytes) {
    this.#most = most;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(FIRST_SIZE, 2 * (end - from)));
    this.append(buffer, from, end);
  }
  /**
   * Appends a piece. True: a line may be complete, or the head is too large. Without this, a head sent byte by byte
   * would be parsed once for each byte.
   */
  append(buffer: Buffer, from: number, end: number): boolean {
    const more = end - from;
    if (this.length + more > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(2 * (this.length + more));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    buffer.copy(this.bytes, this.length, from, end);
    const seen = this.length;
    this.length += more;
    return this.length > this.#most || this.bytes.subarray(seen, this.length).includes(LF);
  }
}
