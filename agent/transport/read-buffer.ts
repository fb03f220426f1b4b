/**
 * The read buffer of a connection: small while messages are small, larger when reads fill it. Small buffers are used
 * again: a new buffer for each connection would wake the garbage collector for little else.
 */

const SMALL = 16 * 1024;
const LARGE = 256 * 1024;
/** Reads that filled the buffer, in a row, before it grows fourfold. */
const FULL_READS = 2;
/** Reads that would have fitted the small buffer, in a row, before a large one is given back. */
const SMALL_READS = 64;

/** Small buffers that wait for another connection: 1 MiB of them at most. */
const MOST_FREE = 64;
const free: Buffer[] = [];
/** Memory that a write still held when it returned. That write may outlive the connection that the bytes came on. */
const lent = new WeakSet<ArrayBufferLike>();
/** Bytes of a write that the kernel has not taken whole: their buffer is not used again. */
export const markLent = ({ buffer }: Uint8Array): void => {
  lent.add(buffer);
};

export class ReadBuffer {
  bytes = free.pop() ?? Buffer.allocUnsafeSlow(SMALL);
  #full = 0;
  #small = 0;

  /** After a read of so many bytes: another buffer for the next one; null: the same. */
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
  /** Nothing is read into it any more. */
  release(): void {
    const { bytes } = this;
    if (bytes.length === SMALL && free.length < MOST_FREE && !lent.has(bytes.buffer)) free.push(bytes);
  }
}
