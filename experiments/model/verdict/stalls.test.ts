import { describe, expect, it } from "vitest";
import { type AgentBoot, asAgentBoot } from "../names.ts";
import { type AgentStall, type StallSpan, spellThrottled, stallGaps, withStall } from "./stalls.ts";

const stall = (fromMs: number, toMs: number, more: Partial<AgentStall> = {}): AgentStall => ({
  ...{ boot: asAgentBoot("b1"), fromMs, toMs },
  ...more,
});
const spansOf = (stalls: readonly AgentStall[]) => stalls.reduce<readonly StallSpan[]>(withStall, []);
const doubts = (...stalls: readonly AgentStall[]) =>
  stallGaps(spansOf(stalls), { fromMs: 10_000, toMs: 20_000 }, (boot) => `agent of ${boot}`);

describe("stalls of agents", () => {
  it("are no doubt up to a tenth of the counted time, and below 2 s at once", () => {
    expect(doubts(stall(11_000, 11_700))).toEqual([]);
    expect(doubts(stall(11_000, 11_500), stall(13_000, 13_500))).toEqual([]);
    expect(doubts(stall(11_000, 11_500), stall(13_000, 13_501))).toHaveLength(1);
  });
  it("are a doubt at 2 s at once, however long the run", () => {
    const span = { fromMs: 0, toMs: 3_600_000 };
    expect(stallGaps(spansOf([stall(5_000, 7_000)]), span, String)).toHaveLength(1);
    expect(stallGaps(spansOf([stall(5_000, 6_999)]), span, String)).toEqual([]);
  });
  it("count by agent, and only in the counted time", () => {
    expect(doubts(stall(11_000, 11_900), stall(12_000, 12_900, { boot: asAgentBoot("b2") }))).toEqual([]);
    expect(doubts(stall(5_000, 10_900), stall(19_900, 29_000))).toEqual([]);
  });
  it("name the CPU limit and the remedy", () => {
    expect(doubts(stall(11_000, 13_500, { throttledMs: 1_900 }))).toEqual([
      {
        because: "agent-stalled",
        reason:
          "The agent agent of b1 itself stood still for 2.5 s of the 10 s that count, 2.5 s at once, so what passed it then is not known. Its CPU limit kept it from running for 1.9 s: raise or remove that limit.",
      },
    ]);
    expect(doubts(stall(11_000, 13_500))[0]!.reason).toMatch(/Its CPU limit did not show as the cause/);
  });
  it("name the agent that its limit kept from running for longest, however short each time was", () => {
    const span = { fromMs: 10_000, toMs: 20_000 };
    const rests = (boot: AgentBoot, ms: number) =>
      Array.from({ length: 10 }, (_, i) => stall(11_000 + i * 500, 11_000 + i * 500 + ms, { boot, throttledMs: ms }));
    const spans = spansOf([
      ...rests(asAgentBoot("b1"), 60),
      ...rests(asAgentBoot("b2"), 90),
      stall(30_000, 40_000, { throttledMs: 9_000 }),
    ]);
    expect(spellThrottled(spans, span, String)).toBe(
      "The agent b2 rested most in the 10 s. Its CPU limit kept it from running for 900 ms: raise or remove that limit.",
    );
    expect(spellThrottled(spansOf([stall(11_000, 11_090)]), span, String)).toBe("");
  });
  it("of less than services wait for each other are no part of the share, however many there are", () => {
    const throttled = Array.from({ length: 38 }, (_, i) => stall(10_000 + i * 260, 10_000 + i * 260 + 249));
    expect(doubts(...throttled)).toEqual([]);
    const longer = throttled.map((each) => ({ ...each, toMs: each.fromMs + 250, throttledMs: 240 }));
    expect(doubts(...longer)).toHaveLength(1);
    expect(doubts(...longer)[0]!.reason).toMatch(/stood still for 9\.\d+ s of the 10 s that count, 250 ms at once/);
  });
  it("that follow on each other are kept as one", () => {
    const all = [
      stall(0, 80, { throttledMs: 5 }),
      stall(90, 110),
      stall(100, 150, { boot: asAgentBoot("b2") }),
      stall(120, 420, { throttledMs: 7 }),
      stall(900, 1_150),
    ];
    expect(spansOf(all)).toEqual([
      { ...stall(0, 420, { throttledMs: 12 }), stalledMs: 300, longestMs: 300 },
      { ...stall(100, 150, { boot: asAgentBoot("b2") }), stalledMs: 0, longestMs: 0 },
      { ...stall(900, 1_150), stalledMs: 250, longestMs: 250 },
    ]);
  });
});
