/**
 * Samples that count as met by a fault without a recognised hit: bad samples, slow samples, and samples of the
 * recovery.
 */
import { describe, expect, it } from "vitest";
import type { Receipt } from "../evidence/receipt.ts";
import { asAgentBoot, asEdgeId, type EdgeId, type EdgeName, faultId } from "../names.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import { probeKinds } from "../probes/index.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import {
  type EdgeExposure,
  type ExposureCount,
  type ExposureEvidence,
  exposureOf,
  type UnhitCount,
} from "./exposure.ts";

const ROW: EdgeExposure = { fault: SLOW.name, edge: asEdgeId("checkout->payments"), seen: 0, struck: 0, kept: 0 };
const NONE = { of: 0, slowed: 0 };
const NOTHING: UnhitCount = { bad: 0, spared: 0, seen: NONE, kept: NONE };
interface Run {
  /** Seen samples of 400 in the baseline, and the row of the recovery. */
  readonly seen?: number;
  readonly again?: Pick<EdgeExposure, "since" | "seen">;
  /** Row of the 800 samples of `during`. */
  readonly during?: Partial<EdgeExposure>;
  readonly unhit?: Partial<UnhitCount>;
  readonly after?: UnhitCount;
}
const count = (phase: ExposureCount["phase"], samples: number, edge: Partial<EdgeExposure>): ExposureCount => ({
  ...{ of: CHECKOUT.name, phase, samples, struck: edge.struck ?? 0, late: 0, edges: [{ ...ROW, ...edge }] },
});
const exposed = ({ seen = 400, again, during = {}, unhit = {}, after }: Run, asked: PlannedExpectation = CHECKOUT) => {
  const evidence: ExposureEvidence = {
    series: { count: { good: 800, bad: 0, errored: 0 }, tallies: [] },
    marks: {
      baseline: count("baseline", 400, { seen }),
      during: { ...count("during", 800, during), unhit: { ...NOTHING, ...unhit } },
      recovery: { ...count("recovery", 200, again ?? {}), ...(after === undefined ? {} : { unhit: after }) },
    },
    ...{ receipts: {}, duringMs: 0, passed: {} },
  };
  return exposureOf(EXAMPLE, asked, evidence);
};

describe("bad samples that no fault hit", () => {
  const HIT = { seen: 800, struck: 70 };
  it("are bad beside those that it hit, each once", () => {
    expect(exposed({ during: HIT, unhit: { bad: 5, spared: 5 } })).toMatchObject({ struck: 70, atLeast: 75, bad: 5 });
  });
  it("are not counted twice where they may have been kept from it", () => {
    const kept = { seen: 50, struck: 50, kept: 750 };
    const all = exposed({ during: kept });
    const some = exposed({ during: kept, unhit: { bad: 300, spared: 0 } });
    expect(some.atLeast).toBeGreaterThanOrEqual(all.atLeast);
    expect(some.atLeast).toBeLessThanOrEqual(800);
  });
  it("do not count where the samples are known by times only, since they may be among those", () => {
    expect(exposed({ seen: 0, during: { kept: 800 }, unhit: { bad: 40 } })).toMatchObject({ atLeast: 0, bad: 0 });
  });
  it("are not looked at where only samples that were hit are judged", () => {
    const { params, ...probe } = CHECKOUT.probe as Extract<PlannedExpectation["probe"], { kind: "http" }>;
    const treated: PlannedExpectation = { ...CHECKOUT, probe: { ...probe, params: { ...params, of: "treated" } } };
    expect(exposed({ during: HIT, unhit: { bad: 5, spared: 5 } }, treated).atLeast).toBe(70);
  });
});

