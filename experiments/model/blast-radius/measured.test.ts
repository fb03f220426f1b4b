import { describe, expect, it } from "vitest";
import type { Limits } from "../experiment/experiment.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { asEdgeId, type EdgeId, edgeEnds } from "../names.ts";
import { ownEntries } from "../own-property.ts";
import type { PlannedFault } from "../plan/plan.ts";
import { declaredRadius } from "./declared.ts";
import type { Harm } from "./harm.ts";
import { measureRadius } from "./measured.ts";

const service = (name: string) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [], ready: { tcp: true } as const },
  ...{ startMs: 1_000, protected: false },
});
const meshOf = (...ids: EdgeId[]): Mesh => {
  const edges = ids.map((id) => {
    const [from, to] = edgeEnds(id);
    return { id, from, to, listen: "127.0.0.1:1", protocol: "http" as const };
  });
  const names = [...new Set(ids.flatMap(edgeEnds))];
  return { name: "m", directory: null, services: names.map(service), edges };
};
const SHOP = meshOf(
  ...[
    ...["gateway->catalog", "gateway->checkout", "checkout->payments", "checkout->inventory", "catalog->inventory"],
  ].map(asEdgeId),
);
const planOf = (limits: Partial<Limits> = {}, ...edges: EdgeId[]) => ({
  limits: {
    ...{ services: [], callers: "slower", harm: { errors: 0.01, p95: 2 }, requests: null, deadlineMs: 1 },
    ...limits,
  } as Limits,
  faults: [
    { targets: edges.map((edge) => ({ edge, protocol: "http" as const, endpoints: null })) } as unknown as PlannedFault,
  ],
});
const same = (value: number) => ({ before: value, now: value });
const WELL = { errors: same(0), unanswered: same(0), p95Ms: same(10), perSecond: same(12) };
const FAILING: Harm = { how: "failing", ...WELL, errors: { before: 0, now: 0.12 } };
const SLOWER: Harm = { how: "slow", ...WELL, p95Ms: { before: 85, now: 620 } };
const QUIET: Harm = { how: "quiet", ...WELL, perSecond: { before: 12, now: 0.24 } };

describe("the declared radius", () => {
  const declared = (limits: Partial<Limits>, ...edges: EdgeId[]) =>
    declaredRadius(planOf(limits, ...edges), SHOP).map(({ service, may }) => `${service} ${may}`);
  it("lets the callers of struck edges fail, and those above them get slower", () => {
    expect(declared({}, asEdgeId("checkout->payments"))).toEqual(["gateway slow", "checkout fail"]);
  });
  it("lets whoever is named fail, and their callers get slower", () => {
    expect(declared({ services: ["inventory"] }, asEdgeId("checkout->payments"))).toEqual([
      ...["gateway slow", "catalog slow", "checkout fail", "inventory fail"],
    ]);
  });
  it("gives the callers what the limits say", () => {
    expect(declared({ callers: "none" }, asEdgeId("checkout->payments"))).toEqual(["checkout fail"]);
    expect(declared({ callers: "any" }, asEdgeId("checkout->payments"))).toEqual(["gateway fail", "checkout fail"]);
  });
  it("ends in a mesh whose services call each other in a ring", () => {
    const ring = meshOf(asEdgeId("a->b"), asEdgeId("b->c"), asEdgeId("c->a"));
    expect(declaredRadius(planOf({}, asEdgeId("a->b")), ring)).toEqual([
      { service: "a", may: "fail" },
      { service: "b", may: "slow" },
      { service: "c", may: "slow" },
    ]);
  });
});

const ALL = SHOP.edges.map(({ id }) => id);
interface Given {
  readonly struck?: readonly EdgeId[];
  readonly limits?: Partial<Limits>;
  readonly unmeasured?: readonly EdgeId[];
}
const measure = (damaged: Readonly<Record<EdgeId, Harm>>, given: Given = {}) => {
  const { struck = [asEdgeId("checkout->payments")], limits = {}, unmeasured = [] } = given;
  return measureRadius({
    ...{ mesh: SHOP, struck, declared: declaredRadius(planOf(limits, ...struck), SHOP) },
    damaged: new Map(ownEntries(damaged)),
    measured: new Set(ALL.filter((edge) => !unmeasured.includes(edge))),
  });
};
const states = (...given: Parameters<typeof measure>) =>
  Object.fromEntries(
    measure(...given).services.map(({ service, state, leak }) => [service, leak ? `${state}, leak` : state]),
  );

