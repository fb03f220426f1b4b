import { describe, expect, it } from "vitest";
import { createLatencyHistogram } from "../../agent/metrics/latency-histogram.ts";
import { asAgentBoot, asEdgeId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { begin, type Run, type RunPhase } from "../../experiments/model/run/run.ts";
import { edgeOf, MESH } from "../../test/fleet/puppet.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { planOf } from "../../test/server/plans.ts";
import type { TrafficNow } from "../contract/index.ts";
import { trafficNow } from "../contract/traffic.ts";
import { EdgeCounts } from "./edge-counts.ts";
import type { ObservedRun } from "./observed-run.ts";
import { Traffic } from "./traffic.ts";

const TOP = asEdgeId("top->a");
/** top → a → b → c. */
const TALL = {
  ...MESH,
  services: [{ ...MESH.services[0]!, name: "top" }, ...MESH.services],
  edges: [edgeOf("top", "a", 9), ...MESH.edges],
};
interface Second {
  readonly exchanges: number;
  readonly failed?: number;
  readonly ms: number;
  readonly open?: number;
}
const WELL: Second = { exchanges: 20, ms: 10 };

const stage = () => {
  const clock = new FakeClock();
  const counts = new EdgeCounts(clock);
  const runs: ObservedRun[] = [];
  const traffic = new Traffic({ clock, counts, runs: () => runs, mesh: () => ({ mesh: TALL, revision: "r1" }) });
  const sums = new Map<string, { exchanges: number; failed: number }>();
  /** Passes `seconds` seconds of traffic on each edge; edges that are not named in `by` have healthy traffic. */
  const pass = async (seconds: number, by: Readonly<Record<string, Second>> = {}) => {
    for (let i = 0; i < seconds; i++) {
      await clock.advance(1_000);
      counts.receive(
        asAgentBoot("boot"),
        TALL.edges.map(({ id }) => {
          const { exchanges, failed = 0, ms, open = 0 } = by[id] ?? WELL;
          const sum = sums.get(id) ?? { exchanges: 0, failed: 0 };
          sums.set(id, { exchanges: sum.exchanges + exchanges, failed: sum.failed + failed });
          const latencies = createLatencyHistogram();
          for (let n = 0; n < exchanges; n++) latencies.record(ms);
          const [all, byClass] = [sums.get(id)!, [0, 0, 0, 0, 0, sums.get(id)!.failed]];
          return {
            ...{ edge: id, group: "untreated" as const, exchanges: all.exchanges, byClass, bytesIn: 0, bytesOut: 0 },
            ...{ open, latencies: latencies.take() },
          };
        }),
      );
    }
  };
  return { clock, counts, traffic, runs, pass };
};
/** A run with a latency fault on a → b, in a state that the test sets. */
const runOn = (clock: FakeClock, change: Partial<Plan> = {}) => {
  const latency = { kind: "latency", params: { delay: 2_000, at: "request" } } as never;
  const [fault] = planOf().faults;
  const plan = planOf({ faults: [{ ...fault!, action: latency }], ...change });
  let run: Run = { ...begin(plan), at: "preparing", sinceMs: 0 };
  return {
    ...{ id: plan.run, plan, mesh: TALL, isOver: false, isQueued: false, startedMs: clock.nowMs() },
    get run() {
      return run;
    },
    at(place: RunPhase) {
      run = { ...begin(plan), ...place };
    },
  };
};
const BASELINE: RunPhase = { at: "baseline", sinceMs: 0, settling: false };
const injecting = (duringMs: number | null): RunPhase => ({
  ...{ at: "injecting", sinceMs: 0, duringMs, live: ["slow"], orderedMs: 0, waiting: [], counting: true },
});

describe("the traffic of a mesh", () => {
  it("is told for each edge of which an agent was heard, as the contract has it", async () => {
    const { clock, traffic, pass } = stage();
    await pass(1);
    expect(trafficNow.parse(traffic.now())).toMatchObject({ revision: "r1", faults: [], radii: [] });
    await pass(3, { "a->b": { exchanges: 20, failed: 5, ms: 100, open: 3 } });
    await clock.advance(500);
    const now = trafficNow.parse(traffic.now());
    expect(now.edges.map(({ edge }) => edge)).toEqual(TALL.edges.map(({ id }) => id));
    expect(now.edges[1]).toMatchObject({ edge: "a->b", perSecond: 20, treatedPerSecond: 0, errors: 0.25, open: 3 });
    expect(now.edges[1]!.p99Ms).toBeGreaterThan(90);
    await clock.advance(10_000);
    expect(traffic.now().edges).toEqual([]);
  });
  it("is told of one edge second by second, and of no edge that the mesh does not have", async () => {
    const { clock, traffic, pass } = stage();
    traffic.now();
    await pass(4);
    await clock.advance(500);
    const { edge, seconds } = traffic.edge(asEdgeId("a->b"));
    expect([edge, seconds.length]).toEqual(["a->b", 3]);
    expect(seconds.at(-1)).toMatchObject({ exchanges: 20, failed: 0, treated: 0, p50Ms: expect.closeTo(10, -0.5) });
    expect(Date.parse(seconds.at(-1)!.at)).toBe(clock.wallMs() - 1_500);
    expect(() => traffic.edge(asEdgeId("a->nobody"))).toThrow(expect.objectContaining({ code: "no-such-edge" }));
  });
});

describe("who looks", () => {
  const lookOn = (traffic: Traffic) => {
    const got: string[] = [];
    let ended = 0;
    const leave = traffic.subscribe({ take: (event) => got.push(event), end: () => ended++ });
    return { got, leave, ended: () => ended };
  };
  it("is told at once and then each second, everybody the same text", async () => {
    const { traffic, pass } = stage();
    const [one, other] = [lookOn(traffic), lookOn(traffic)];
    expect(one.got.length).toBe(1);
    await pass(3);
    expect(one.got.length).toBe(4);
    expect(other.got.slice(1)).toEqual(one.got.slice(1));
    const text = one.got.at(-1)!;
    expect(text).toMatch(/^event: traffic\ndata: \{.*\}\n\n$/);
    expect((JSON.parse(text.split("data: ")[1]!) as TrafficNow).edges.length).toBe(3);
    one.leave();
    await pass(1);
    expect([one.got.length, other.got.length]).toEqual([4, 5]);
  });
  it("makes latencies be read: nobody pays for what nobody sees", async () => {
    const { counts, traffic, pass, clock } = stage();
    await pass(3);
    expect(counts.quantileMs(asEdgeId("a->b"), 0.5)).toBeNull();
    traffic.now();
    await pass(1);
    expect(counts.quantileMs(asEdgeId("a->b"), 0.5)).not.toBeNull();
    await pass(12);
    expect(counts.quantileMs(asEdgeId("a->b"), 0.5)).toBeNull();
    const { leave } = lookOn(traffic);
    await pass(7);
    expect(counts.quantileMs(asEdgeId("a->b"), 0.5)).not.toBeNull();
    leave();
    await clock.advance(6_000);
    await pass(7);
    expect(counts.quantileMs(asEdgeId("a->b"), 0.5)).toBeNull();
  });
  it("is told that it is over when the term ends, and nothing after", async () => {
    const { traffic, pass } = stage();
    const one = lookOn(traffic);
    traffic.end();
    await pass(2);
    expect([one.ended(), one.got.length]).toEqual([1, 1]);
  });
});

describe("a run's faults", () => {
  const faultsAt = async (place: RunPhase, waitMs: number, change: Partial<Plan> = {}) => {
    const { clock, traffic, runs } = stage();
    const run = runOn(clock, change);
    run.at(place);
    runs.push(run);
    await clock.advance(waitMs);
    return { faults: traffic.now().faults, wallMs: clock.wallMs() };
  };
  it("are told while they are ordered, with the share of this moment and their end", async () => {
    const [fault] = planOf().faults;
    const share = { steps: [0.01, 0.2], eachMs: 3_000, by: "request" as const };
    const latency = { kind: "latency", params: { delay: 2_000, at: "request" } } as never;
    const faults = [{ ...fault!, action: latency, share }];
    const early = await faultsAt(injecting(2_000), 4_000, { faults });
    expect(early.faults).toEqual([
      {
        ...{ run: "run-1", fault: "slow", kind: "latency", description: expect.stringContaining("2s"), edge: "a->b" },
        label: expect.stringContaining("+2 s"),
        ...{ share: 0.01, endsAt: new Date(early.wallMs + 8_000).toISOString() },
      },
    ]);
    expect((await faultsAt(injecting(2_000), 5_500, { faults })).faults[0]?.share).toBe(0.2);
  });
  it("have no end that is known until every agent holds them", async () => {
    expect((await faultsAt(injecting(null), 100)).faults).toMatchObject([{ share: 1, endsAt: null }]);
  });
  it("are none before and after", async () => {
    expect((await faultsAt(BASELINE, 100)).faults).toEqual([]);
    expect((await faultsAt({ at: "recovering", sinceMs: 0, settling: false }, 100)).faults).toEqual([]);
  });
});

describe("a run's damage", () => {
  const SLOW = { exchanges: 20, ms: 2_000 };
  const radiusOf = (traffic: Traffic) => traffic.now().radii[0]!;
  const damaged = async () => {
    const all = stage();
    const run = runOn(all.clock);
    all.runs.push(run);
    await all.pass(3);
    run.at(BASELINE);
    await all.pass(5);
    return { ...all, run };
  };
  it("is what is worse than in the run's own baseline, and fades with it", async () => {
    const { clock, traffic, pass, run } = await damaged();
    expect(radiusOf(traffic)).toMatchObject({
      ...{ state: "baseline", measured: true, struck: ["a->b"], edges: [], services: [] },
      declared: [
        { service: "top", may: "slow" },
        { service: "a", may: "fail" },
      ],
    });
    run.at(injecting(0));
    await pass(6, { "a->b": SLOW });
    await clock.advance(500);
    const absorbed = radiusOf(traffic);
    expect(absorbed.edges).toMatchObject([{ edge: "a->b", how: "slow", perSecond: { before: 20, now: 20 } }]);
    expect(absorbed.services).toMatchObject([{ service: "a", state: "contained", leak: false }]);
    expect(absorbed.stops).toMatchObject([{ service: "a", edge: "a->b", why: "absorbed" }]);
    await pass(6, { "a->b": SLOW, "top->a": SLOW });
    expect(radiusOf(traffic).services.map(({ service, state, leak }) => [service, state, leak])).toEqual([
      ["top", "slow", false],
      ["a", "slow", false],
    ]);
    run.at({ at: "recovering", sinceMs: 0, settling: false });
    await pass(8);
    expect(radiusOf(traffic)).toMatchObject({ measured: true, edges: [], services: [], stops: [] });
  });
  it("is none where the hypothesis judges and allows as much, as in the journal", async () => {
    const path = (withinMs: number) => [{ edge: TOP, errors: 0.1, withinMs }];
    for (const [withinMs, states] of [
      [2_500, ["a contained"]],
      [1_500, ["top slow", "a slow"]],
    ] as const) {
      const all = stage();
      const radius = { services: ["top", "a"], edges: [TOP], declared: [], path: path(withinMs) };
      const run = runOn(all.clock, { radius });
      all.runs.push(run);
      await all.pass(1);
      run.at(BASELINE);
      await all.pass(5);
      run.at(injecting(0));
      await all.pass(6, { "a->b": SLOW, "top->a": SLOW });
      expect(radiusOf(all.traffic).services.map(({ service, state }) => `${service} ${state}`)).toEqual(states);
    }
  });
  it("is a leak where it reaches who is not declared", async () => {
    const { traffic, pass, run } = await damaged();
    run.at(injecting(0));
    await pass(6, { "b->c": { exchanges: 20, failed: 10, ms: 10 } });
    expect(radiusOf(traffic).services).toMatchObject([
      { service: "b", state: "failing", leak: true },
      { service: "c", state: "failing", leak: true, reason: "50% of calls from b fail (0% before)" },
    ]);
  });
  it("is not said of a run that has no baseline here", async () => {
    const { clock, traffic, runs, pass } = stage();
    await pass(5);
    const run = runOn(clock);
    run.at(injecting(0));
    runs.push(run);
    await pass(6, { "a->b": SLOW });
    expect(radiusOf(traffic)).toMatchObject({ measured: false, edges: [], services: [] });
  });
  it("is forgotten with the run, and nobody's while it waits for its turn", async () => {
    const { traffic, pass, runs, run } = await damaged();
    runs.splice(0, 1, { ...run, run: run.run, isQueued: true });
    await pass(1);
    expect(traffic.now().radii).toEqual([]);
    runs.splice(0, 1, { ...run, run: { ...run.run, ...injecting(0) } as Run });
    await pass(6, { "a->b": SLOW });
    expect(radiusOf(traffic).measured).toBe(false);
  });
});
