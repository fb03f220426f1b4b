import { expect, test } from "vitest";
import { budgetFor, COST_OF_PART, HeldMemory } from "./held-memory.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

test("the budget is 256 MiB, and a quarter of a smaller memory limit", () => {
  expect([0, 2 ** 64, 4 * GIB, GIB / 2].map(budgetFor)).toEqual([GIB / 4, GIB / 4, GIB / 4, GIB / 8]);
});

test("slabs count as a whole, with the objects of each part, until the last part has left", () => {
  const memory = new HeldMemory(256 * MIB);
  const [one, other] = [memory.take(5), memory.take(5)];
  expect(one).toBe(other);
  expect(memory.usedBytes).toBe(MIB + 2 * COST_OF_PART);
  memory.release(one);
  expect(memory.usedBytes).toBe(MIB + COST_OF_PART);
  memory.release(other);
  expect(memory.usedBytes).toBe(0);
});

test("parts that wait for an end take no slab of parts that soon leave", () => {
  const memory = new HeldMemory(256 * MIB);
  const stalled = memory.take(Number.POSITIVE_INFINITY);
  const soon = memory.take(5);
  expect(soon).not.toBe(stalled);
  expect(memory.take(7)).toBe(soon);
  expect(memory.take(1_000)).not.toBe(soon);
});

test("a slab is used again once its parts have left", () => {
  const memory = new HeldMemory(4 * MIB);
  const slab = memory.take(5);
  slab.append(Buffer.alloc(slab.room));
  const next = memory.take(5);
  expect(next).not.toBe(slab);
  next.append(Buffer.alloc(next.room));
  memory.release(slab);
  expect(memory.take(5)).toBe(slab);
  expect(slab.room).toBe(64 * KIB);
});

test("a retired slab is never used again, and costs nothing once its parts have left", () => {
  const memory = new HeldMemory(4 * MIB);
  const slab = memory.take(5);
  memory.share(slab);
  memory.retire(slab);
  memory.release(slab);
  expect(memory.usedBytes).toBe(0);
  expect(memory.take(5)).not.toBe(slab);
});

test("a flow may hold half of what the others leave free", () => {
  const memory = new HeldMemory(64 * MIB);
  expect(memory.mostFor(0)).toBe(32 * MIB);
  for (let i = 0; i < 16; i++) {
    const slab = memory.take(5);
    slab.append(Buffer.alloc(slab.room));
  }
  expect(memory.mostFor(0) / MIB).toBeCloseTo(24, 1);
  expect(memory.mostFor(16 * MIB) / MIB).toBeCloseTo(32, 1);
  expect(memory.isSpent).toBe(false);
});

test("memory that held nothing for ten rests goes back to the system", () => {
  const memory = new HeldMemory(4 * MIB);
  const slab = memory.take(5);
  for (let i = 0; i < 20; i++) memory.rest();
  memory.release(slab);
  for (let i = 0; i < 9; i++) memory.rest();
  expect(memory.take(5)).toBe(slab);
  memory.release(slab);
  for (let i = 0; i < 10; i++) memory.rest();
  expect(memory.take(5)).not.toBe(slab);
});
