import { describe, expect, it } from "vitest";
import type { EdgeCount } from "../../agent/contract/index.ts";
import { createLatencyHistogram } from "../../agent/metrics/latency-histogram.ts";
import { type AgentBoot, asAgentBoot, asEdgeId, type EdgeId } from "../../experiments/model/names.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { EdgeCounts, type EdgeDelta } from "./edge-counts.ts";

const EDGE = asEdgeId("a->b");
interface Told {
  readonly exchanges?: number;
  readonly byClass?: readonly number[];
  readonly open?: number;
  readonly latenciesMs?: readonly number[];
  readonly group?: EdgeCount["group"];
}
const count = ({ exchanges = 0, byClass = [], open = 0, latenciesMs = [], group = "untreated" }: Told): EdgeCount => {
  const latencies = createLatencyHistogram();
  for (const ms of latenciesMs) latencies.record(ms);
  return { edge: EDGE, group, exchanges, byClass, bytesIn: 0, bytesOut: 0, open, latencies: latencies.take() };
};
const stage = (isLookedAt = true) => {
  const clock = new FakeClock();
  const counts = new EdgeCounts(clock);
  const news: EdgeDelta[] = [];
  const look = { on: isLookedAt };
  counts.listen({ wantsLatencies: () => look.on, onDeltas: (more) => void news.push(...more) });
  const tell = (boot: AgentBoot, ...told: readonly Told[]) => counts.receive(boot, told.map(count));
  return { clock, counts, news, look, tell };
};

