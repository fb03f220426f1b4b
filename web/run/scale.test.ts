import { describe, expect, it } from "vitest";
import { EXAMPLE } from "../../experiments/model/run/example.ts";
import { bandsOf, scaleOf, ticksOf, xOf } from "./scale.ts";

const { warmupMs, baselineMs, duringMs } = EXAMPLE.phases;

describe("the scale of a run's page", () => {
  it("shows all phases as planned before the first begins", () => {
    const bands = bandsOf(EXAMPLE, { spans: {}, state: "preparing" }, 0);
    expect(bands.map(({ phase, ahead }) => [phase, ahead])).toEqual([
      ["baseline", true],
      ["during", true],
      ["recovery", true],
    ]);
    expect(bands[0]).toMatchObject({ fromMs: warmupMs, toMs: warmupMs + baselineMs });
    expect(bands[1]?.toMs).toBe(warmupMs + baselineMs + duringMs);
  });
  it("lets a phase that takes longer than planned grow with the clock", () => {
    const spans = { baseline: { fromMs: 0, toMs: 10_000 }, during: { fromMs: 10_000, toMs: 20_000 } };
    const recovering = { spans: { ...spans, recovery: { fromMs: 20_000, toMs: null } }, state: "recovering" };
    expect(bandsOf(EXAMPLE, recovering, 99_000).at(-1)?.toMs).toBe(99_000);
  });
  it("promises no phase that will not come any more", () => {
    const halted = { spans: { baseline: { fromMs: 0, toMs: 4_000 } }, state: "auditing" };
    expect(bandsOf(EXAMPLE, halted, 5_000).map(({ phase }) => phase)).toEqual(["baseline"]);
  });
  it("keeps every moment on the page, and ticks apart", () => {
    for (const width of [200, 390, 2_560])
      for (const endMs of [0, 1_500, 55_000, 7_200_000]) {
        const scale = scaleOf(width, endMs);
        expect(xOf(scale, -1)).toBe(scale.left);
        expect(xOf(scale, 1e12)).toBe(scale.right);
        const ticks = ticksOf(scale).map((ms) => xOf(scale, ms));
        for (const [i, x] of ticks.entries()) if (i > 0) expect(x - ticks[i - 1]!).toBeGreaterThan(25);
      }
  });
});
