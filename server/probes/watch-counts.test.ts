import { describe, expect, it } from "vitest";
import type { WatchCount } from "../../agent/contract/index.ts";
import { firstErroredOf, KEPT_BACK_MS, sumOf, type Tally } from "../../experiments/model/evidence/tally.ts";
import { type AgentBoot, asAgentBoot, asEdgeId, asRunId } from "../../experiments/model/names.ts";
import { unknownIn } from "../../experiments/model/sample/errored.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { WatchCounts } from "./watch-counts.ts";

const stage = (boots: readonly AgentBoot[] = [asAgentBoot("b1")]) => {
  const clock = new FakeClock();
  const gens: Record<string, number> = {};
  const counted = new WatchCounts({
    ...{ clock, startedMs: clock.nowMs(), run: asRunId("run-1"), secrets: [] },
    probes: [
      {
        name: "seen",
        timeoutMs: 1_000,
        watches: [{ edge: asEdgeId("a->b"), match: null, of: "all", good: { withinMs: 1_000 } }],
      },
    ],
    struck: new Set([asEdgeId("a->b")]),
    reportingAgents: () => boots,
    sentGen: (boot) => gens[boot] ?? 0,
  });
  const tell = (good: number, bad: number, open = 0, more: { phase?: string; boot?: AgentBoot; gen?: number } = {}) => {
    const { phase = "baseline", boot = asAgentBoot("b1"), gen = gens[boot] ?? 0 } = more;
    const count: WatchCount = { id: `run-1/seen/${phase}`, good, bad, open, firstBad: [] };
    counted.receive(boot, [count], gen);
  };
  return { clock, counted, tell, gens };
};

describe("what agents count", () => {
  it("tells who was given up by its caller, and on a struck edge how many samples were hit", async () => {
    const { clock, counted } = stage();
    const told = { id: "run-1/seen/during", good: 3, bad: 2, open: 0, firstBad: [] };
    counted.receive(asAgentBoot("b1"), [{ ...told, left: 2, struck: 4, openStruck: 0 }], 0);
    counted.receive(asAgentBoot("b1"), [{ ...told, left: 3, struck: 4, openStruck: 0 }], 0);
    counted.receive(asAgentBoot("b1"), [{ ...told, good: 4, left: 3, struck: 5, openStruck: 0 }], 0);
    await clock.advance(KEPT_BACK_MS);
    expect(counted.take()).toMatchObject([
      { good: 3, bad: 0, left: 2, struck: 2 },
      { good: 0, bad: 0, left: 1, struck: 0 },
      { good: 1, bad: 0, struck: 1 },
      { good: 0, bad: 2, struck: 2 },
    ]);
  });
  it("hangs no HELD on what callers gave up in a stall of the agent that counts", () => {
    const { counted } = stage();
    const told = { id: "run-1/seen/during", good: 3, bad: 0, open: 0, firstBad: [] };
    counted.receive(asAgentBoot("b1"), [{ ...told, errored: 3, unknown: 2, firstErrored: "it stood still" }], 0);
    counted.receive(asAgentBoot("b1"), [{ ...told, errored: 4, unknown: 2, firstErrored: "it stood still" }], 0);
    const tallies = counted.take();
    expect([sumOf(tallies).errored, unknownIn(tallies)]).toEqual([4, 2]);
  });
  it("tells neither of an agent that does not", () => {
    const { counted, tell } = stage();
    tell(3, 1);
    const [tally] = counted.take();
    expect(tally).not.toHaveProperty("left");
    expect(tally).not.toHaveProperty("struck");
  });
  it("knows what was hit of that which never ends", async () => {
    const { clock, counted, gens } = stage();
    counted.receive(
      asAgentBoot("b1"),
      [{ id: "run-1/seen/during", good: 0, bad: 0, open: 3, struck: 0, openStruck: 2, firstBad: [] }],
      0,
    );
    gens.b1 = 1;
    const settled = counted.settle("during");
    await clock.advance(8_000);
    await settled;
    expect(counted.take()).toMatchObject([{ bad: 3, struck: 2 }]);
  });
  it("is told once: only what is new in a cumulative count becomes a tally", async () => {
    const { counted, tell, clock } = stage();
    counted.watches("baseline");
    await clock.advance(1_000);
    tell(10, 1);
    await clock.advance(1_000);
    tell(10, 1);
    tell(14, 3);
    await clock.advance(KEPT_BACK_MS);
    expect(counted.take()).toMatchObject([
      { of: "seen", phase: "baseline", fromMs: 0, toMs: 1_000, good: 10, bad: 0, errored: 0 },
      { phase: "baseline", good: 4, bad: 0 },
      { of: "seen", phase: "baseline", fromMs: 0, toMs: 1_000, good: 0, bad: 1, errored: 0 },
      { phase: "baseline", good: 0, bad: 2 },
    ]);
    expect(counted.take()).toEqual([]);
  });
  it("is not taken back by a message that was overtaken on its way", () => {
    const { counted, tell } = stage();
    tell(10, 0);
    tell(4, 0);
    tell(11, 0);
    expect(counted.take().map(({ good }) => good)).toEqual([10, 1]);
  });
  it("is summed over agents, each with counts of its own", () => {
    const { counted, tell } = stage([asAgentBoot("b1"), asAgentBoot("b2")]);
    tell(10, 0);
    tell(7, 0, 0, { boot: asAgentBoot("b2") });
    expect(counted.take().map(({ good }) => good)).toEqual([10, 7]);
  });
  it("shows its exemplars at the run's time, each once", async () => {
    const { counted, clock } = stage();
    await clock.advance(500);
    counted.watches("baseline");
    const bad = (atMs: number) => ({ atMs, why: "status 500" });
    const count = { id: "run-1/seen/baseline", good: 0, open: 0 };
    counted.receive(asAgentBoot("b1"), [{ ...count, bad: 1, firstBad: [bad(10)] }], 0);
    counted.receive(asAgentBoot("b1"), [{ ...count, bad: 2, firstBad: [bad(10), bad(20)] }], 0);
    await clock.advance(KEPT_BACK_MS);
    expect(counted.take().flatMap(({ firstBad }) => firstBad.map(({ atMs }) => atMs))).toEqual([510, 520]);
  });
});

