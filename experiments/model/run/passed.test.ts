import { describe, expect, it } from "vitest";
import type { EdgeSecond } from "../blast-radius/edge-sums.ts";
import { withTallies } from "../evidence/tally.ts";
import { heldViolations } from "../journal/held-invariant.ts";
import { asEdgeId } from "../names.ts";
import type { Plan, PlannedRadius } from "../plan/plan.ts";
import { countRadius } from "../report/radius.ts";
import { reportOf } from "../report/report.ts";
import { radiusCoverage } from "../verdict/leaks.ts";
import type { RunEvent } from "./event.ts";
import { EXAMPLE } from "./example.ts";
import { radiusNow } from "./radius-now.ts";
import { begin } from "./run.ts";
import { type SimulatedWorld, simulate } from "./simulation.ts";
import { step } from "./step.ts";

/** Places of the edges below. */
const [STRUCK, PATH, BROWSE, STOCK] = [0, 1, 2, 3];
const RADIUS: PlannedRadius = {
  services: ["gateway", "checkout", "payments", "catalog", "inventory"],
  edges: [
    asEdgeId("checkout->payments"),
    asEdgeId("gateway->checkout"),
    asEdgeId("gateway->catalog"),
    asEdgeId("catalog->inventory"),
  ],
  declared: [
    { service: "gateway", may: "slow" },
    { service: "checkout", may: "fail" },
  ],
  path: [{ edge: asEdgeId("gateway->checkout"), errors: 0.01, withinMs: 500 }],
};
const PLAN: Plan = { ...EXAMPLE, radius: RADIUS };
const limited = (limits: Partial<Plan["limits"]>): Plan => ({ ...PLAN, limits: { ...PLAN.limits, ...limits } });

const BASELINE_ENDS_MS = 6_100;
const PLACES = [STRUCK, PATH, BROWSE, STOCK] as const;
type Passed = Extract<RunEvent, { type: "passed" }>;
/** Traffic of a run, an event each second; `bad`: rows of edges that differ while the fault is live. */
const traffic = (
  bad: readonly EdgeSecond[],
  more: Partial<Passed> = {},
  places: readonly number[] = PLACES,
): readonly RunEvent[] => {
  const before = places.map((edge) => ({
    ...{ edge, n: 100, failed: 0, unanswered: 0, perSecond: 20, p95Ms: 10 },
    slow: { afterMs: 35, timed: 100, over: 0 },
  }));
  const base: RunEvent = {
    ...{ type: "passed", atMs: BASELINE_ENDS_MS, fromMs: 1_100, toMs: BASELINE_ENDS_MS, before, edges: [] },
  };
  const seconds = Array.from({ length: 14 }, (_, i): RunEvent => {
    const fromMs = BASELINE_ENDS_MS + i * 1_000;
    const rows = places.map((place): EdgeSecond => bad.find(([edge]) => edge === place) ?? [place, 20]);
    return { type: "passed", atMs: fromMs + 1_000, fromMs, toMs: fromMs + 1_000, edges: rows, ...more };
  });
  return [base, ...seconds];
};
const play = (plan: Plan, happens: readonly RunEvent[], world: Partial<SimulatedWorld> = {}) =>
  simulate(plan, { happens, ...world });
const endOf = (...played: Parameters<typeof play>) => {
  const { run } = play(...played);
  if (run.at !== "finished") throw new Error("the run did not end");
  return run;
};
const FAILING: EdgeSecond = [STOCK, 20, 8];

