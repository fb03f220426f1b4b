/**
 * Replaced body: the body that a fault set, compared with the original body, which is read and dropped. A fault that
 * sets the same body has not hit.
 */

export class ReplacedBody {
  readonly #body: Uint8Array;
  #read = 0;
  #isWhole = false;

  constructor(body: Uint8Array) {
    this.#body = body;
  }
  /** The original has been read to the end. */
  get isWhole(): boolean {
    return this.#isWhole;
  }
  /** Compares more of the original. False: the original differs. */
  matches(bytes: Uint8Array): boolean {
    const from = this.#read;
    this.#read += bytes.length;
    return Buffer.compare(this.#body.subarray(from, this.#read), bytes) === 0;
  }
  /** Notes the end of the original. False: the original is shorter. */
  ends(): boolean {
    this.#isWhole = true;
    return this.#read >= this.#body.length;
  }
}
