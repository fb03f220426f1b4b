import { describe, expect, it } from "vitest";
import type { Receipt, Receipts } from "../evidence/receipt.ts";
import { type AgentBoot, asAgentBoot, asEdgeId, asFaultId, type EdgeId } from "../names.ts";
import { ownKeys } from "../own-property.ts";
import type { Plan } from "../plan/plan.ts";
import { EXAMPLE, SLOW } from "../run/example.ts";
import { hitGaps, lifetimeGaps } from "./gaps.ts";

const [x, y] = [asAgentBoot("x"), asAgentBoot("y")];
const two: Plan = {
  ...EXAMPLE,
  faults: [
    {
      ...SLOW,
      targets: ["a->b", "c->d"].map(asEdgeId).map((edge) => ({ edge, protocol: "http" as const, endpoints: null })),
    },
  ],
};
const told = (edge: EdgeId, injected: number, changes: Partial<Receipt> = {}): Receipts[AgentBoot] => {
  const id = asFaultId(`run-1/payments is slow@${edge}`);
  const counts = { seen: 50, matched: 50, injected, spared: 50 - injected, capped: 0, untouched: 0 };
  const receipt: Receipt = { id, fault: SLOW.name, edge, unit: "exchange", ...counts, liveMs: 10_000, ordinals: [] };
  return { [id]: { ...receipt, ...changes } };
};
const some: Plan = { ...two, faults: [{ ...two.faults[0]!, hits: { atLeast: 10, edges: "some" } }] };

describe("hits", () => {
  it("are wanted on every edge, or on some, over all agents together", () => {
    const one = { [x]: { ...told(asEdgeId("a->b"), 10), ...told(asEdgeId("c->d"), 4) } };
    expect(hitGaps(two, one)).toMatchObject([{ because: "no-hits", none: false }]);
    expect(hitGaps(two, one)[0]!.reason).toMatch(/hit 4 exchanges on c → d, at least 10/);
    expect(hitGaps(some, one)).toEqual([]);
    expect(hitGaps(two, { ...one, [y]: told(asEdgeId("c->d"), 6) })).toEqual([]);
    expect(hitGaps(some, {})).toMatchObject([{ none: true, reason: expect.stringMatching(/any of a → b and c → d/) }]);
  });
  it("of a receipt that does not add up prove nothing", () => {
    const wrong = { [x]: { ...told(asEdgeId("a->b"), 10), ...told(asEdgeId("c->d"), 10, { spared: 0 }) } };
    expect(hitGaps(two, wrong)).toMatchObject([{ because: "no-hits", reason: expect.stringMatching(/^receipt/) }]);
  });
  it("that the cap kept back are named", () => {
    const capped = { [x]: { ...told(asEdgeId("a->b"), 10), ...told(asEdgeId("c->d"), 3, { spared: 0, capped: 47 }) } };
    expect(hitGaps(two, capped)[0]!.reason).toMatch(/47 more were spared by the cap on requests\.$/);
  });
});

/** An agent present from the start that was sent every fault. */
const X = { boot: x, sinceMs: 0 };

describe("a gap", () => {
  const live = (ms: number) => ({
    [x]: { ...told(asEdgeId("a->b"), 10), ...told(asEdgeId("c->d"), 10, { liveMs: ms }) },
  });
  it("is anything more than 250 ms and 2% short of the planned time, on any edge", () => {
    expect(lifetimeGaps(two, live(9_550), 10_000, [X])).toEqual([]);
    expect(lifetimeGaps(two, live(9_549), 10_000, [X])).toMatchObject([{ because: "gap" }]);
    expect(lifetimeGaps(two, { [x]: told(asEdgeId("a->b"), 10) }, 10_000, [X])).toHaveLength(1);
  });
  it("is measured against the time until the revert, when a run was stopped early", () => {
    expect(lifetimeGaps(two, live(2_900), 3_000, [X])).toEqual([]);
    expect(lifetimeGaps(two, live(2_000), 3_000, [X])).toHaveLength(1);
    expect(lifetimeGaps(two, {}, 0, [X])).toEqual([]);
  });
  it("is what an agent that joined in mid-run missed since then, not before", () => {
    const late = (ms: number) => ({ ...live(10_000), [y]: { ...told(asEdgeId("a->b"), 1, { liveMs: ms }) } });
    const Y = { boot: y, sinceMs: 6_000, faults: ownKeys(told(asEdgeId("a->b"), 1)) };
    expect(lifetimeGaps(two, late(3_900), 10_000, [X, Y])).toEqual([]);
    expect(lifetimeGaps(two, late(3_000), 10_000, [X, Y])).toMatchObject([
      { because: "gap", reason: expect.stringMatching(/for 3 s of its 4 s/) },
    ]);
    expect(lifetimeGaps(two, live(10_000), 10_000, [X, { ...Y, sinceMs: Number.POSITIVE_INFINITY }])).toEqual([]);
  });
  it("is on any one agent of several, although another was live all the time, and where one tells nothing", () => {
    const Y = { boot: y, sinceMs: 0 };
    expect(lifetimeGaps(two, live(10_000), 10_000, [X, Y])).toHaveLength(2);
  });
  it("is an edge that nobody was to strike, unless some edge is enough", () => {
    const only = { ...X, faults: ownKeys(told(asEdgeId("a->b"), 10)) };
    expect(lifetimeGaps(two, live(10_000), 10_000, [only])).toMatchObject([
      { reason: expect.stringMatching(/c → d for 0 ms/) },
    ]);
    expect(lifetimeGaps(some, live(10_000), 10_000, [only])).toEqual([]);
  });
});