describe("damage beyond the radius", () => {
  it("breaks a run whose expectations hold, ends its faults early, and lets it recover", () => {
    const { run, effects } = play(PLAN, traffic([FAILING]));
    expect(run).toMatchObject({ at: "finished", verdict: "BROKEN", because: "leak" });
    expect(run.at === "finished" && run.reason).toMatch(
      /^inventory is not declared, but fails: 40% of calls from catalog fail \(0% before\), since \+\d\.\d s\.$/,
    );
    expect(effects.map((effect) => effect.do)).toContain("revert");
    expect(run.spans.during!.toMs! - run.spans.during!.fromMs).toBeLessThan(8_000);
    expect(run.recoveredMs).not.toBeNull();
  });
  it("goes on to its end where the file says so, and is BROKEN all the same", () => {
    const run = endOf({ ...PLAN, onBroken: "continue" }, traffic([FAILING]));
    expect(run).toMatchObject({ verdict: "BROKEN", because: "leak" });
    expect(run.spans.during!.toMs! - run.spans.during!.fromMs).toBe(10_000);
  });
  it("is slowness as well", () => {
    const run = endOf(PLAN, traffic([[STOCK, 20, 0, 18, 0, 90]]));
    expect(run).toMatchObject({ verdict: "BROKEN", because: "leak" });
    expect(run.reason).toContain("p95 of calls from catalog is 90 ms (10 ms before)");
  });
  it("is only told where the file asks for a report", () => {
    const run = endOf(limited({ leak: "report" }), traffic([FAILING]));
    expect(run).toMatchObject({ verdict: "HELD", radius: { leaks: [{ edge: "catalog->inventory", how: "failing" }] } });
  });
  it("is none on a struck edge, where the hypothesis judges, or on what a declared service answers", () => {
    const inside: EdgeSecond[] = [
      [STRUCK, 20, 20],
      [PATH, 20, 12],
    ];
    expect(endOf(PLAN, traffic(inside))).toMatchObject({ verdict: "HELD", radius: { leaks: [] } });
    const declared = [...RADIUS.declared, { service: "inventory", may: "fail" as const }];
    const named = { ...PLAN, radius: { ...RADIUS, declared } };
    expect(endOf(named, traffic([FAILING]))).toMatchObject({ verdict: "HELD", radius: { leaks: [] } });
  });
  it("of a service that may be slower is a leak when it fails, and none when it is slow", () => {
    const declared = [...RADIUS.declared, { service: "inventory", may: "slow" as const }];
    const slower = { ...PLAN, radius: { ...RADIUS, declared } };
    expect(endOf(slower, traffic([[STOCK, 20, 0, 18, 0, 90]]))).toMatchObject({ verdict: "HELD" });
    expect(endOf(slower, traffic([FAILING]))).toMatchObject({ verdict: "BROKEN", because: "leak" });
  });
  it("is none before anything was hit", () => {
    const { run } = play(PLAN, traffic([FAILING]), { hitsPerSecond: () => ({ matched: 40, injected: 0 }) });
    expect(run).toMatchObject({ because: "no-hits", radius: { hitMs: null, leaks: [] } });
  });
  it("is not seen in seconds in which an agent or the server stood still", () => {
    expect(endOf(PLAN, traffic([FAILING], { stalled: true }))).toMatchObject({ radius: { leaks: [] } });
    expect(endOf(PLAN, traffic([FAILING], { late: [STOCK] }))).toMatchObject({ radius: { leaks: [] } });
    expect(endOf(PLAN, traffic([FAILING], { late: [BROWSE] }))).toMatchObject({ because: "leak" });
  });
  it("is none where hardly anything is sent any more", () => {
    expect(endOf(PLAN, traffic([[STOCK, 1]]))).toMatchObject({ verdict: "HELD", radius: { leaks: [] } });
  });
  it("comes after an expectation that breaks at the same journal number", () => {
    const broken = (of: string, atMs: number, live: readonly string[]) =>
      of && live.length > 0 && atMs ? "bad" : "good";
    const run = endOf({ ...PLAN, onBroken: "continue" }, traffic([FAILING]), { sample: broken });
    expect(run).toMatchObject({ verdict: "BROKEN", because: "expectation" });
    expect(run.findings.map(({ because }) => because)).toEqual(["expectation", "leak"]);
  });
  it("comes after an expectation whose samples came in the meantime, at the same journal number", () => {
    const { events } = play(PLAN, traffic([FAILING]));
    const foldTo = (count: number) => events.slice(0, count).reduce((run, event) => step(run, event)[0], begin(PLAN));
    const at = events.findIndex((_, i) => foldTo(i + 1).findings.length > 0);
    const before = foldTo(at);
    const counts = { good: 0, bad: 400, errored: 0, firstBad: [] };
    const late = {
      of: "shoppers can check out",
      phase: "during" as const,
      fromMs: 0,
      toMs: 1,
      ...counts,
    };
    const [{ findings }] = step({ ...before, told: withTallies(before.told, [late]) }, events[at]!);
    expect(findings.map(({ because }) => because)).toEqual(["expectation", "leak"]);
    expect(findings[0]!.sequence).toBe(findings[1]!.sequence);
  });
  it("is not judged where the plan is from before it could be", () => {
    const { radius: _, ...old } = PLAN;
    const run = endOf(old, traffic([FAILING]));
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(run.reason).not.toContain("Radius");
  });
});

