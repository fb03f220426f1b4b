import { describe, expect, it } from "vitest";
import { sumOf } from "../../experiments/model/evidence/tally.ts";
import type { SentSample } from "./sent-sample.ts";
import { TreatmentFilter } from "./treatment-filter.ts";

const sample = (number: number, given: Partial<SentSample> = {}): SentSample => ({
  ...{ number, phase: "during", sentMs: 1_000 + number * 100, answeredMs: 1_000 + number * 100 + 50 },
  outcome: {
    ...{ good: number % 3 !== 0, why: "took long", latencyMs: 50, status: 200 },
    secondMs: 1_000 + Math.floor(number / 10) * 1_000,
  },
  ...given,
});
const open = (of: "treated" | "untreated", isTreated: (number: number) => boolean | null) => {
  const grouped = new TreatmentFilter({ name: "e", of, startedMs: 400, isTreated: ({ number }) => isTreated(number) });
  grouped.add(Array.from({ length: 20 }, (_, number) => sample(number)));
  return grouped;
};
const isEven = (number: number) => number % 2 === 0;

describe("samples of treated requests", () => {
  it("are told once it is known that they were hit, and the others never", () => {
    const [treated, untreated] = [open("treated", isEven), open("untreated", isEven)].map((each) => each.take(1e9));
    // 0, 6, 12 and 18 are even and bad; 3, 9 and 15 odd and bad.
    expect(sumOf(treated!)).toEqual({ good: 6, bad: 4, errored: 0 });
    expect(sumOf(untreated!)).toEqual({ good: 7, bad: 3, errored: 0 });
  });
  it("wait for the word of every agent", () => {
    const grouped = open("treated", isEven);
    expect(sumOf(grouped.take(1_250))).toEqual({ good: 1, bad: 1, errored: 0 });
    expect(grouped.take(1_250)).toEqual([]);
    expect(sumOf(grouped.take(1e9))).toEqual({ good: 5, bad: 3, errored: 0 });
  });
  it("count in the second in which they were sent, in run time, with the reasons of the bad ones", () => {
    const [first, second] = open("treated", isEven).take(1e9);
    expect(first).toMatchObject({ of: "e", phase: "during", fromMs: 600, toMs: 1_600, good: 3, bad: 2, p50: 50 });
    expect(first!.firstBad[0]).toEqual({ atMs: 600, why: "took long", latencyMs: 50, status: 200 });
    expect(second).toMatchObject({ fromMs: 1_600, firstGoodMs: 1_600 });
  });
  it("are errored where an agent could not tell", () => {
    const tallies = open("untreated", (number) => (number < 5 ? null : false)).take(1e9);
    expect(sumOf(tallies)).toMatchObject({ errored: 5 });
    expect(tallies[0]!.firstErrored).toMatch("could not tell");
  });
});
