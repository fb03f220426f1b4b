import { describe, expect, it } from "vitest";
import { createLatencyHistogram } from "../../../agent/metrics/latency-histogram.ts";
import { plannedRadius } from "../../../experiments/model/blast-radius/planned.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { asAgentBoot, asEdgeId, asRunId } from "../../../experiments/model/names.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import type { UnstampedEvent } from "../../../experiments/model/run/event.ts";
import { begin } from "../../../experiments/model/run/run.ts";
import { edgeOf, MESH } from "../../../test/fleet/puppet.ts";
import { FakeClock } from "../../../test/server/fake-clock.ts";
import { planOf } from "../../../test/server/plans.ts";
import { EdgeCounts } from "../../traffic/edge-counts.ts";
import type { ObservedRun } from "../../traffic/observed-run.ts";
import { EdgeTrafficRecorder } from "./edge-traffic-recorder.ts";

type Passed = Extract<UnstampedEvent, { type: "passed" }>;
interface Second {
  readonly exchanges: number;
  readonly failed?: number;
  readonly ms?: number;
  readonly open?: number;
  readonly treated?: boolean;
}
const WELL: Second = { exchanges: 20, ms: 10 };

const stage = (mesh: Mesh = MESH, more: Partial<Plan> = {}) => {
  const clock = new FakeClock();
  const counts = new EdgeCounts(clock);
  const bare = planOf(more);
  const plan: Plan = { ...bare, radius: plannedRadius(bare, mesh) };
  const runs: ObservedRun[] = [];
  const posted: Passed[] = [];
  const sums = new Map<string, { exchanges: number; failed: number; treated: number }>();
  let passing: EdgeTrafficRecorder | null = null;
  const pass = async (seconds: number, by: Readonly<Record<string, Second>> = {}, everyMs = 1_000) => {
    for (let i = 0; i < seconds; i++) {
      // Pulses lie in the middle of the ticks.
      await clock.advance(everyMs / 2);
      counts.receive(
        asAgentBoot("boot"),
        mesh.edges.flatMap(({ id }) => {
          const { exchanges, failed = 0, ms = 10, open = 0, treated = false } = by[id] ?? WELL;
          const sum = sums.get(id) ?? { exchanges: 0, failed: 0, treated: 0 };
          const all = { exchanges: sum.exchanges + exchanges, failed: sum.failed + failed, treated: sum.treated };
          sums.set(id, { ...all, treated: sum.treated + (treated ? 1 : 0) });
          const latencies = createLatencyHistogram();
          for (let n = 0; n < exchanges; n++) latencies.record(ms);
          const count = { edge: id, bytesIn: 0, bytesOut: 0, byClass: [0, 0, 0, 0, 0, 0] };
          const untreated = { ...count, byClass: [0, 0, 0, 0, 0, all.failed], exchanges: all.exchanges };
          return [
            { ...untreated, group: "untreated" as const, open, latencies: latencies.take() },
            { ...count, group: "treated" as const, exchanges: sums.get(id)!.treated, open: 0, latencies: "" },
          ];
        }),
      );
      await clock.advance(everyMs / 2);
    }
  };
  const open = () => {
    passing = new EdgeTrafficRecorder({
      ...{ clock, startedMs: clock.nowMs(), plan, mesh, counts, runs: () => runs },
      post: (happening) => posted.push(happening as Passed),
    });
    passing.start();
    return passing;
  };
  return { clock, counts, plan, runs, posted, pass, open };
};
/** A stage whose baseline of `seconds` seconds is over. */
const afterBaseline = async (seconds = 6, ...of: Parameters<typeof stage>) => {
  const all = stage(...of);
  await all.pass(2);
  const passing = all.open();
  await all.pass(1);
  passing.observe("baseline");
  await all.pass(seconds);
  passing.observe(null);
  return { ...all, passing };
};

