import { describe, expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { now, passing, radius, SHOP } from "./made-up.ts";
import { meshStatusOf } from "./mesh-status.ts";
import { paintOf, weightOf } from "./paint.ts";
import { throughputOf } from "./throughput.ts";

describe("what passes several edges", () => {
  it("adds rates, weighs errors by them, and takes the longest of percentiles", () => {
    const all = [
      passing(asEdgeId("a->b"), { perSecond: 30, errors: 0, p99Ms: 5 }),
      passing(asEdgeId("a->c"), { perSecond: 10, errors: 0.4, p99Ms: 80 }),
    ];
    expect(throughputOf(all)).toMatchObject({ perSecond: 40, errors: 0.1, p99Ms: 80 });
  });
  it("counts calls once that agents at both places of a pair see", () => {
    const [caller, callee] = [asEdgeId("a->b"), asEdgeId("a->b:callee")];
    const both = [passing(caller, { perSecond: 30 }), passing(callee, { perSecond: 29, open: 4 })];
    expect(throughputOf([...both, passing(asEdgeId("a->c"))])).toMatchObject({ perSecond: 40, open: 0 });
    expect(throughputOf([passing(caller, { perSecond: 0, errors: null }), both[1]!])).toMatchObject({ perSecond: 29 });
  });
  it("knows nothing of edges that nobody watches, and no errors where nothing ended", () => {
    expect(throughputOf([])).toBeNull();
    expect(throughputOf([passing(asEdgeId("a->b"), { perSecond: 0, errors: null, p99Ms: null })])).toMatchObject({
      ...{ perSecond: 0, errors: null, p99Ms: null },
    });
  });
  it("counts an edge on which nothing ended for the rate alone", () => {
    const idle = passing(asEdgeId("a->b"), { perSecond: 0, errors: null });
    expect(throughputOf([idle, passing(asEdgeId("a->c"), { errors: 0.5 })])?.errors).toBe(0.5);
  });
  it("is drawn wider by the logarithm of the rate, within bounds", () => {
    expect([0, 0.5, 10, 100, 1e9].map(weightOf)).toEqual([0, 0, 2, 3, 5]);
  });
});

describe("how an edge is drawn", () => {
  it("tells an edge that nobody watches from one on which nothing passes", () => {
    const standing = meshStatusOf(SHOP, now({ edges: [passing(asEdgeId("gateway->checkout"), { perSecond: 0 })] }));
    expect(paintOf(standing, [asEdgeId("gateway->checkout")])).toEqual({ tone: "healthy", weight: 0, struck: false });
    expect(paintOf(standing, [asEdgeId("checkout->ledger")]).tone).toBe("unwatched");
  });
  it("draws edges that stand for one as the worst of them", () => {
    const change = { before: 0, now: 0 };
    const slow = {
      edge: asEdgeId("checkout->ledger"),
      how: "slow",
      errors: change,
      p95Ms: change,
      perSecond: change,
    } as const;
    const standing = meshStatusOf(
      SHOP,
      now({ edges: SHOP.edges.map(({ id }) => passing(id)), radii: [radius({ edges: [slow] })] }),
    );
    const { tone, struck } = paintOf(standing, [asEdgeId("checkout->payments"), asEdgeId("checkout->ledger")]);
    expect({ tone, struck }).toEqual({ tone: "slow", struck: true });
  });
});
