/**
 * Slab: a block of memory for held bytes. Parts are copied behind each other; the block is used again when the last
 * part has left.
 */
export class Slab {
  readonly #bytes: Buffer;
  /** Lane whose parts lie here (`held-memory.ts`). */
  lane = 0;
  /** Number of parts whose bytes lie here. */
  parts = 0;
  /** A write that outlived its flow still reads these bytes: the block is never used again. */
  isRetired = false;
  #end = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }
  /** Number of bytes that still fit. */
  get room(): number {
    return this.#bytes.length - this.#end;
  }
  /** Copies bytes, `room` at most, behind the others. Returns the copy. */
  append(bytes: Uint8Array): Buffer {
    const from = this.#end;
    this.#bytes.set(bytes, from);
    this.#end += bytes.length;
    return this.#bytes.subarray(from, this.#end);
  }
  /** True: nothing lies behind this copy, so that bytes appended next lie right behind. */
  isLast(copy: Uint8Array): boolean {
    return copy.byteOffset + copy.length === this.#bytes.byteOffset + this.#end;
  }
  /** The copy, with the bytes appended right behind. */
  extend(copy: Uint8Array, bytes: Uint8Array): Buffer {
    const from = copy.byteOffset - this.#bytes.byteOffset;
    this.append(bytes);
    return this.#bytes.subarray(from, this.#end);
  }
  /** Takes the block for parts from the start again. */
  clear(): void {
    this.#end = 0;
  }
}
