import { describe, expect, it } from "vitest";
import { countLatencies } from "../evidence/latency-counts.ts";
import type { Receipt } from "../evidence/receipt.ts";
import type { RunCreated } from "../journal/journal.ts";
import { asEdgeId } from "../names.ts";
import type { RunEvent } from "../run/event.ts";
import { EXAMPLE } from "../run/example.ts";
import { begin } from "../run/run.ts";
import { type SimulatedWorld, simulate } from "../run/simulation.ts";
import { step } from "../run/step.ts";
import { reportOf, reportOfJournal } from "./report.ts";

const created: RunCreated = {
  plan: EXAMPLE,
  file: "x.yaml",
  description: "d",
  labels: {},
  annotations: {},
  source: {},
};
const meta = { startedAt: "2030-01-01T00:00:00.000Z" };
const report = (changes: Partial<SimulatedWorld> = {}) => reportOf(simulate(EXAMPLE, changes).run, created, meta);
const until = (events: readonly RunEvent[], atMs: number) =>
  reportOf(
    events.filter((event) => event.atMs <= atMs).reduce((run, event) => step(run, event)[0], begin(EXAMPLE)),
    created,
    meta,
  );

describe("the report of a run", () => {
  it("tells verdict, receipts, counts by phase, recovery and audit", () => {
    const held = report();
    expect(held).toMatchObject({
      ...{ id: "run-1", file: "x.yaml", experiment: EXAMPLE.experiment, mode: "full", state: "finished", phase: null },
      ...{ verdict: "HELD", because: "held", injected: true, seed: 42, recoveredMs: 0, residue: [] },
      startedAt: meta.startedAt,
      durationMs: 20_030,
      audit: [{ agent: "of-boot-1", grade: "attested", detail: "attested" }],
      receipts: [{ fault: "payments is slow", from: "checkout", to: "payments", unit: "exchange", injected: 400 }],
      faults: [{ name: "payments is slow", edges: ["checkout->payments"], fromMs: 0, toMs: 10_000 }],
    });
    expect(held.faults[0]!.description).toBe("passes requests on 2s late");
    expect(held.expectations).toHaveLength(1);
    expect(held.expectations[0]).toMatchObject({
      met: true,
      probe: "GET gateway/checkout at 40/s",
      phases: { baseline: { good: 200, bad: 0 }, during: { good: 380, bad: 0, errored: 0 } },
    });
    expect(held.spans.during).toEqual({ fromMs: 6_130, toMs: 16_130 });
  });
  it("shows one tally for each second and phase, none lost", () => {
    const { timeline, phases } = report().expectations[0]!;
    const during = timeline.filter(({ phase }) => phase === "during");
    expect(during).toHaveLength(11);
    expect(during.reduce((sum, { good }) => sum + good, 0)).toBe(phases.during!.good);
  });
  it("shows the first bad samples of what broke", () => {
    const broken = report({ sample: (_of, _atMs, live) => (live.length > 0 ? "bad" : "good") });
    expect(broken).toMatchObject({ verdict: "BROKEN", because: "expectation" });
    expect(broken.expectations[0]).toMatchObject({ met: false, reason: expect.stringMatching(/were bad/) });
    expect(broken.expectations[0]!.firstBad).toHaveLength(5);
    expect(broken.expectations[0]!.firstBad[0]).toEqual({ atMs: 6_150, why: "took 2003 ms, over 500 ms" });
  });
  it("counts the looks that told nothing by their causes, and shows why the first did", () => {
    const { events } = simulate(EXAMPLE);
    let first = true;
    const blinded = events.map((event): RunEvent => {
      if (event.type !== "tallied" || event.tallies.length === 0 || !first) return event;
      first = false;
      const [tally, ...rest] = event.tallies;
      const errored = { errored: 2, erroredBy: { "no descriptors": 2 }, firstErrored: "EMFILE" };
      return { ...event, tallies: [{ ...tally!, ...errored }, ...rest] };
    });
    const { expectations } = until(blinded, 30_000);
    expect(expectations[0]!.errored).toEqual({ by: { "no descriptors": 2 }, first: "EMFILE" });
    expect(expectations[0]!.timeline.find(({ errored }) => errored > 0)).toMatchObject({
      erroredBy: { "no descriptors": 2 },
    });
    expect(report().expectations[0]).not.toHaveProperty("errored");
  });
  it("tells latencies by phase beside the limit, as tallies carry them, and nothing of journals of before", () => {
    const { events } = simulate(EXAMPLE);
    const timed = events.map((event): RunEvent => {
      if (event.type !== "tallied") return event;
      const latencies = (slow: boolean) => countLatencies(slow ? [10, 20, 400] : [10, 12, 14]);
      const tallies = event.tallies.map((tally) => ({ ...tally, latencies: latencies(tally.phase === "during") }));
      return { ...event, tallies };
    });
    const { latency } = until(timed, 30_000).expectations[0]!;
    expect(latency).toMatchObject({ withinMs: 500, phases: { baseline: { p50: 11.9 }, during: { p50: 20.2 } } });
    expect(latency!.phases.during!.p99).toBeCloseTo(400, -1);
    expect(report().expectations[0]).not.toHaveProperty("latency");
  });
  it("draws the mesh around the struck edges: the declared services, and whom the fault is on", () => {
    expect(report().neighbourhood).toEqual({
      services: [
        { service: "checkout", may: null },
        { service: "payments", may: null },
      ],
      edges: [{ from: "checkout", to: "payments", struck: true }],
      beyond: 0,
    });
  });
  it("names the place of a receipt at the callee, and the redirect as the cause of what escaped", () => {
    const targets = [{ edge: asEdgeId("checkout->payments:callee"), protocol: "http" as const, endpoints: null }];
    const plan = { ...EXAMPLE, faults: EXAMPLE.faults.map((fault) => ({ ...fault, targets })) };
    const reported = (receipt: Receipt): Receipt => ({ ...receipt, escaped: 3, escapedBy: "redirect" });
    const { run } = simulate(plan, { reported });
    const { receipts, faults, neighbourhood } = reportOf(run, created, meta);
    expect(receipts).toMatchObject([
      { from: "checkout", to: "payments", at: "callee", escaped: 3, escapedBy: "redirect" },
    ]);
    expect(faults[0]!.edges).toEqual(["checkout->payments:callee"]);
    expect(neighbourhood!.edges).toEqual([{ from: "checkout", to: "payments", struck: true }]);
    expect(report().receipts[0]).not.toHaveProperty("at");
  });
  it("says of what never came back that it is not met", () => {
    const wrecked = report({ sample: (_of, atMs) => (atMs > 16_130 ? "bad" : "good") });
    expect(wrecked).toMatchObject({ because: "not-recovered", recoveredMs: null, expectations: [{ met: false }] });
  });
  it("does not call met what the faults could not have broken", () => {
    const weak = report({ hitsPerSecond: () => ({ matched: 40, injected: 0.3 }) });
    expect(weak).toMatchObject({ because: "could-not-break", expectations: [{ met: null }] });
  });
  it("names the agents that keep a fault for all one knows", () => {
    expect(report({ grade: () => null })).toMatchObject({ verdict: "RESIDUE", residue: ["of-boot-1"] });
  });
  it("can be made at any moment of the run", () => {
    const { events } = simulate(EXAMPLE);
    expect(until(events, -1)).toMatchObject({ state: "queued", phase: null, verdict: null, receipts: [{ seen: 0 }] });
    expect(until(events, 3_000)).toMatchObject({ state: "baseline", phase: "baseline", injected: false, audit: [] });
    expect(until(events, 9_000)).toMatchObject({
      ...{ state: "injecting", phase: "during", verdict: null, because: null, durationMs: 9_000, residue: [] },
      receipts: [{ injected: 114 }],
      expectations: [{ met: null, phases: { during: { good: 114 } } }],
    });
    expect(until(events, 18_000)).toMatchObject({ state: "recovering", phase: "recovery", recoveredMs: null });
  });
  it("comes from the records alone", () => {
    const records = [{ sequence: 1, wallMs: 0, hash: "", entry: { kind: "created" as const, created } }];
    expect(reportOfJournal(records)).toMatchObject({ state: "queued", startedAt: "1970-01-01T00:00:00.000Z" });
    expect(reportOfJournal([])).toBeNull();
  });
});
