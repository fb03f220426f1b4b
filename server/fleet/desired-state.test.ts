import { describe, expect, it } from "vitest";
import { asAgentBoot, asEdgeId, asFaultId, asRunId, type EdgeId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { planOf } from "../../test/server/plans.ts";
import { allot, type DesiredRun, desiredStateOf, orderContent } from "./desired-state.ts";

const desiredRun = (change: Partial<DesiredRun> = {}): DesiredRun => ({
  plan: planOf(),
  revision: 1,
  faults: ["slow"],
  watches: [],
  assignments: new Map([
    [asAgentBoot("b1"), { faults: null, allotment: null }],
    [asAgentBoot("b2"), { faults: null, allotment: null }],
  ]),
  excluded: new Set(),
  endsAtMs: 60_000,
  ...change,
});
const B1 = { boot: asAgentBoot("b1"), edges: [asEdgeId("a->b")] };
const namesOf = (runs: readonly DesiredRun[], boot = B1.boot) =>
  desiredStateOf(runs, { ...B1, boot }, 1_000).faults.map(({ id }) => id);

describe("the desired state of an agent", () => {
  it("is every live fault of every run, runs by their starts and faults in file order", () => {
    const second = desiredRun({ plan: planOf({ run: asRunId("run-2") }), faults: ["slow"] });
    expect(namesOf([desiredRun({ faults: ["cut", "slow"] }), second])).toEqual([
      "run-1/slow@a->b",
      "run-1/cut@a->b",
      "run-2/slow@a->b",
    ]);
  });
  it("is nothing for an agent that the run's journal does not name", () => {
    expect(namesOf([desiredRun()], asAgentBoot("stranger"))).toEqual([]);
  });
  it("is no fault for an agent that lapsed or refused, while its watches stay", () => {
    const watches = [{ id: "run-1/w/during", edge: asEdgeId("a->b"), match: null, of: "all", good: {} }] as const;
    const set = desiredStateOf([desiredRun({ excluded: new Set([B1.boot]), watches })], B1, 0);
    expect(set).toEqual({ faults: [], watches, allotments: {} });
  });
  it("ends with the run's deadline, and is nothing after it", () => {
    expect(desiredStateOf([desiredRun()], B1, 59_000).faults[0]!.notAfterMs).toBe(1_000);
    expect(desiredStateOf([desiredRun()], B1, 60_000).faults).toEqual([]);
    const endless = desiredStateOf([desiredRun({ endsAtMs: Number.POSITIVE_INFINITY })], B1, 0).faults[0]!;
    expect(endless.notAfterMs).toBe(7_200_000);
  });
  it("says to match and count only, in shadow mode", () => {
    expect(desiredStateOf([desiredRun({ plan: planOf({ mode: "shadow" }) })], B1, 0).faults[0]!.shadow).toBe(true);
  });
  it("resets older connections where the redirect can, and never in shadow mode", () => {
    const faults = planOf().faults.map((fault) => ({ ...fault, existing: "reset" as const }));
    const existing = (change: Partial<Plan>, intercepts?: boolean) =>
      desiredStateOf(
        [desiredRun({ plan: planOf({ faults, ...change }) })],
        { ...B1, ...(intercepts === undefined ? {} : { intercepts }) },
        0,
      ).faults.map((order) => ["existing" in order, order.existing]);
    expect(existing({}, true)).toEqual([[true, "reset"]]);
    expect(existing({})).toEqual([[false, undefined]]);
    expect(existing({}, false)).toEqual([[false, undefined]]);
    expect(existing({ mode: "shadow" }, true)).toEqual([[false, undefined]]);
    expect(existing({ faults: planOf().faults }, true)).toEqual([[false, undefined]]);
  });
  it("is the same content when nothing but the time left has changed", () => {
    const at = (nowMs: number) => orderContent(desiredStateOf([desiredRun()], B1, nowMs));
    expect(at(1_000)).toBe(at(2_000));
    expect(orderContent(desiredStateOf([desiredRun({ faults: ["slow", "cut"] })], B1, 0))).not.toBe(at(0));
  });
});

describe("how probes are marked", () => {
  const mark = {
    ...{ key: "00112233445566778899aabbccddeeff", tag: 7 },
    faults: ["slow@a->b", "cut@a->b", "slow@b->c"].map((id) => ({
      ...{ id: asFaultId(`run-1/${id}`), edge: asEdgeId(id.split("@")[1]!), match: null, endpoints: null },
    })),
  };
  const marksOf = (
    run: Partial<DesiredRun>,
    agent: Partial<typeof B1> & { supportsMarks?: boolean } = { supportsMarks: true },
  ) =>
    desiredStateOf([desiredRun({ mark, ...run })], { ...B1, ...agent }, 0).marks?.map(({ faults }) =>
      faults.map(({ id }) => id),
    );

  it("is told from the start on, for the faults that an agent may be sent on the edges that it serves", () => {
    expect(marksOf({ faults: [] })).toEqual([["run-1/slow@a->b", "run-1/cut@a->b"]]);
    const assignments = new Map([[B1.boot, { faults: new Set([asFaultId("run-1/cut@a->b")]), allotment: null }]]);
    expect(marksOf({ assignments })).toEqual([["run-1/cut@a->b"]]);
  });
  it("is told to no agent that does not know what it is, for it would refuse the whole order", () => {
    expect(marksOf({}, {})).toBeUndefined();
  });
  it("is told to no agent on whose edges nothing is struck, nor for a run that marks nothing", () => {
    expect([marksOf({}, { supportsMarks: true, edges: [asEdgeId("c->d")] }), marksOf({ mark: null })]).toEqual([
      undefined,
      undefined,
    ]);
  });
  it("is part of what an agent holds", () => {
    const contentWith = (tag: number) =>
      orderContent(desiredStateOf([desiredRun({ mark: { ...mark, tag } })], { ...B1, supportsMarks: true }, 0));
    expect(contentWith(7)).not.toBe(contentWith(8));
  });
});

describe("the cap on hits", () => {
  it("is dealt out so that the parts sum to it", () => {
    for (const [cap, count] of [
      [10, 3],
      [2, 5],
      [0, 2],
      [5_000, 1],
    ] as const) {
      const parts = Array.from({ length: count }, (_, index) => allot(cap, count, index));
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(cap);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }
  });
  it("travels with the faults of its run", () => {
    const capped = desiredRun({ assignments: new Map([[B1.boot, { faults: null, allotment: 3 }]]) });
    expect(desiredStateOf([capped], B1, 0).allotments).toEqual({ "run-1": 3 });
    expect(desiredStateOf([{ ...capped, faults: [] }], B1, 0).allotments).toEqual({});
  });
});

describe("the desired state of one agent among many", () => {
  it("is only the faults that the run gave it", () => {
    const assignments = new Map([[B1.boot, { faults: new Set([asFaultId("run-1/cut@a->b")]), allotment: null }]]);
    expect(namesOf([desiredRun({ assignments, faults: ["slow", "cut"] })])).toEqual(["run-1/cut@a->b"]);
  });
  it("is to count only on edges that it serves: it would refuse the rest, and everything with it", () => {
    const watchOn = (edge: EdgeId) => ({ id: `run-1/${edge}/during`, edge, match: null, of: "all", good: {} }) as const;
    const run = desiredRun({ watches: [watchOn(asEdgeId("a->b")), watchOn(asEdgeId("b->c"))] });
    expect(desiredStateOf([run], B1, 0).watches.map(({ edge }) => edge)).toEqual(["a->b"]);
  });
});
