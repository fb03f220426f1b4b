import { expect, test } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { detectClockJumps } from "./clock-jump.ts";

const setUp = () => {
  const clock = new HandClock();
  let wallAheadMs = 0;
  let sleptMs = 0;
  const jumps: number[] = [];
  let reads = 0;
  const guard = detectClockJumps(
    clock,
    () => {
      reads++;
      return {
        monotonicMs: clock.nowMs(),
        wallMs: 1e12 + clock.nowMs() + sleptMs + wallAheadMs,
        // Whole seconds, as some systems report uptime.
        uptimeMs: Math.floor((clock.nowMs() + sleptMs) / 1_000) * 1_000,
      };
    },
    (apartMs) => jumps.push(apartMs),
  );
  return {
    clock,
    guard,
    jumps,
    reads: () => reads,
    set: (ms: number) => {
      wallAheadMs += ms;
    },
    sleep: (ms: number) => {
      sleptMs += ms;
    },
  };
};

test("clocks that go together are no jump, also when one tells whole seconds and the loop is late", () => {
  const { clock, jumps } = setUp();
  for (let i = 0; i < 100; i++) clock.advance(250);
  clock.stall(30_000);
  clock.advance(777);
  expect(jumps).toEqual([]);
});

test("somebody who sets the time forward or back is noticed within 250 ms", () => {
  for (const ms of [2_001, -2_001]) {
    const { clock, guard, jumps, set } = setUp();
    guard.watchFaults(true);
    clock.advance(1_000);
    set(ms);
    clock.advance(250);
    expect(jumps).toHaveLength(1);
    clock.advance(10_000);
    expect(jumps).toHaveLength(1);
  }
});

test("a machine that slept is noticed", () => {
  const { clock, guard, jumps, sleep } = setUp();
  guard.watchFaults(true);
  clock.advance(1_000);
  sleep(5_000);
  clock.advance(250);
  expect(jumps).toHaveLength(1);
});

test("an agent without faults looks each five seconds, for nobody needs it sooner", () => {
  const { clock, reads } = setUp();
  clock.advance(10_000);
  expect(reads()).toBe(3);
});

test("a jump before the faults came is noticed at once, and not first seconds later", () => {
  const { clock, guard, jumps, sleep } = setUp();
  clock.advance(1_100);
  sleep(5_000);
  guard.watchFaults(true);
  expect(jumps).toEqual([]);
  clock.advance(0);
  expect(jumps).toHaveLength(1);
});

test("while faults are held it looks each 250 ms, whatever was asked for between", () => {
  const { clock, guard, reads } = setUp();
  clock.advance(5_000);
  guard.watchFaults(true);
  clock.advance(0);
  const before = reads();
  for (let i = 0; i < 40; i++) {
    guard.watchFaults(true);
    clock.advance(100);
  }
  expect(reads() - before).toBe(16);
  guard.watchFaults(false);
  clock.advance(10_000);
  expect(reads() - before).toBeLessThanOrEqual(16 + 3);
  expect(clock.waiting).toBe(1);
});

test("once stopped it looks no more", () => {
  const { clock, guard, jumps, set } = setUp();
  guard.stop();
  guard.watchFaults(true);
  set(60_000);
  clock.advance(1_000);
  expect(jumps).toEqual([]);
});
