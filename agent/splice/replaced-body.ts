/** A body that a fault set, against the original one that is read and dropped: a fault that sets what is there has not hit. */

export class ReplacedBody {
  readonly #body: Uint8Array;
  #read = 0;
  #isWhole = false;

  constructor(body: Uint8Array) {
    this.#body = body;
  }
  /** The original has been read to its end. */
  get isWhole(): boolean {
    return this.#isWhole;
  }
  /** More of the original. False: it is another one. */
  matches(bytes: Uint8Array): boolean {
    const from = this.#read;
    this.#read += bytes.length;
    return Buffer.compare(this.#body.subarray(from, this.#read), bytes) === 0;
  }
  /** The end of the original. False: it is shorter. */
  ends(): boolean {
    this.#isWhole = true;
    return this.#read >= this.#body.length;
  }
}
