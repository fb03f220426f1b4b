import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { WorkerPool } from "./worker-pool.ts";

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await setImmediate();
};

const neverCalled = (error: unknown) => {
  throw error;
};

describe("a worker pool", () => {
  it("does everything in order, no more at once than it has workers, and lets the loop turn in between", async () => {
    const pool = new WorkerPool(3, neverCalled);
    const begun: number[] = [];
    let [working, most, otherTurns] = [0, 0, 0];
    for (let i = 0; i < 30; i++)
      pool.add(async () => {
        begun.push(i);
        most = Math.max(most, ++working);
        await turns(2);
        working--;
      });
    while (begun.length < 30 || working > 0) {
      otherTurns++;
      await setImmediate();
    }
    expect(begun).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(most).toBe(3);
    expect(otherTurns).toBeGreaterThanOrEqual(10);
  });
  it("begins again after it had nothing to do, and nothing that waits once it was cleared", async () => {
    const pool = new WorkerPool(1, neverCalled);
    const done: string[] = [];
    const work = (name: string) => async () => void done.push(name);
    pool.add(work("a"));
    await turns(5);
    pool.add(work("b"));
    pool.add(work("c"));
    pool.clear();
    await turns(5);
    expect(done).toEqual(["a", "b"]);
  });
});
