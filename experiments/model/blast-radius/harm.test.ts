import { describe, expect, it } from "vitest";
import { type EdgeTraffic, harmOf } from "./harm.ts";

const HARM = { errors: 0.01, p95: 2 };
const passed = (change: Partial<EdgeTraffic> = {}): EdgeTraffic => ({
  ...{ exchanges: 100, failed: 0, unanswered: 0, perSecond: 20, p95Ms: 40, open: 1 },
  ...change,
});
const now = (change: Partial<EdgeTraffic>, before: Partial<EdgeTraffic> = {}) =>
  harmOf(passed(before), passed(change), HARM);

describe("an edge", () => {
  it("is unharmed while it is as in its baseline", () => {
    expect(now({})).toBeNull();
  });
  it("is failing once more of its exchanges fail than before and the allowance", () => {
    expect(now({ failed: 3 })).toMatchObject({ how: "failing", errors: { before: 0, now: 0.03 } });
    expect(now({ failed: 3 }, { failed: 2 })).toBeNull();
    expect(now({ failed: 4, unanswered: 1 }, { failed: 2 })).toMatchObject({ unanswered: { before: 0, now: 0.01 } });
  });
  it("is not failing for one failed exchange, nor for two of a few", () => {
    expect(now({ exchanges: 20, failed: 1 })).toBeNull();
    expect(now({ exchanges: 9, failed: 2 })).toBeNull();
    expect(now({ exchanges: 10, failed: 2 })).toMatchObject({ how: "failing" });
  });
  it("is slow once its p95 is so many times longer, and by what somebody can feel", () => {
    expect(now({ p95Ms: 81 })).toMatchObject({ how: "slow", p95Ms: { before: 40, now: 81 } });
    expect(now({ p95Ms: 80 })).toBeNull();
    expect(now({ p95Ms: 25 }, { p95Ms: 1 })).toBeNull();
    expect(now({ p95Ms: 26 }, { p95Ms: 1 })).toMatchObject({ how: "slow" });
    expect(now({ exchanges: 9, p95Ms: 500 })).toBeNull();
  });
  it("is failing where it is both", () => {
    expect(now({ failed: 50, p95Ms: 500 })).toMatchObject({ how: "failing", p95Ms: { before: 40, now: 500 } });
  });
  it("is quiet once hardly anything is sent, if ever much was", () => {
    expect(now({ exchanges: 15, perSecond: 3 })).toMatchObject({ how: "quiet", perSecond: { before: 20, now: 3 } });
    expect(now({ exchanges: 20, perSecond: 4 })).toBeNull();
    expect(now({ exchanges: 0, perSecond: 0, p95Ms: null })).toMatchObject({ how: "quiet", p95Ms: { now: 0 } });
    expect(now({ exchanges: 0, perSecond: 0 }, { exchanges: 10, perSecond: 0.9 })).toBeNull();
  });
  it("is slow, not quiet, while what it was sent waits for an answer", () => {
    expect(now({ exchanges: 0, perSecond: 0, p95Ms: null, open: 21 })).toMatchObject({
      ...{ how: "slow", p95Ms: { before: 40, now: 1_000 } },
    });
    expect(now({ exchanges: 0, perSecond: 0, p95Ms: null, open: 2 })).toBeNull();
  });
  it("is failing, not slow, where little ends, all of it fails, and the rest waits", () => {
    expect(now({ exchanges: 6, failed: 6, unanswered: 6, perSecond: 1.2, open: 21 })).toMatchObject({
      ...{ how: "failing", errors: { before: 0, now: 1 }, p95Ms: { before: 40, now: 1_000 } },
    });
  });
  it("is not judged against a baseline in which too little passed", () => {
    expect(now({ failed: 100 }, { exchanges: 9 })).toBeNull();
    expect(now({ p95Ms: 900 }, { p95Ms: null })).toBeNull();
  });
});
