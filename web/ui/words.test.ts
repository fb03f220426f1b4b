import { describe, expect, it } from "vitest";
import { agoOf, headlineOf, lengthOf, objectiveOf, shareOf } from "./words.ts";

describe("words of the dashboard", () => {
  it("never rounds a share up to all of it", () => {
    expect(shareOf(9_999, 10_000)).toBe("99.9%");
    expect(shareOf(10, 10)).toBe("100%");
    expect(shareOf(0, 0)).toBe("–");
  });
  it("gives a run without a verdict a headline that cannot be taken for one", () => {
    const finished = { verdict: null, state: "finished" };
    expect(headlineOf({ ...finished, because: "baseline-only" })).toBe("BASELINE");
    expect(headlineOf({ ...finished, because: "shadow" })).toBe("SHADOW");
    expect(headlineOf({ verdict: null, because: null, state: "injecting" })).toBe("RUNNING");
    expect(headlineOf({ verdict: "BROKEN", because: "expectation", state: "finished" })).toBe("BROKEN");
  });
  it("says ages and lengths in whole units", () => {
    expect(agoOf(-300)).toBe("just now");
    expect(agoOf(119_000)).toBe("1 min ago");
    expect(lengthOf(125_000)).toBe("2 min 5 s");
    expect(lengthOf(59_960)).toBe("60.0 s");
  });
  it("says one objective once, and different ones by phase", () => {
    expect(objectiveOf({ objective: { baseline: 0.99, during: 0.99, recovery: 0.99 } })).toBe("≥ 99% good");
    expect(objectiveOf({ objective: { baseline: 0.999, during: 0.95 } })).toBe("baseline ≥ 99.9%, during ≥ 95%");
    expect(objectiveOf({ objective: {} })).toBe("good once");
  });
});