describe("several runs at once", () => {
  it("are all halted by damage that none of them declares", () => {
    const run = endOf(PLAN, traffic([FAILING], { beside: true, claimed: [] }));
    expect(run).toMatchObject({ verdict: "HALTED", because: "unclaimed-damage" });
    expect(run.reason).toContain("none declares this: inventory is not declared, but fails");
  });
  it("do not answer for what another of them declares", () => {
    const run = endOf(PLAN, traffic([FAILING], { beside: true, claimed: [STOCK] }));
    expect(run).toMatchObject({ verdict: "HELD", radius: { leaks: [] } });
  });
});

describe("what could be seen", () => {
  it("is said with HELD", () => {
    expect(endOf(PLAN, traffic([])).reason).toMatch(
      / Radius measured on 2 of 2 edges; below \d+% errors nothing could be seen on gateway → catalog\.$/,
    );
  });
  it("is INCONCLUSIVE where it is required and was not enough", () => {
    const idle = traffic([[STOCK, 1]]);
    expect(endOf(PLAN, idle).reason).toContain("Radius measured on 1 of 2 edges");
    const run = endOf(limited({ leak: "require" }), idle);
    expect(run).toMatchObject({ verdict: "INCONCLUSIVE", because: "radius-unseen" });
    expect(run.reason).toContain("too little passed catalog → inventory");
    expect(endOf(limited({ leak: "require" }), traffic([]))).toMatchObject({ verdict: "HELD" });
  });
});

