import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Crew } from "./crew.ts";

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await setImmediate();
};

const neverCalled = (error: unknown) => {
  throw error;
};

describe("a crew", () => {
  it("does everything in order, no more at once than it has hands, and lets the loop turn in between", async () => {
    const crew = new Crew(3, neverCalled);
    const begun: number[] = [];
    let [working, most, otherTurns] = [0, 0, 0];
    for (let i = 0; i < 30; i++)
      crew.add(async () => {
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
  it("begins again after it had nothing to do, and nothing that waits once it was dismissed", async () => {
    const crew = new Crew(1, neverCalled);
    const done: string[] = [];
    const work = (name: string) => async () => void done.push(name);
    crew.add(work("a"));
    await turns(5);
    crew.add(work("b"));
    crew.add(work("c"));
    crew.dismiss();
    await turns(5);
    expect(done).toEqual(["a", "b"]);
  });
});
