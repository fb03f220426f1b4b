import { expect, test } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { detectClockJumps } from "./clock-jump.ts";

const setUp = () => {
  const clock = new HandClock();
  let wallAheadMs = 0;
  let sleptMs = 0;
  const jumps: number[] = [];
  const guard = detectClockJumps(
    clock,
    () => ({
      monotonicMs: clock.nowMs(),
      wallMs: 1e12 + clock.nowMs() + sleptMs + wallAheadMs,
      // Whole seconds, as some systems report uptime.
      uptimeMs: Math.floor((clock.nowMs() + sleptMs) / 1_000) * 1_000,
    }),
    (apartMs) => jumps.push(apartMs),
  );
  return {
    clock,
    guard,
    jumps,
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
    const { clock, jumps, set } = setUp();
    clock.advance(1_000);
    set(ms);
    clock.advance(250);
    expect(jumps).toHaveLength(1);
    clock.advance(10_000);
    expect(jumps).toHaveLength(1);
  }
});

test("a machine that slept is noticed", () => {
  const { clock, jumps, sleep } = setUp();
  clock.advance(1_000);
  sleep(5_000);
  clock.advance(250);
  expect(jumps).toHaveLength(1);
});

test("once stopped it looks no more", () => {
  const { clock, guard, jumps, set } = setUp();
  guard.stop();
  set(60_000);
  clock.advance(1_000);
  expect(jumps).toEqual([]);
});
