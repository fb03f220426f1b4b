import { describe, expect, it } from "vitest";
import { markLent, ReadBuffer } from "./read-buffer.ts";

const KIB = 1024;

describe("the buffer that a connection reads into", () => {
  it("is used again by the next connection, but not while a write may hold it", () => {
    const [first, second] = [new ReadBuffer(), new ReadBuffer()];
    const [freed, held] = [first.bytes, second.bytes];
    markLent(held.subarray(0, 10));
    second.release();
    first.release();
    const next = [new ReadBuffer().bytes, new ReadBuffer().bytes];
    expect(next[0]).toBe(freed);
    expect(next).not.toContain(held);
  });
  it("grows when reads fill it twice, up to 256 KiB, and shrinks after 64 small reads", () => {
    const buffer = new ReadBuffer();
    const sizes = [buffer.bytes.length];
    for (let read = 0; read < 8; read++) {
      buffer.after(buffer.bytes.length);
      sizes.push(buffer.bytes.length);
    }
    expect(sizes).toEqual([16, 16, 64, 64, 256, 256, 256, 256, 256].map((size) => size * KIB));
    for (let read = 0; read < 63; read++) expect(buffer.after(100)).toBeNull();
    expect(buffer.after(100)).toHaveLength(16 * KIB);
  });
  it("is not kept for others while it is large", () => {
    const buffer = new ReadBuffer();
    buffer.after(buffer.bytes.length);
    buffer.after(buffer.bytes.length);
    buffer.release();
    expect(new ReadBuffer().bytes).toHaveLength(16 * KIB);
  });
});