describe("the measured radius", () => {
  const created = { plan: PLAN, file: null, description: "", labels: {}, annotations: {}, source: {} };
  const reportAfter = (plan: Plan, bad: readonly EdgeSecond[]) =>
    reportOf(endOf(plan, traffic(bad)), created, { startedAt: "2026-01-01T00:00:00Z" }).radius!;
  it("names each service in its worst state, since when, and where the damage stopped", () => {
    const { services, leaks } = reportAfter(limited({ leak: "report" }), [[STRUCK, 20, 10], FAILING]);
    expect(services).toMatchObject([
      { service: "checkout", state: "contained", stop: "fallback", leak: false },
      { service: "catalog", state: "contained", leak: false },
      { service: "inventory", state: "failing", leak: true, reason: "40% of calls from catalog fail (0% before)" },
    ]);
    expect(leaks).toMatchObject([{ service: "inventory", edge: "catalog->inventory", how: "failing" }]);
    expect(services[0]!.sinceMs).toBeGreaterThanOrEqual(BASELINE_ENDS_MS);
  });
  it("counts for a list who is affected, contained and beyond, and names the leaks", () => {
    const bad: readonly EdgeSecond[] = [[STRUCK, 20, 10], FAILING];
    expect(countRadius(endOf(limited({ leak: "report" }), traffic(bad)))).toEqual({
      ...{ affected: 0, contained: 2, beyond: 0, leaks: ["inventory"] },
    });
    expect(countRadius(begin(PLAN))).toBeNull();
  });
  it("is at each moment what passed in the seconds before, and over once they are as before", () => {
    const { events } = play(limited({ leak: "report" }), traffic([FAILING]));
    const radiusAt = (atMs: number) =>
      radiusNow(events.filter((event) => event.atMs <= atMs).reduce((run, event) => step(run, event)[0], begin(PLAN)))!;
    expect(radiusAt(BASELINE_ENDS_MS).services).toEqual([]);
    const late = radiusAt(BASELINE_ENDS_MS + 13_500);
    expect(late.services.map(({ service, state }) => [service, state])).toEqual([
      ["catalog", "contained"],
      ["inventory", "failing"],
    ]);
    expect(late.passed.get(asEdgeId("catalog->inventory"))?.lately.at(-1)).toMatchObject({ n: 20, failed: 8 });
  });
  it("does not say that a caller sends no more whose connections wait, and nothing of which ends", () => {
    const stopOf = (row: EdgeSecond) => reportAfter(PLAN, [row]).services.find(({ service }) => service === "checkout");
    expect(stopOf([STRUCK, 0])).toMatchObject({ state: "contained", stop: "nothing-sent" });
    const waiting = stopOf([STRUCK, 0, 0, 0, 0, 0, 60])!;
    expect(waiting).toMatchObject({ state: "contained", stop: "absorbed" });
    expect(waiting.reason).toContain("p95 of its calls to payments is 3 s (10 ms before)");
  });
  it("says that a caller gives up where it waited in vain, also on an edge too quiet for a word for slow", () => {
    const before = { edge: STRUCK, n: 30, failed: 0, unanswered: 0, perSecond: 6, p95Ms: 4 };
    const [base, ...seconds] = traffic([[STRUCK, 6, 6, 0, 6, 300]]);
    const told = (base as Passed).before!.map((one) => (one.edge === STRUCK ? before : one));
    const { radius } = endOf(PLAN, [{ ...(base as Passed), atMs: base!.atMs, before: told }, ...seconds]);
    expect(radius.services.checkout).toMatchObject({ state: "contained", stop: "timeout" });
    const [, ...refused] = traffic([[STRUCK, 6, 6, 0, 6, 1]]);
    const other = endOf(PLAN, [{ ...(base as Passed), atMs: base!.atMs, before: told }, ...refused]);
    expect(other.radius.services.checkout).toMatchObject({ state: "contained", stop: "fallback" });
  });
  it("tells a stop by the worst that the calls met: they wait, time out, and cease", () => {
    const [base, ...seconds] = traffic([]);
    const rows: readonly EdgeSecond[] = [
      ...Array.from({ length: 3 }, (): EdgeSecond => [STRUCK, 20, 0, 20, 0, 900]),
      ...Array.from({ length: 5 }, (): EdgeSecond => [STRUCK, 20, 20, 20, 20, 2_000]),
      ...Array.from({ length: 6 }, (): EdgeSecond => [STRUCK, 0]),
    ];
    const events = seconds.map((second, i) => {
      const others = (second as Passed).edges.filter(([edge]) => edge !== STRUCK);
      return { ...(second as Passed), atMs: second.atMs, edges: [rows[i]!, ...others] };
    });
    const { radius } = endOf(PLAN, [base!, ...events]);
    expect(radius.services.checkout).toMatchObject({ state: "contained", stop: "timeout" });
    expect(radius.services.checkout!.sinceMs).toBeLessThan(BASELINE_ENDS_MS + 3_000);
  });
  it("says nothing of an edge on the way of the hypothesis that is slower than before and in time", () => {
    const slower = (p95Ms: number) => reportAfter(PLAN, [[PATH, 20, 0, 20, 0, p95Ms]]).services;
    expect(slower(450)).toEqual([]);
    expect(slower(900)).toMatchObject([
      { service: "gateway", state: "slow" },
      { service: "checkout", state: "slow" },
    ]);
  });
  it("counts what passed every edge from the first hit to the revert", () => {
    const { radius } = endOf(PLAN, traffic([]));
    expect(radius.during[BROWSE]).toMatchObject({ failed: 0, slow: 0 });
    expect(radius.during[BROWSE]!.n / radius.during[BROWSE]!.seconds).toBeCloseTo(20, 6);
  });
  it("is the same when the journal is folded again, and held to account by the events alone", () => {
    const { run, events } = play(limited({ leak: "report" }), traffic([FAILING]));
    const folded = events.reduce((before, event) => step(before, event)[0], begin(limited({ leak: "report" })));
    expect(folded).toEqual(run);
    const held = play(PLAN, traffic([]));
    expect(heldViolations(PLAN, held.events)).toEqual([]);
  });
});

