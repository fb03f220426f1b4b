import { describe, expect, it } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { Stalls } from "./stalls.ts";

const stage = (throttledMs: () => number | null = () => null, cpus: number | null = null) => {
  const clock = new HandClock();
  const stalls = new Stalls(clock, { cpus, throttledMs });
  return { clock, stalls, recent: () => stalls.recent(clock.nowMs()) };
};

describe("the agent's own stalls", () => {
  it("are noted from the last beat on, and told with how long ago they ended", () => {
    const { clock, stalls, recent } = stage();
    stalls.watch(true);
    clock.advance(1_000);
    clock.stall(700);
    clock.advance(0);
    expect(recent()).toEqual([{ n: 1, agoMs: 0, lengthMs: 700 }]);
    clock.advance(300);
    expect(recent()).toEqual([{ n: 1, agoMs: 300, lengthMs: 700 }]);
  });
  it("are none where a beat is late by no more than 50 ms", () => {
    const { clock, stalls, recent } = stage();
    stalls.watch(true);
    for (let i = 0; i < 5; i++) {
      clock.stall(90);
      clock.advance(0);
    }
    expect(recent()).toEqual([]);
    clock.stall(91);
    clock.advance(0);
    expect(recent()).toHaveLength(1);
  });
  it("are looked for only while something is ordered", () => {
    const { clock, stalls, recent } = stage();
    clock.stall(700);
    clock.advance(0);
    stalls.watch(true);
    stalls.watch(false);
    clock.stall(700);
    clock.advance(1_000);
    stalls.watch(true);
    clock.advance(100);
    expect(recent()).toEqual([]);
  });
  it("name the time for which the CPU limit kept the agent from running", () => {
    let throttledMs = 40;
    const { clock, stalls, recent } = stage(() => throttledMs);
    stalls.watch(true);
    throttledMs = 640;
    clock.stall(700);
    clock.advance(0);
    expect(recent()).toMatchObject([{ throttledMs: 600 }]);
  });
  it("are told with no more of it than they lasted: the kernel sums over threads", () => {
    let throttledMs = 0;
    const { clock, stalls, recent } = stage(() => throttledMs);
    stalls.watch(true);
    throttledMs = 2_000;
    clock.stall(700);
    clock.advance(0);
    expect(recent()).toMatchObject([{ throttledMs: 700 }]);
  });
  it("are also of less than 50 ms where the CPU limit is the reason", () => {
    let throttledMs = 0;
    const { clock, stalls, recent } = stage(() => throttledMs, 0.05);
    const late = (ms: number, ofThem: number) => {
      throttledMs += ofThem;
      clock.stall(40 + ms);
      clock.advance(0);
    };
    stalls.watch(true);
    late(30, 0);
    late(10, 10);
    expect(recent()).toEqual([]);
    late(30, 28);
    expect(recent()).toMatchObject([{ lengthMs: 38, throttledMs: 38 }]);
  });
  it("lasted for as long as the limit kept the agent, where nothing else did", () => {
    let throttledMs = 0;
    const { clock, stalls, recent } = stage(() => throttledMs, 0.05);
    const late = (ms: number, ofThem: number) => {
      throttledMs += ofThem;
      clock.stall(40 + ms);
      clock.advance(0);
    };
    stalls.watch(true);
    late(60, 85);
    // Stopped by another cause besides: the limit does not show since when.
    late(700, 85);
    expect(recent()).toMatchObject([{ lengthMs: 85 }, { lengthMs: 740, throttledMs: 85 }]);
    expect([stalls.overlapMs(0, 15), stalls.overlapMs(0, 100)]).toEqual([0, 85]);
  });
  it("ask for no count of the kernel's where there is no limit and no long delay", () => {
    let asked = 0;
    const { clock, stalls } = stage(() => ++asked);
    stalls.watch(true);
    const atStart = asked;
    clock.stall(80);
    clock.advance(1_000);
    expect(asked).toBe(atStart);
  });
  it("may have held up a caller that was accepted right after them", () => {
    const { clock, stalls } = stage();
    stalls.watch(true);
    clock.advance(1_000);
    clock.stall(700);
    clock.advance(0);
    expect(stalls.mayHaveHeldUp(1_790, 1_791)).toBe(true);
    expect(stalls.mayHaveHeldUp(1_801, 1_900)).toBe(false);
  });
  it("are told again and again, the last twenty", () => {
    const { clock, stalls, recent } = stage();
    stalls.watch(true);
    for (let i = 0; i < 25; i++) {
      clock.stall(100);
      clock.advance(0);
    }
    expect(recent().map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
    expect(recent()).toEqual(recent());
  });
  it("are taken off a time that they overlap, also before their beat has come", () => {
    const { clock, stalls } = stage();
    stalls.watch(true);
    clock.advance(1_000);
    clock.stall(700);
    // Bytes that arrived meanwhile are handled before any timer rings.
    expect(stalls.overlapMs(900, 1_700)).toBe(700);
    expect(stalls.overlapMs(1_500, 1_650)).toBe(150);
    clock.advance(0);
    expect(stalls.overlapMs(900, 1_700)).toBe(700);
    expect([stalls.overlapMs(0, 1_000), stalls.overlapMs(1_700, 9_000)]).toEqual([0, 0]);
  });
});
