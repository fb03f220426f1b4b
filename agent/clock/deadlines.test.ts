import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { Deadlines } from "./deadlines.ts";

const stage = (afterMs: number) => {
  const clock = new HandClock();
  const missed: (readonly [string, number])[] = [];
  const deadlines = new Deadlines<string>(clock, afterMs, (item) => missed.push([item, clock.nowMs()]));
  return { clock, deadlines, missed };
};

describe("deadlines", () => {
  it("are missed by exactly those that were not withdrawn, each at its own time", () => {
    const step = fc.record({ waitMs: fc.nat(40), keepMs: fc.option(fc.nat(60).filter((ms) => ms !== 50)) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { clock, deadlines, missed } = stage(50);
        const expected: (readonly [string, number])[] = [];
        for (const [i, { waitMs, keepMs }] of steps.entries()) {
          clock.advance(waitMs);
          const item = `${i}`;
          deadlines.add(item);
          if (keepMs === null || keepMs > 50) expected.push([item, clock.nowMs() + 50]);
          if (keepMs !== null) clock.wake(clock.nowMs() + keepMs, () => deadlines.withdraw(item));
        }
        clock.advance(1_000);
        expect(missed).toEqual(expected);
      }),
    );
  });
  it("may be given anew by what missed them", () => {
    const clock = new HandClock();
    let missed = 0;
    const deadlines: Deadlines<string> = new Deadlines(clock, 10, (item) => {
      if (++missed < 3) deadlines.add(item);
    });
    deadlines.add("again");
    clock.advance(1_000);
    expect(missed).toBe(3);
  });
  it("are not missed for a stall of the process: what withdraws them may wait to be read", () => {
    const { clock, deadlines, missed } = stage(100);
    deadlines.add("in time");
    clock.advance(50);
    deadlines.add("late");
    clock.stall(700);
    clock.advance(0);
    deadlines.withdraw("in time");
    clock.advance(19);
    expect(missed).toEqual([]);
    clock.advance(1_000);
    expect(missed).toEqual([["late", 770]]);
  });
  it("leave no timer behind once they are closed", () => {
    const { clock, deadlines, missed } = stage(10);
    deadlines.add("late");
    deadlines.close();
    clock.advance(100);
    expect([missed, clock.waiting]).toEqual([[], 0]);
  });
});
