/**
 * Read buffer of a connection: small while messages are small, larger when reads fill the buffer. Small buffers are
 * reused: a new buffer for each connection would wake the garbage collector for little else.
 */

const SMALL = 16 * 1024;
const LARGE = 256 * 1024;
/** Consecutive reads that fill the buffer, before the buffer grows fourfold. */
const FULL_READS = 2;
/** Consecutive reads that would have fitted the small buffer, before a large buffer is given back. */
const SMALL_READS = 64;

/** Small buffers kept for later connections: 1 MiB at most. */
const MOST_FREE = 64;
const free: Buffer[] = [];
/** Memory that a write still held on returning. That write may outlive the connection that the bytes came on. */
const lent = new WeakSet<ArrayBufferLike>();
/** Marks the buffer of a write that the kernel has not taken whole: such a buffer is not reused. */
export const markLent = ({ buffer }: Uint8Array): void => {
  lent.add(buffer);
};

export class ReadBuffer {
  bytes = free.pop() ?? Buffer.allocUnsafeSlow(SMALL);
  #full = 0;
  #small = 0;

  /** Called after a read of `length` bytes. Returns another buffer for the next read; null: the same buffer. */
  after(length: number): Buffer | null {
    this.#full = length === this.bytes.length ? this.#full + 1 : 0;
    this.#small = length < SMALL ? this.#small + 1 : 0;
    if (this.#full >= FULL_READS && this.bytes.length < LARGE) return this.#become(this.bytes.length * 4);
    if (this.#small >= SMALL_READS && this.bytes.length > SMALL) return this.#become(SMALL);
    return null;
  }
  #become(size: number): Buffer {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.#full = 0;
    this.#small = 0;
    return this.bytes;
  }
  /** Gives the buffer back: no more bytes are read into the buffer. */
  release(): void {
    const { bytes } = this;
    if (bytes.length === SMALL && free.length < MOST_FREE && !lent.has(bytes.buffer)) free.push(bytes);
  }
}