describe("the measured radius", () => {
  it("is empty where nothing is damaged", () => {
    expect(measure({})).toEqual({ services: [], stops: [] });
  });
  it("puts the harm on a struck edge on its caller, and never on its callee", () => {
    expect(states({ [asEdgeId("checkout->payments")]: FAILING })).toEqual({ checkout: "contained" });
  });
  it("says of a service what its callers get from it, in numbers", () => {
    const { services } = measure({
      [asEdgeId("checkout->payments")]: SLOWER,
      [asEdgeId("gateway->checkout")]: FAILING,
    });
    expect(services.find((one) => one.service === "checkout")).toEqual({
      ...{ service: "checkout", state: "failing", leak: false, reason: "12% of calls from gateway fail (0% before)" },
    });
    const { services: slower } = measure({ [asEdgeId("gateway->checkout")]: SLOWER });
    expect(slower.find((one) => one.service === "checkout")?.reason).toBe(
      "p95 of calls from gateway is 620 ms (85 ms before)",
    );
  });
  it("assumes the worst of who is called by nobody, and says so", () => {
    const { services } = measure({ [asEdgeId("gateway->checkout")]: SLOWER });
    expect(services.find((one) => one.service === "gateway")).toMatchObject({
      ...{ state: "slow", leak: false },
      reason:
        "p95 of its calls to checkout is 620 ms (85 ms before); nobody calls it through the mesh, so the worst is assumed",
    });
  });
  it("assumes the worst as well of who is called where nothing is measured", () => {
    const unmeasured = [asEdgeId("gateway->checkout")];
    const { services } = measure({ [asEdgeId("checkout->payments")]: FAILING }, { unmeasured });
    expect(services[0]).toMatchObject({ service: "checkout", state: "failing" });
    expect(services[0]?.reason).toContain("no call to it tells how it answers");
  });
  it("is a leak where a service is damaged that is not declared", () => {
    expect(states({ [asEdgeId("catalog->inventory")]: SLOWER })).toEqual({
      ...{ catalog: "contained", inventory: "slow, leak" },
    });
    expect(states({ [asEdgeId("catalog->inventory")]: SLOWER }, { limits: { services: ["inventory"] } })).toEqual({
      ...{ catalog: "contained", inventory: "slow" },
    });
  });
  it("is a leak where a service fails that may only get slower", () => {
    expect(states({ [asEdgeId("gateway->checkout")]: FAILING })).toEqual({
      gateway: "failing, leak",
      checkout: "failing",
    });
    expect(states({ [asEdgeId("gateway->checkout")]: FAILING }, { limits: { callers: "any" } })).toEqual({
      ...{ gateway: "failing", checkout: "failing" },
    });
  });
  it("takes who is asked no more for well, and what it asks no more for no damage of its own", () => {
    expect(states({ [asEdgeId("gateway->checkout")]: QUIET, [asEdgeId("checkout->inventory")]: QUIET })).toEqual({});
  });
});

describe("where the damage stops", () => {
  const stopOf = (harm: Harm) => measure({ [asEdgeId("checkout->payments")]: harm }).stops;
  it("says that the service has the time to wait", () => {
    expect(stopOf(SLOWER)).toEqual([
      {
        ...{ service: "checkout", edge: "checkout->payments", why: "absorbed" },
        reason:
          "p95 of its calls to payments is 620 ms (85 ms before): it has the time to wait for payments, and what it answers is as before",
      },
    ]);
  });
  it("says that it answers without, where it gets errors or is refused at once", () => {
    expect(stopOf(FAILING)).toMatchObject([{ why: "fallback" }]);
    expect(stopOf({ ...FAILING, unanswered: { before: 0, now: 0.12 } })).toMatchObject([{ why: "fallback" }]);
  });
  it("says that it gives up, where it waits and then gets no answer", () => {
    const waits = { ...FAILING, p95Ms: { before: 8, now: 300 } };
    expect(stopOf({ ...waits, unanswered: { before: 0, now: 0.06 } })).toMatchObject([{ why: "timeout" }]);
    expect(stopOf({ ...waits, unanswered: { before: 0, now: 0.05 } })).toMatchObject([{ why: "fallback" }]);
  });
  it("says that it asks no more", () => {
    expect(stopOf(QUIET)).toMatchObject([
      { why: "nothing-sent", reason: expect.stringContaining("its calls to payments are down to 0.2/s (12/s before)") },
    ]);
  });
  it("names the call that hurts most", () => {
    const worse = { ...FAILING, errors: { before: 0, now: 0.5 } };
    expect(
      measure({ [asEdgeId("checkout->payments")]: FAILING, [asEdgeId("checkout->inventory")]: worse }, { struck: ALL })
        .stops,
    ).toEqual([]);
    const both = ["checkout->payments", "checkout->inventory"].map(asEdgeId);
    expect(
      measure({ [asEdgeId("checkout->payments")]: FAILING, [asEdgeId("checkout->inventory")]: worse }, { struck: both })
        .stops,
    ).toMatchObject([{ edge: "checkout->inventory" }]);
    expect(
      measure({ [asEdgeId("checkout->payments")]: QUIET, [asEdgeId("checkout->inventory")]: SLOWER }, { struck: both })
        .stops,
    ).toMatchObject([{ edge: "checkout->inventory", why: "absorbed" }]);
  });
  it("is nowhere while the service's own answers are damaged", () => {
    expect(
      measure({ [asEdgeId("checkout->payments")]: FAILING, [asEdgeId("gateway->checkout")]: SLOWER }).stops,
    ).toEqual([]);
  });
});
