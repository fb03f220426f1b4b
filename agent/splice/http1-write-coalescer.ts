/**
 * Write coalescer: sends a message in a single write for each turn of the loop where possible. The head waits for the
 * first bytes of the body, and chunks wait for each other and for the end. No bytes wait longer than the turn: a part
 * that comes alone leaves alone.
 */

/** Most bytes joined into a single write; above this size a separate write costs less than the copy. */
const MOST_JOINED = 16 * 1024;

export class WriteCoalescer {
  readonly #send: (bytes: Buffer) => boolean;
  readonly #congest: () => void;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #asked = false;

  /** `send`: false: the connection takes no more. `congest`: called when that happens to bytes accepted here before. */
  constructor(send: (bytes: Buffer) => boolean, congest: () => void) {
    this.#send = send;
    this.#congest = congest;
  }
  /** Takes bytes that no other code writes to. False: no more for the moment. */
  put(bytes: Buffer): boolean {
    if (bytes.length === 0) return true;
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > MOST_JOINED) return this.flush();
    if (!this.#asked) {
      this.#asked = true;
      process.nextTick(this.#turnEnds);
    }
    return true;
  }
  /** Sends borrowed bytes at once, with the waiting bytes. False: no more, and the bytes stay lent until then. */
  lend(bytes: Buffer): boolean {
    if (bytes.length === 0) return true;
    if (this.#waiting.length === 0) return this.#send(bytes);
    if (this.#bytes + bytes.length <= MOST_JOINED) {
      this.#waiting.push(bytes);
      return this.flush();
    }
    const taken = this.flush();
    return this.#send(bytes) && taken;
  }
  flush(): boolean {
    const waiting = this.#waiting;
    if (waiting.length === 0) return true;
    this.#waiting = [];
    this.#bytes = 0;
    return this.#send(waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting));
  }

  readonly #turnEnds = (): void => {
    this.#asked = false;
    if (!this.flush()) this.#congest();
  };
}
