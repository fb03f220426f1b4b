import { describe, expect, it } from "vitest";
import { phaseClockOf, spellClock } from "./phase-clock.ts";

const BANDS = [
  { phase: "baseline", fromMs: 1_000, toMs: 6_000, ahead: false },
  { phase: "during", fromMs: 6_500, toMs: 16_500, ahead: false },
  { phase: "recovery", fromMs: 16_500, toMs: 19_500, ahead: true },
] as const;

describe("the phase clock", () => {
  it("says how far the phase is", () => {
    const clock = phaseClockOf(BANDS, 9_500)!;
    expect(clock).toEqual({ phase: "during", intoMs: 3_000, ofMs: 10_000 });
    expect(spellClock(clock)).toBe("during 3.0 s of 10.0 s");
  });
  it("says nothing between phases, and of none that has not begun", () => {
    expect(phaseClockOf(BANDS, 500)).toBeNull();
    expect(phaseClockOf(BANDS, 6_200)).toBeNull();
    expect(phaseClockOf(BANDS, 17_000)).toBeNull();
  });
});