describe("a phase that agents count", () => {
  const settling = (counted: WatchCounts) => {
    const state = { settled: false };
    void counted.settle("baseline").then(() => {
      state.settled = true;
    });
    return state;
  };
  it("is settled by a word given after the phase was listed no more", async () => {
    const { counted, tell, gens, clock } = stage();
    tell(5, 0);
    gens.b1 = 4;
    const state = settling(counted);
    tell(6, 0, 0, { gen: 3 });
    await clock.advance(1);
    expect(state.settled).toBe(false);
    tell(7, 0, 0, { gen: 4 });
    await clock.advance(1);
    expect(state.settled).toBe(true);
  });
  it("waits for what is open", async () => {
    const { counted, tell, clock } = stage();
    tell(5, 0, 2);
    const state = settling(counted);
    await clock.advance(500);
    expect(state.settled).toBe(false);
    tell(6, 0, 0);
    await clock.advance(1);
    expect(state.settled).toBe(true);
  });
  it("counts as bad what is still open when its time is over", async () => {
    const { counted, tell, clock } = stage();
    tell(5, 0, 2);
    const state = settling(counted);
    await clock.advance(3_500 + KEPT_BACK_MS);
    expect(state.settled).toBe(true);
    const tallies = counted.take();
    expect(tallies.at(-1)).toMatchObject({ good: 0, bad: 2, firstBad: [{ why: "2 without an end after 1000 ms" }] });
    tell(7, 0, 0);
    expect(counted.take()).toEqual([]);
  });
});

