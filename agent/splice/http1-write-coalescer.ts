/**
 * Write coalescer: one message on its way out, in one write for each turn of the loop where it can be: its head waits for the first bytes of
 * its body, and chunks wait for each other and for the end. Nothing waits longer than the turn: what comes alone leaves alone.
 */

/** Above it a write of its own costs less than the copy. */
const MOST_JOINED = 16 * 1024;

export class WriteCoalescer {
  readonly #send: (bytes: Buffer) => boolean;
  readonly #congest: () => void;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #asked = false;

  /** `send`: false: it takes no more. `congest`: it said so of bytes that were accepted here before. */
  constructor(send: (bytes: Buffer) => boolean, congest: () => void) {
    this.#send = send;
    this.#congest = congest;
  }
  /** Takes bytes that nobody else writes to. False: no more for the moment. */
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
  /** Sends borrowed bytes at once, with what waits. False: no more, and they stay lent until then. */
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
