import { describe, expect, it } from "vitest";
import type { Series } from "../evidence/tally.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import { callersLeftGaps } from "./callers-left.ts";

const series = (seen: number, left: number): Series => ({
  count: { good: seen, bad: 0, errored: 0 },
  tallies: [{ of: "x", phase: "during", fromMs: 0, toMs: 1, good: seen, bad: 0, errored: 0, left, firstBad: [] }],
});
const expectation = (params: object = {}, objective: object = { baseline: 1, during: 0.9 }) =>
  ({
    ...{ name: "pages come", objective },
    probe: { kind: "traffic", params: { from: "a", to: "b", of: "all", ...params } },
  }) as unknown as PlannedExpectation;
const doubts = (baseline: Series, during: Series, asked = expectation()) =>
  callersLeftGaps([asked], (_, phase) => (phase === "baseline" ? baseline : during));

describe("callers that left", () => {
  it("are no matter up to twice the baseline's share and 5% more", () => {
    expect(doubts(series(90, 10), series(75, 25))).toEqual([]);
    expect(doubts(series(100, 0), series(95, 5))).toEqual([]);
  });
  it("leave too few to judge by above that, said with numbers and what to do", () => {
    expect(doubts(series(100, 0), series(106, 53))).toEqual([
      {
        because: "callers-left",
        reason:
          "pages come: callers gave up 53 of 159 exchanges before they were too late (33.3%; in the baseline 0%), so those were not judged. Give `good` a `within` that its callers wait for, or say with `cancelled` what an exchange is that its caller gave up.",
      },
    ]);
    expect(doubts(series(90, 10), series(74, 26))).toHaveLength(1);
  });
  it("are no matter where the file says so, or does not ask", () => {
    expect(doubts(series(100, 0), series(1, 99), expectation({ cancelled: "ignore" }))).toEqual([]);
    expect(doubts(series(100, 0), series(1, 99), expectation({}, { baseline: 1 }))).toEqual([]);
  });
  it("are nobody where nothing passed", () => {
    expect(doubts(series(0, 0), series(0, 0))).toEqual([]);
  });
});