describe("what an agent counted as bad", () => {
  const numbersOf = (tallies: readonly Tally[]) => {
    const { good, bad, errored } = sumOf(tallies);
    return [good, bad, errored, unknownIn(tallies)];
  };
  /** A pulse a second; in the fifth second three samples of ten were bad. `within`: a second. */
  const told = async (stall: (counted: WatchCounts, startedMs: number) => void, tellMs = 0) => {
    const { clock, counted } = stage([asAgentBoot("b1")]);
    const startedMs = clock.nowMs();
    counted.watches("during");
    for (let second = 1; second <= 8; second++) {
      await clock.advance(1_000);
      const more =
        second >= 5 ? { bad: 3, struck: 8, good: second * 10 - 3 } : { bad: 0, struck: 2, good: second * 10 };
      const firstBad = second >= 5 ? [{ atMs: 4_200, why: "took 1200 ms", latencyMs: 1_200 }] : [];
      counted.receive(asAgentBoot("b1"), [{ id: "run-1/seen/during", open: 0, openStruck: 0, ...more, firstBad }], 0);
      if (second === 5) {
        await clock.advance(tellMs);
        stall(counted, startedMs);
        await clock.advance(0);
      }
    }
    return counted.take();
  };
  it("stays bad where no agent stalled, and after stalls too short to make anybody give up", async () => {
    const tallies = await told(() => {});
    expect(numbersOf(tallies)).toEqual([77, 3, 0, 0]);
    expect(tallies.flatMap(({ firstBad }) => firstBad)).toMatchObject([{ atMs: 4_200, why: "took 1200 ms" }]);
    const short = await told((counted, startedMs) => {
      for (let i = 0; i < 4; i++) counted.stalled("seen", startedMs + 4_000 + i * 250, startedMs + 4_240 + i * 250);
    });
    expect(numbersOf(short)).toEqual([77, 3, 0, 0]);
  });
  it("is errored where another agent stalled in the life of those samples, and no HELD hangs on it", async () => {
    for (const [fromMs, toMs] of [
      [4_100, 4_800],
      [3_000, 3_400],
      [2_600, 2_900],
      [4_900, 5_600],
    ] as const) {
      const tallies = await told(
        (counted, startedMs) => counted.stalled("seen", startedMs + fromMs, startedMs + toMs),
        900,
      );
      expect(numbersOf(tallies), `${fromMs}`).toEqual([77, 0, 3, 3]);
      expect(firstErroredOf(tallies)).toBe(`took 1200 ms, while an agent stalled for ${toMs - fromMs} ms`);
      // Hits among the errored samples do not matter: errored samples are not part of the exposure.
      expect(tallies.reduce((sum, { struck = 0 }) => sum + struck, 0)).toBe(5);
    }
  });
  it("stays bad where the stall was over before any of them began, or began after all of them were over", async () => {
    for (const [fromMs, toMs] of [
      [1_500, 2_700],
      [5_001, 5_701],
    ] as const) {
      const tallies = await told(
        (counted, startedMs) => counted.stalled("seen", startedMs + fromMs, startedMs + toMs),
        900,
      );
      expect(numbersOf(tallies), `${fromMs}`).toEqual([77, 3, 0, 0]);
    }
  });
  it("is no other expectation's", async () => {
    const tallies = await told((counted, startedMs) => counted.stalled("unseen", startedMs + 4_100, startedMs + 4_800));
    expect(numbersOf(tallies)).toEqual([77, 3, 0, 0]);
  });
  it("keeps its phase from being settled until it is decided", async () => {
    const { clock, counted, tell, gens } = stage();
    gens.b1 = 1;
    tell(7, 3, 0, { gen: 1 });
    let isSettled = false;
    const settled = counted.settle("baseline").then(() => {
      isSettled = true;
    });
    await clock.advance(KEPT_BACK_MS - 1);
    expect(isSettled).toBe(false);
    counted.stalled("seen", clock.nowMs() - 3_000, clock.nowMs() - 2_400);
    await clock.advance(1);
    await settled;
    expect(numbersOf(counted.take())).toEqual([7, 0, 3, 3]);
  });
});