describe("samples that took far longer than any of the baseline", () => {
  const kept = (slowed: number): Run => ({
    ...{ seen: 0, during: { kept: 800 } },
    unhit: { kept: { of: 800, slowed } },
  });
  it("met the fault, but for as many as chance may have slowed", () => {
    const { atLeast, slowed } = exposed(kept(200));
    expect(atLeast).toBe(slowed);
    expect(slowed).toBeGreaterThan(180);
    expect(slowed).toBeLessThan(190);
  });
  it("are nothing where they are as few as chance has", () => {
    expect(exposed(kept(10))).toMatchObject({ atLeast: 0, slowed: 0 });
  });
  it("may be fewer by chance where those of the recovery and those that were seen unhit are quick too", () => {
    const alone = exposed(kept(200)).slowed;
    const after = exposed({ ...kept(200), after: { ...NOTHING, kept: { of: 200, slowed: 0 } } }).slowed;
    const seen = exposed({
      ...kept(200),
      unhit: { kept: { of: 400, slowed: 200 }, seen: { of: 400, slowed: 0 } },
    }).slowed;
    expect(after).toBeGreaterThan(alone);
    expect(seen).toBeGreaterThan(after);
  });
  it("are less sure where the recovery has slow ones, or nobody has looked at the baseline", () => {
    const slow = exposed({ ...kept(200), after: { ...NOTHING, kept: { of: 200, slowed: 1 } } });
    expect(slow.slowed).toBe(exposed(kept(200)).slowed);
  });
});

describe("samples of the recovery", () => {
  const SHUT: Run = { seen: 240, during: { seen: 40, struck: 40, kept: 760 } };
  const alone = exposed(SHUT).atLeast;
  it("show more surely how many would have come, where they come as those of the baseline did", () => {
    expect(exposed({ ...SHUT, again: { since: 200, seen: 122 } }).atLeast).toBeGreaterThan(alone);
  });
  it("do not count where they come clearly more or less often", () => {
    expect(exposed({ ...SHUT, again: { since: 200, seen: 170 } }).atLeast).toBe(alone);
    expect(exposed({ ...SHUT, again: { since: 200, seen: 60 } }).atLeast).toBe(alone);
  });
});

describe("traffic against a fault at a place where it is not counted", () => {
  const [AT_CALLER, AT_CALLEE] = ["checkout->payments", "checkout->payments:callee"].map(asEdgeId) as [EdgeId, EdgeId];
  const faults = [{ ...SLOW, targets: [{ edge: AT_CALLEE, protocol: "http" as const, endpoints: null }] }];
  const counts = { seen: 60, matched: 60, injected: 60, spared: 0, capped: 0, untouched: 0, liveMs: 10_000 };
  const receipt: Receipt = {
    ...{ id: faultId(EXAMPLE.run, SLOW.name, AT_CALLEE), fault: SLOW.name, edge: AT_CALLEE, unit: "exchange" },
    ...{ ...counts, ordinals: [] },
  };
  const passed = (during: number) => ({ perSecond: 10, during, seconds: 10 });
  const met = (edge: EdgeName, into: ExposureEvidence["passed"]) => {
    const probe = { kind: "traffic", params: probeKinds.traffic.params.parse(edge) } as const;
    const expectation: PlannedExpectation = { ...CHECKOUT, probe, path: { [AT_CALLEE]: "below" } };
    const series = { count: { good: 100, bad: 0, errored: 0 }, tallies: [] };
    const receipts = { [asAgentBoot("boot")]: { [receipt.id]: receipt } };
    const evidence = { ...{ series, receipts, marks: {}, duringMs: 0 }, passed: into };
    return exposureOf({ ...EXAMPLE, faults }, expectation, evidence).atMost;
  };
  it("may have met every hit where the fault is at the other place of its pair", () => {
    expect(met({ from: "checkout", to: "payments" }, { [asEdgeId("gateway->checkout")]: passed(400) })).toBe(60);
  });
  it("further up has its part of the hits, of calls that are counted once though both places count", () => {
    const gateway = { from: "gateway", to: "checkout" };
    const [caller, callee] = [asEdgeId("gateway->checkout"), asEdgeId("gateway->checkout:callee")];
    expect(met(gateway, { [caller]: passed(200), [AT_CALLER]: passed(200) })).toBe(30);
    expect(met(gateway, { [caller]: passed(200), [callee]: passed(199) })).toBe(30);
  });
});