describe("what passes an edge", () => {
  it("begins with the second word of an agent: what it counted before it was heard is not ours", async () => {
    const { clock, counts, news, tell } = stage();
    tell(asAgentBoot("x"), { exchanges: 1_000, byClass: [500, 0, 500], latenciesMs: [900] });
    expect([counts.countOver([EDGE], 60_000)[0], news]).toEqual([null, []]);
    await clock.advance(1_000);
    tell(asAgentBoot("x"), { exchanges: 1_010, byClass: [501, 0, 505, 0, 2, 2], latenciesMs: [20] });
    expect(counts.countOver([EDGE], 60_000)[0]).toBe(10);
    expect(news).toEqual([
      expect.objectContaining({
        edge: EDGE,
        counts: { exchanges: 10, failed: 3, unanswered: 1, cancelled: 0, treated: 0 },
      }),
    ]);
    expect(counts.quantileMs(EDGE, 0.5)).toBeCloseTo(20, -0.5);
  });
  it("goes on where a pulse leaves an edge out, as if the same counts had come again", async () => {
    const { clock, counts, news, tell } = stage();
    const x = asAgentBoot("x");
    tell(x, { exchanges: 5, byClass: [0, 0, 5], open: 2 });
    for (let second = 0; second < 6; second++) {
      await clock.advance(1_000);
      counts.receive(x, [], [EDGE]);
    }
    expect(news.map((delta) => delta.counts.exchanges)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([counts.reportedEdges(), counts.open(EDGE), counts.countOver([EDGE], 5_000)]).toEqual([[EDGE], 2, [0]]);
    await clock.advance(1_000);
    tell(x, { exchanges: 8, byClass: [0, 0, 8] });
    expect(news.at(-1)).toMatchObject({ counts: { exchanges: 3 }, isLate: false });
  });
  it("does not begin with an edge that a pulse leaves out: nothing is known of it", async () => {
    const { counts, news } = stage();
    counts.receive(asAgentBoot("x"), [], [EDGE]);
    expect([counts.reportedEdges(), news]).toEqual([[], []]);
  });
  it("adds the open connections of agents by endpoint, unless one reports none or was silent for a lease", async () => {
    const { clock, counts } = stage();
    const [x, y, z] = [asAgentBoot("x"), asAgentBoot("y"), asAgentBoot("z")];
    const tell = (boot: AgentBoot, connections?: Record<string, number>) =>
      counts.receive(boot, [
        count({ group: "treated" }),
        { ...count({}), ...(connections !== undefined && { connections }) },
      ]);
    tell(x, { "a:1": 2, "b:1": 1 });
    tell(y, { "a:1": 1 });
    tell(z);
    expect(counts.connectionsOn(EDGE, [x, y])).toEqual(
      new Map([
        ["a:1", 3],
        ["b:1", 1],
      ]),
    );
    expect(counts.connectionsOn(EDGE, [x, z])).toBeNull();
    await clock.advance(5_001);
    tell(y, {});
    expect([counts.connectionsOn(EDGE, [x]), counts.connectionsOn(EDGE, [y])]).toEqual([null, new Map()]);
  });
  it("tells what agents refused since their first report, by code", () => {
    const told: [string, number][] = [];
    const counts = new EdgeCounts(new FakeClock(), undefined, (_, code, n) => told.push([code, n]));
    const receive = (boot: string, ...refused: [string, number][]) =>
      counts.receive(asAgentBoot(boot), [{ ...count({}), refused: refused.map(([code, n]) => ({ code, count: n })) }]);
    receive("x", ["refused", 5]);
    receive("x", ["refused", 7], ["tls", 1]);
    receive("y", ["refused", 2]);
    receive("x", ["refused", 7], ["tls", 1]);
    receive("y", ["refused", 3]);
    expect(told).toEqual([
      ["refused", 2],
      ["tls", 1],
      ["refused", 1],
    ]);
  });
  it("is a sum over agents and groups, and tells how much of it was treated", async () => {
    const { clock, counts, tell } = stage();
    for (const boot of ["x", "y"].map(asAgentBoot)) tell(boot, {}, { group: "treated" });
    await clock.advance(1_000);
    for (const boot of ["x", "y"].map(asAgentBoot))
      tell(boot, { exchanges: 5, open: 2 }, { exchanges: 3, group: "treated" });
    await clock.advance(1_000);
    expect(counts.sumLast(EDGE, 3)).toMatchObject({ exchanges: 16, treated: 6, seconds: 1 });
    expect(counts.open(EDGE)).toBe(4);
  });
  it("is never less than nothing where an agent counts anew", async () => {
    const { clock, counts, tell } = stage();
    tell(asAgentBoot("x"), { exchanges: 50 });
    await clock.advance(1_000);
    tell(asAgentBoot("x"), { exchanges: 3 });
    expect(counts.countOver([EDGE], 5_000)[0]).toBe(0);
  });
  it("is even although the pulses come now early and now late", async () => {
    const { clock, counts, tell } = stage();
    await clock.advance(1_000);
    let atMs = 0;
    for (let i = 0; i < 20; i++) {
      // Alternately 0.2 s before and after the turn of a second.
      const nextMs = i * 1_000 + (i % 2 === 0 ? 200 : -200);
      await clock.advance(Math.max(0, nextMs - atMs));
      atMs = nextMs;
      tell(asAgentBoot("x"), { exchanges: i * 30 });
    }
    await clock.advance(600);
    expect(counts.lastSeconds(EDGE, 10).map(({ passed }) => passed.exchanges)).toEqual(Array(10).fill(30));
    expect(counts.sumLast(EDGE, 3)).toMatchObject({ exchanges: 90, seconds: 3 });
  });
  it("is spread over the seconds in which an agent's pulses were held up", async () => {
    const { clock, counts, tell } = stage();
    tell(asAgentBoot("x"), {});
    await clock.advance(4_000);
    tell(asAgentBoot("x"), { exchanges: 10 });
    await clock.advance(500);
    expect(counts.lastSeconds(EDGE, 4).map(({ passed }) => passed.exchanges)).toEqual([2, 3, 2, 3]);
  });
  it("is not what an agent counted while nobody heard it for long", async () => {
    const { clock, counts, news, tell } = stage();
    tell(asAgentBoot("x"), {});
    await clock.advance(60_000);
    tell(asAgentBoot("x"), { exchanges: 6_000 });
    expect([counts.countOver([EDGE], 120_000)[0], news]).toEqual([null, []]);
  });
  it("is known for ten minutes, and forgotten with the last agent that told of it", async () => {
    const { clock, counts, tell } = stage();
    for (let i = 0; i <= 610; i++) {
      tell(asAgentBoot("x"), { exchanges: i });
      await clock.advance(1_000);
    }
    expect(counts.countOver([EDGE], 3_600_000)[0]).toBe(600);
    tell(asAgentBoot("y"), {});
    counts.forget(asAgentBoot("x"));
    expect(counts.countOver([EDGE], 10_000)[0]).not.toBeNull();
    counts.forget(asAgentBoot("y"));
    expect(counts.countOver([EDGE], 10_000)[0]).toBeNull();
  });
  it("is counted over the same seconds of several edges, whenever their agents tell, and however late one of them is", async () => {
    const { clock, counts } = stage();
    const other = asEdgeId("b->c");
    const tellOf = (edge: EdgeId, exchanges: number) =>
      counts.receive(asAgentBoot(edge), [{ ...count({ exchanges }), edge }]);
    const ratioNow = () => {
      const [above, below] = counts.countOver([EDGE, other], 2_000);
      return above == null || below == null ? null : above / below;
    };
    for (let i = 0; i <= 10; i++) {
      tellOf(EDGE, i * 40);
      await clock.advance(400);
      // The other agent stalls for 700 ms in the sixth second.
      if (i === 6) await clock.advance(500);
      if (i > 3) expect(ratioNow(), `before the pulse ${i}`).toBe(1);
      tellOf(other, i * 40);
      if (i > 3) expect(ratioNow(), `after the pulse ${i}`).toBe(1);
      await clock.advance(i === 6 ? 100 : 600);
    }
  });
  it("is watched by nobody once its agents were silent for longer than a lease", async () => {
    const { clock, counts, tell } = stage();
    tell(asAgentBoot("x"), { open: 7 });
    await clock.advance(5_000);
    expect([counts.reportedEdges(), counts.open(EDGE)]).toEqual([[EDGE], 7]);
    await clock.advance(1);
    expect([counts.reportedEdges(), counts.open(EDGE)]).toEqual([[], 0]);
  });
});

describe("the total of an edge", () => {
  it("rises by all that agents count while they are known, and never falls", async () => {
    const clock = new FakeClock();
    const total = { exchanges: 0, failed: 0, cancelled: 0, told: 0 };
    const counts = new EdgeCounts(clock, (_, counted) => {
      for (const key of ["exchanges", "failed", "cancelled"] as const) {
        expect(counted[key]).toBeGreaterThanOrEqual(0);
        total[key] += counted[key];
      }
      total.told++;
    });
    const tell = async (boot: AgentBoot, exchanges: number, none = 0, cancelled = 0) => {
      counts.receive(asAgentBoot(boot), [{ ...count({ exchanges, byClass: [none] }), cancelled }]);
      await clock.advance(1_000);
    };
    // A restarted server meets agents that counted for long: the server must not report those earlier exchanges.
    await tell(asAgentBoot("x"), 1_000, 50, 20);
    expect(total).toEqual({ exchanges: 0, failed: 0, cancelled: 0, told: 1 });
    await tell(asAgentBoot("x"), 1_010, 54, 23);
    expect(total).toMatchObject({ exchanges: 10, failed: 4, cancelled: 3 });
    // Exchanges that passed during an agent's silence are reported once the agent is back; an agent that began anew
    // counts from the first report.
    await clock.advance(60_000);
    await tell(asAgentBoot("x"), 7_010, 54, 23);
    await tell(asAgentBoot("y"), 5);
    await tell(asAgentBoot("y"), 8);
    expect(total).toMatchObject({ exchanges: 6_013, failed: 4, cancelled: 3 });
    await tell(asAgentBoot("x"), 2);
    expect(total).toMatchObject({ exchanges: 6_013 });
  });
});

describe("latencies", () => {
  it("are of the last seconds only", async () => {
    const { clock, counts, tell } = stage();
    tell(asAgentBoot("x"), {});
    await clock.advance(1_000);
    tell(asAgentBoot("x"), { exchanges: 1, latenciesMs: [500] });
    for (let i = 0; i < 4; i++) {
      await clock.advance(1_000);
      tell(asAgentBoot("x"), { exchanges: 2 + i, latenciesMs: [10] });
      expect(counts.quantileMs(EDGE, 1)).toBeGreaterThan(400);
    }
    await clock.advance(3_000);
    expect(counts.quantileMs(EDGE, 1)).toBeLessThan(11);
    await clock.advance(10_000);
    expect(counts.quantileMs(EDGE, 1)).toBeNull();
  });
  it("are read only while somebody looks", async () => {
    const { clock, counts, look, tell } = stage(false);
    tell(asAgentBoot("x"), {});
    await clock.advance(1_000);
    tell(asAgentBoot("x"), { exchanges: 1, latenciesMs: [10] });
    expect(counts.quantileMs(EDGE, 1)).toBeNull();
    look.on = true;
    await clock.advance(1_000);
    tell(asAgentBoot("x"), { exchanges: 2, latenciesMs: [20] });
    await clock.advance(500);
    expect(counts.lastSeconds(EDGE, 2).map(({ passed }) => passed.p50Ms)).toEqual([null, expect.closeTo(20, -0.5)]);
  });
  it("of two agents in one second are one distribution", async () => {
    const { clock, counts, tell } = stage();
    for (const boot of ["x", "y"].map(asAgentBoot)) tell(boot, {});
    await clock.advance(1_000);
    tell(asAgentBoot("x"), { exchanges: 3, latenciesMs: [10, 10, 10] });
    tell(asAgentBoot("y"), { exchanges: 1, latenciesMs: [400] });
    await clock.advance(500);
    expect(counts.lastSeconds(EDGE, 1)[0]?.passed).toMatchObject({
      ...{ exchanges: 4, p50Ms: expect.closeTo(10, -0.5), p99Ms: expect.closeTo(400, -1.5) },
    });
  });
});