describe("what passes the edges of a run", () => {
  it("is told as one sum for the baseline, with what slow means from there on", async () => {
    const { posted, pass } = await afterBaseline();
    await pass(1);
    const [{ before = [], edges } = {} as Passed, second] = posted;
    expect(before).toMatchObject([
      { edge: 0, n: 120, failed: 0, unanswered: 0, perSecond: 20, p95Ms: expect.closeTo(10, -0.5) },
      { edge: 1, n: 120 },
    ]);
    // Twice 10 ms is less than 25 ms more; a cell is up to an eighth wide, twice.
    expect(before[0]!.slow).toMatchObject({ timed: 120, over: 0 });
    expect(before[0]!.slow!.afterMs).toBeGreaterThanOrEqual(35);
    expect(before[0]!.slow!.afterMs).toBeLessThan(41);
    expect(edges).toEqual([]);
    expect(second).toMatchObject({
      edges: [
        [0, 20],
        [1, 20],
      ],
    });
  });
  it("is told second by second, and only of edges on which anything ended", async () => {
    const { posted, pass } = await afterBaseline();
    await pass(1, { "a->b": { exchanges: 0 }, "b->c": { exchanges: 20, failed: 5 } });
    expect(posted.at(-1)!.edges).toEqual([[1, 20, 5]]);
    expect(posted.at(-1)!.toMs - posted.at(-1)!.fromMs).toBe(1_000);
    await pass(1, { "b->c": { exchanges: 20, ms: 100 } });
    expect(posted.at(-1)!.edges).toEqual([
      [0, 20],
      [1, 20, 0, 20, 0, expect.closeTo(100, -1.5)],
    ]);
  });
  it("is told of a TCP edge on which nothing ends any more by the connections that wait beyond the baseline's most", async () => {
    const tcp: Mesh = { ...MESH, edges: MESH.edges.map((edge) => ({ ...edge, protocol: "tcp" as const })) };
    const { posted, pass, passing } = await (async () => {
      const all = stage(tcp);
      await all.pass(2);
      const recorder = all.open();
      recorder.observe("baseline");
      await all.pass(6, { "a->b": { exchanges: 20, open: 3 } });
      recorder.observe(null);
      return { ...all, passing: recorder };
    })();
    await pass(1, { "a->b": { exchanges: 20, open: 3 } });
    expect(posted.at(-1)!.edges[0]).toEqual([0, 20]);
    await pass(1, { "a->b": { exchanges: 0, open: 15 } });
    expect(posted.at(-1)!.edges[0]).toEqual([0, 0, 0, 0, 0, 0, 12]);
    passing.stop();
  });
  it("has no word for slow where too little ended, or where a connection is the exchange", async () => {
    const { posted, pass } = await afterBaseline(4);
    await pass(1);
    expect(posted[0]!.before!.map(({ slow }) => slow)).toEqual([undefined, undefined]);
    const tcp: Mesh = { ...MESH, edges: MESH.edges.map((edge) => ({ ...edge, protocol: "tcp" as const })) };
    const lasting = await afterBaseline(20, tcp);
    await lasting.pass(1);
    expect(lasting.posted[0]!.before!.map(({ n, slow }) => [n, slow])).toEqual([
      [400, undefined],
      [400, undefined],
    ]);
  });
  it("counts exchanges that never end as slow once they have waited for longer than that, each of them once", async () => {
    const { posted, pass } = await afterBaseline();
    const told = () => posted.slice(1).flatMap(({ edges }) => edges.filter(([edge]) => edge === 1));
    for (let i = 1; i <= 5; i++) await pass(1, { "b->c": { exchanges: 0, open: 20 * i } });
    const slow = told().reduce((sum, [, , , count = 0]) => sum + count, 0);
    expect(slow).toBeGreaterThanOrEqual(40);
    expect(slow).toBeLessThanOrEqual(80);
    // All exchanges end at last, after seconds, and are counted only once.
    await pass(1, { "b->c": { exchanges: 100, ms: 3_000, open: 0 } });
    await pass(2);
    const all = told().reduce((sum, [, , , count = 0]) => sum + count, 0);
    expect(all).toBe(100);
  });
  it("leaves a second out of account when a pulse comes so late that it is of several", async () => {
    const { posted, pass } = await afterBaseline();
    await pass(1);
    expect([posted.at(-1)!.stalled, posted.at(-1)!.late]).toEqual([undefined, undefined]);
    await pass(1, {}, 4_000);
    expect(posted.slice(-3).flatMap(({ late = [] }) => late)).toEqual([0, 1]);
  });
  it("is taken together with quiet minutes ahead of the run, unless a fault acted in them", async () => {
    const quietOf = async (treatedAgo: number | null) => {
      const { pass, open, posted } = stage();
      const seconds = 400;
      for (let i = 0; i < seconds; i++)
        await pass(1, seconds - i === treatedAgo ? { "a->b": { exchanges: 20, treated: true } } : {});
      const passing = open();
      passing.observe("baseline");
      await pass(6);
      passing.observe(null);
      await pass(1);
      return posted[0]!.before![1]!.quiet?.n ?? 0;
    };
    // Six whole minutes.
    expect(await quietOf(null)).toBeGreaterThan(340 * 20);
    // Faulted in the fourth minute before: that minute is dropped, and the recovery minute after.
    const after = await quietOf(200);
    expect(after).toBeGreaterThan(100 * 20);
    expect(after).toBeLessThan(130 * 20);
    expect(await quietOf(30)).toBe(0);
  });
  it("says which edges are another live run's to answer for", async () => {
    const { posted, pass, runs, plan, clock } = await afterBaseline();
    const bare = planOf({
      run: asRunId("other"),
      faults: plan.faults.map((f) => ({ ...f, targets: [{ ...f.targets[0]!, edge: asEdgeId("b->c") }] })),
    });
    const other: Plan = { ...bare, radius: plannedRadius(bare, MESH) };
    const run = { ...begin(other), at: "preparing" as const, sinceMs: 0 };
    runs.push({
      id: asRunId("other"),
      plan: other,
      mesh: MESH,
      run,
      isOver: false,
      isQueued: false,
      startedMs: clock.nowMs(),
    });
    await pass(1);
    expect(posted.at(-1)!.beside).toBeUndefined();
    runs[0] = { ...runs[0]!, run: { ...run, injected: true } };
    await pass(1);
    // b -> c is faulted, and b is damaged by the fault.
    expect(posted.at(-1)).toMatchObject({ beside: true, claimed: [0, 1] });
  });
  it("says so of both places of a pair, whichever of them another run strikes", async () => {
    const callee = { ...edgeOf("b", "c", 0), id: asEdgeId("b->c:callee"), at: "callee" as const };
    const mesh: Mesh = { ...MESH, edges: [...MESH.edges, edgeOf("c", "a", 3), callee] };
    const { posted, pass, runs, plan, clock } = await afterBaseline(6, mesh);
    const bare = planOf({
      run: asRunId("other"),
      faults: plan.faults.map((f) => ({ ...f, targets: [{ ...f.targets[0]!, edge: callee.id }] })),
    });
    // Without a radius, only the struck edges are declared.
    const run = { ...begin(bare), at: "preparing" as const, sinceMs: 0, injected: true };
    const who = { id: asRunId("other"), plan: bare, mesh, run, isOver: false, isQueued: false };
    runs.push({ ...who, startedMs: clock.nowMs() });
    await pass(1);
    expect(posted.at(-1)).toMatchObject({ beside: true, claimed: [1, 3] });
  });
  it("is not told of a run that is not judged by it", async () => {
    const { posted, pass } = await afterBaseline(6, MESH, { mode: "shadow" });
    await pass(2);
    expect(posted).toEqual([]);
  });
  it("costs a journal less than 4 KiB a second for 200 busy edges", async () => {
    const names = Array.from({ length: 201 }, (_, i) => `service-${i}`);
    const edges = names.slice(1).map((to, i) => edgeOf(names[i]!, to, i + 1));
    const wide: Mesh = { ...MESH, services: names.map((name) => ({ ...MESH.services[0]!, name })), edges };
    const { posted, pass } = await afterBaseline(6, wide);
    await pass(1, Object.fromEntries(edges.map(({ id }) => [id, { exchanges: 480, failed: 3, ms: 10 }])));
    const bytes = JSON.stringify({ atMs: 123_456.7, ...posted.at(-1)! }).length;
    expect(posted.at(-1)!.edges.length).toBe(200);
    expect(bytes).toBeLessThan(4_096);
  });
});