describe("calls that agents count at both places of a pair", () => {
  const [STOCK_AT_CALLEE, STRUCK_AT_CALLEE] = [4, 5];
  const both = ["catalog->inventory:callee", "checkout->payments:callee"].map(asEdgeId);
  const radius: PlannedRadius = { ...RADIUS, edges: [...RADIUS.edges, ...both] };
  const places = [...PLACES, STOCK_AT_CALLEE, STRUCK_AT_CALLEE];
  const judged = (bad: readonly EdgeSecond[], plan: Plan = PLAN) => {
    const whole = { ...plan, radius };
    const { run, events } = play(whole, traffic(bad, {}, places));
    return { run, violations: heldViolations(whole, events) };
  };
  it("leak once where both show the damage of a callee", () => {
    const { run } = judged([FAILING, [STOCK_AT_CALLEE, 20, 8]]);
    expect(run).toMatchObject({ verdict: "BROKEN", because: "leak" });
    expect(run.radius.leaks).toHaveLength(1);
    expect(run.radius.services).toMatchObject({ inventory: { state: "failing" }, catalog: { state: "contained" } });
    expect(countRadius(run)).toMatchObject({ leaks: ["inventory"], beyond: 0 });
  });
  it("are a single edge of the coverage, and seen where either place is", () => {
    const told = (watched: readonly number[]) => {
      const plan: Plan = { ...PLAN, radius };
      return radiusCoverage(play(plan, traffic([], {}, watched)).run)!;
    };
    const whole = told(places);
    expect([whole.of, whole.unseen]).toEqual([2, []]);
    expect(whole.measured.map(({ edge }) => edge)).toEqual(["gateway->catalog", "catalog->inventory"]);
    const beside = told([STRUCK, PATH, BROWSE, STOCK_AT_CALLEE]);
    expect(beside.measured.map(({ edge }) => edge)).toEqual(["gateway->catalog", "catalog->inventory:callee"]);
    expect(beside.unseen).toEqual([]);
    expect(told([STRUCK, PATH, BROWSE]).unseen).toEqual(["catalog->inventory"]);
  });
  it("leak where the place of the callee alone is watched", () => {
    const { run } = judged([[STOCK_AT_CALLEE, 20, 8]]);
    expect(run.radius.leaks).toMatchObject([{ service: "inventory", edge: "catalog->inventory:callee" }]);
  });
  it.each([
    ["checkout->payments", STRUCK_AT_CALLEE],
    ["checkout->payments:callee", STRUCK],
  ])("do not leak at the place that is not struck, nor is the callee blamed there: %s", (edge, other) => {
    const faults = PLAN.faults.map((fault) => ({
      ...fault,
      targets: [{ ...fault.targets[0]!, edge: asEdgeId(edge) }],
    }));
    const path = { [asEdgeId(edge)]: "below" as const };
    const expectations = PLAN.expectations.map((expectation) => ({ ...expectation, path }));
    const { run, violations } = judged([[other, 20, 20]], { ...PLAN, faults, expectations });
    expect(run).toMatchObject({ verdict: "HELD", radius: { leaks: [] } });
    expect(run.radius.services).not.toHaveProperty("payments");
    expect(violations).toEqual([]);
  });
});
