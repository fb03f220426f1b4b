import { describe, expect, it } from "vitest";
import type { Mesh } from "../mesh/mesh.ts";
import { asEdgeId, type EdgeId, edgeEnds } from "../names.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import { leakable, plannedRadius } from "./planned.ts";

const IDS = [
  "gateway->checkout",
  "checkout->payments",
  "checkout->inventory",
  "gateway->catalog",
  "admin->checkout",
].map(asEdgeId);
const MESH: Mesh = {
  ...{ name: "m", directory: null },
  services: [...new Set(IDS.flatMap(edgeEnds))].map((name) => ({
    ...{ name, labels: {}, command: null, env: {}, endpoints: [], ready: { tcp: true as const } },
    ...{ startMs: 1_000, protected: false },
  })),
  edges: IDS.map((id) => {
    const [from, to] = edgeEnds(id);
    return { id, from, to, listen: "127.0.0.1:1", protocol: "http" as const };
  }),
};
const radiusOf = (expectations: readonly PlannedExpectation[], more: Partial<Plan> = {}) => {
  const plan: Plan = { ...EXAMPLE, expectations, ...more };
  const radius = plannedRadius(plan, MESH);
  return { radius, leakable: Object.fromEntries(leakable({ ...plan, radius })) };
};

describe("the declared radius is stated twice", () => {
  it("by the hypothesis, on the edges from where its probe enters to the struck ones", () => {
    const { radius, leakable } = radiusOf([{ ...CHECKOUT, objective: { during: 0.9 } }]);
    expect(radius.path).toEqual([{ edge: "gateway->checkout", errors: expect.closeTo(0.1, 9), withinMs: 500 }]);
    expect(leakable).toEqual({ "checkout->inventory": ["failed", "slow"], "gateway->catalog": ["failed", "slow"] });
  });
  it("by the loosest of the expectations that meet on an edge, and never by less than harm", () => {
    const loose = { ...CHECKOUT, good: {}, objective: { during: 0.5 } };
    expect(radiusOf([CHECKOUT, loose]).radius.path).toMatchObject([{ errors: 0.5, withinMs: null }]);
    expect(radiusOf([{ ...CHECKOUT, objective: { during: 1 } }]).radius.path).toMatchObject([{ errors: 0.01 }]);
  });
  it("by limits, whose callers of struck edges may fail and whose named services too", () => {
    const { radius, leakable } = radiusOf([], { limits: { ...EXAMPLE.limits, services: ["catalog"] } });
    expect(radius.declared).toContainEqual({ service: "checkout", may: "fail" });
    expect(Object.keys(leakable)).toEqual(["checkout->inventory"]);
  });
});

describe("a fault at one place of a pair", () => {
  const [AT_CALLER, AT_CALLEE] = ["checkout->payments", "checkout->payments:callee"].map(asEdgeId) as [EdgeId, EdgeId];
  const both: Mesh = {
    ...MESH,
    edges: MESH.edges.flatMap((edge) =>
      edge.id === AT_CALLER ? [edge, { ...edge, id: AT_CALLEE, at: "callee" as const }] : [edge],
    ),
  };
  it.each([AT_CALLER, AT_CALLEE])("leaks to neither place: %s", (edge) => {
    const faults = [{ ...SLOW, targets: [{ edge, protocol: "http" as const, endpoints: null }] }];
    const plan: Plan = { ...EXAMPLE, faults, expectations: [{ ...CHECKOUT, objective: { during: 0.9 } }] };
    const radius = plannedRadius(plan, both);
    expect(radius.path).toMatchObject([{ edge: "gateway->checkout" }]);
    expect(radius.declared).toEqual([
      { service: "gateway", may: "slow" },
      { service: "checkout", may: "fail" },
      { service: "admin", may: "slow" },
    ]);
    const open = [...leakable({ ...plan, radius }).keys()];
    expect(open).toEqual(["checkout->inventory", "gateway->catalog"]);
  });
});
