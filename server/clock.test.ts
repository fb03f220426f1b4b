import { describe, expect, it } from "vitest";
import { FakeClock } from "../test/server/fake-clock.ts";
import { every, guardJumps, systemClock, within } from "./clock.ts";

describe("the server's clock", () => {
  it("refuses a timer without a time", () => {
    expect(() => systemClock.wake(Number.NaN, () => {})).toThrow(RangeError);
    expect(() => every(systemClock, 0, () => {})).toThrow(RangeError);
  });

  it("does not ring at once for a time further away than one timer can wait", async () => {
    let rang = false;
    const alarm = systemClock.wake(systemClock.nowMs() + 2 ** 33, () => {
      rang = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    alarm.cancel();
    expect(rang).toBe(false);
  });

  it("keeps to its grid after a stall instead of ringing for what was missed", async () => {
    const clock = new FakeClock();
    const rings: number[] = [];
    every(clock, 100, () => rings.push(clock.nowMs() - 1_000));
    await clock.advance(250);
    clock.stall(700);
    await clock.advance(100);
    expect(rings).toEqual([100, 200, 950, 1_000]);
  });

  it("gives up on work that takes too long", async () => {
    const clock = new FakeClock();
    const hanging = within(clock, 500, new Promise(() => {}), () => new Error("late"));
    const caught = hanging.catch((error: Error) => error.message);
    await clock.advance(500);
    expect(await caught).toBe("late");
  });
});

describe("the guard against clock jumps", () => {
  const jumps = async (what: "wallJumpMs" | "uptimeJumpMs", byMs: number) => {
    const clock = new FakeClock();
    const told: string[] = [];
    guardJumps(clock, (jump) => told.push(jump));
    await clock.advance(1_000);
    clock[what] += byMs;
    await clock.advance(1_000);
    return told;
  };
  it("sees wall time set forwards and backwards", async () => {
    expect(await jumps("wallJumpMs", 1_500)).toEqual(["the wall clock moved by 1500 ms against the monotonic clock"]);
    expect(await jumps("wallJumpMs", -60_000)).toHaveLength(1);
  });
  it("sees that the machine slept", async () => {
    expect(await jumps("uptimeJumpMs", 30_000)).toEqual([
      "the machine's uptime moved by 30000 ms against the monotonic clock",
    ]);
  });
  it("lets small steps pass, and a stall of its own loop", async () => {
    expect(await jumps("wallJumpMs", 900)).toEqual([]);
    const clock = new FakeClock();
    const told: string[] = [];
    guardJumps(clock, (jump) => told.push(jump));
    clock.stall(5_000);
    await clock.advance(1_000);
    expect(told).toEqual([]);
  });
});
