import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HowMany, Labels } from "../mesh/selector.ts";
import type { Callers } from "../mesh/targets.ts";
import { asAgentBoot, asEdgeId, asInstance, type EdgeId } from "../names.ts";
import { probeKinds } from "../probes/index.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import { type Candidate, joinerOf, lackOf, pickAgents, takenOf, watchedEdges } from "./agents.ts";
import type { Plan } from "./plan.ts";

const EDGE = asEdgeId("checkout->payments");
const on = (edge: EdgeId, callers?: Callers) => ({
  ...{ edge, protocol: "http" as const, endpoints: null },
  ...(callers === undefined ? {} : { callers }),
});
const planOn = (...targets: ReturnType<typeof on>[]): Plan => ({
  ...EXAMPLE,
  faults: targets.map((target, i) => ({ ...SLOW, name: `fault ${i}`, targets: [target] })),
});
const some = (instances: HowMany | null, labels: Labels = {}, inherited: Labels = {}): Callers => ({
  ...{ labels, inherited, instances },
});
const agent = (host: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{
    instance: asInstance(host),
    boot: asAgentBoot(`boot of ${host}`),
    service: "checkout",
    labels: {},
    edges: [EDGE],
  },
  ...more,
});
const TEN = Array.from({ length: 10 }, (_, i) => agent(`checkout-${i}`));
const names = (plan: Plan, candidates: readonly Candidate[], seed = 1) =>
  pickAgents(plan, candidates, seed).map(({ instance }) => instance);

describe("the agents that a plan means", () => {
  it("are all that serve the edge where nothing narrows it, and hold everything", () => {
    expect(pickAgents(planOn(on(EDGE)), [TEN[0]!])).toEqual([
      { instance: asInstance("checkout-0"), boot: "boot of checkout-0" },
    ]);
    expect(names(planOn(on(EDGE)), TEN)).toHaveLength(10);
  });
  it("never are those of another service, or that do not serve the edge", () => {
    expect(names(planOn(on(EDGE)), [agent("g", { service: "gateway" }), agent("idle", { edges: [] })])).toEqual([]);
  });
  it("are found by an instance's own labels over those of its service", () => {
    const canary = agent("canary", { labels: { track: "canary" } });
    const stable = agent("stable", { labels: { track: "stable" } });
    const plain = agent("plain");
    const wanted = (inherited: Labels) => planOn(on(EDGE, some(null, { track: "canary" }, inherited)));
    expect(names(wanted({}), [canary, stable, plain])).toEqual(["canary"]);
    expect(names(wanted({ track: "canary" }), [canary, stable, plain])).toEqual(["canary", "plain"]);
  });
  it("by number or share are drawn by the seed, the same ones every time", () => {
    const half = planOn(on(EDGE, some({ share: 0.5 })));
    expect(names(half, TEN)).toHaveLength(5);
    expect(names(half, TEN)).toEqual(names(half, TEN.toReversed()).sort());
    expect(new Set([1, 2, 3, 4, 5].map((seed) => names(half, TEN, seed).join())).size).toBeGreaterThan(1);
    expect(names(planOn(on(EDGE, some({ count: 3 }))), TEN)).toHaveLength(3);
    expect(names(planOn(on(EDGE, some({ count: 30 }))), TEN)).toHaveLength(10);
  });
  it("of a larger share contain those of a smaller one, whoever is there", () => {
    const there = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(there, fc.integer(), fc.double({ min: 0.01, max: 1, noNaN: true }), (ids, seed, share) => {
        const candidates = ids.map((id) => agent(`i${id}`));
        const small = names(planOn(on(EDGE, some({ share: share / 2 }))), candidates, seed);
        const large = names(planOn(on(EDGE, some({ share }))), candidates, seed);
        expect(large).toEqual(expect.arrayContaining(small));
        expect(large).toHaveLength(Math.ceil(share * ids.length - 1e-9));
      }),
    );
  });
  it("by number are the same for all faults and edges of one service: the radius is a number of instances, not of faults", () => {
    const edges = [EDGE, asEdgeId("checkout->inventory")];
    const candidates = TEN.map((one) => ({ ...one, edges }));
    const agents = pickAgents(planOn(...edges.map((edge) => on(edge, some({ count: 2 })))), candidates, 3);
    expect(agents).toHaveLength(2);
    expect(agents.every(({ faults }) => faults === undefined)).toBe(true);
  });
  it("hold only what is theirs: each names the faults of the edges that it serves", () => {
    const both = [agent("c"), agent("g", { service: "gateway", edges: [asEdgeId("gateway->checkout")] })];
    expect(pickAgents(planOn(on(EDGE), on(asEdgeId("gateway->checkout"))), both)).toEqual([
      { instance: "c", boot: "boot of c", faults: [`run-1/fault 0@${EDGE}`] },
      { instance: "g", boot: "boot of g", faults: ["run-1/fault 1@gateway->checkout"] },
    ]);
  });
  it("count two processes of one instance as one, as there are in an upgrade", () => {
    const twice = [agent("a", { boot: asAgentBoot("1") }), agent("a", { boot: asAgentBoot("2") })];
    expect(pickAgents(planOn(on(EDGE, some({ count: 1 }))), twice)).toHaveLength(2);
  });
  it("stand for every caller where they have no service of their own, as in an embedded mesh", () => {
    const alone = agent("shop-agent", { service: null, edges: [EDGE, asEdgeId("gateway->checkout")] });
    expect(pickAgents(planOn(on(EDGE), on(asEdgeId("gateway->checkout"))), [alone])).toEqual([
      { instance: "shop-agent", boot: "boot of shop-agent" },
    ]);
  });
  it("that only count for an expectation hold no fault", () => {
    const params = probeKinds.traffic.params.parse({ from: "gateway", to: "checkout" });
    const watching: Plan = {
      ...planOn(on(EDGE)),
      expectations: [{ ...CHECKOUT, probe: { kind: "traffic", params } }],
    };
    const gateway = agent("g", { service: "gateway", edges: [asEdgeId("gateway->checkout")] });
    expect(watchedEdges(watching)).toEqual(["gateway->checkout"]);
    expect(pickAgents(watching, [gateway])).toEqual([{ instance: "g", boot: "boot of g", faults: [] }]);
  });
});

describe("an instance that appears in mid-run", () => {
  const fresh = agent("fresh", { labels: { track: "canary" } });
  it("joins where it is meant by name or labels", () => {
    expect(joinerOf(planOn(on(EDGE)), fresh)).toEqual({ instance: "fresh", boot: "boot of fresh" });
    expect(joinerOf(planOn(on(EDGE, some(null, { track: "canary" }))), fresh)).not.toBeNull();
    expect(joinerOf(planOn(on(EDGE, some(null, { track: "stable" }))), fresh)).toBeNull();
  });
  it("stays outside where a number was wanted, where the run is static, and where it serves nothing of it", () => {
    expect(joinerOf(planOn(on(EDGE, some({ share: 1 }))), fresh)).toBeNull();
    expect(joinerOf({ ...planOn(on(EDGE)), static: true }, fresh)).toBeNull();
    expect(joinerOf(planOn(on(asEdgeId("gateway->checkout"))), fresh)).toBeNull();
  });
  it("takes only the faults that mean it, where others of the plan do not", () => {
    const plan = planOn(on(EDGE), on(EDGE, some({ count: 1 })));
    expect(joinerOf(plan, fresh)).toEqual({
      ...{ instance: "fresh", boot: "boot of fresh" },
      faults: [`run-1/fault 0@${EDGE}`],
    });
  });
});

describe("how many of those that are there are taken", () => {
  it("is at least one of a share, never more than there are, and a share that is whole needs no rounding", () => {
    expect([1, 2, 3, 10].map((there) => takenOf({ share: 0.3 }, there))).toEqual([1, 1, 1, 3]);
    expect(takenOf({ share: 0.5 }, 0)).toBe(0);
    expect(takenOf({ count: 4 }, 3)).toBe(3);
    expect(takenOf(null, 7)).toBe(7);
  });
});

describe("a fault at the callee", () => {
  const AT_CALLEE = asEdgeId("checkout->payments:callee");
  const beside = (host: string, more: Partial<Candidate> = {}) =>
    agent(host, { service: "payments", edges: [AT_CALLEE], intercepts: true, ...more });
  it("belongs to the agents of the callee's service", () => {
    const plan = planOn(on(AT_CALLEE));
    expect(names(plan, [beside("payments-1"), agent("checkout-1", { edges: [EDGE, AT_CALLEE] })])).toEqual([
      "payments-1",
    ]);
    expect(names(planOn(on(EDGE)), [beside("payments-1", { edges: [EDGE, AT_CALLEE] })])).toEqual([]);
    expect(lackOf(plan, [beside("payments-1")])).toBeNull();
  });
  it("needs such an agent, and says how to start it", () => {
    expect(lackOf(planOn(on(AT_CALLEE)), [agent("checkout-1")])).toEqual({
      reason:
        "no agent serves checkout → payments (at callee): start an agent on the machine of payments with `--service payments --intercept`",
      redirectBeside: "payments",
    });
    expect(lackOf(planOn(on(EDGE)), [])).toEqual({
      ...{ reason: "no agent serves checkout → payments", redirectBeside: null },
    });
  });
});
describe("a fault that resets older connections", () => {
  const resetting: Plan = { ...EXAMPLE, faults: [{ ...SLOW, targets: [on(EDGE)], existing: "reset" }] };
  it("needs an agent with the redirect on each edge, and says how to start it", () => {
    expect(lackOf(resetting, [agent("checkout-1")])).toEqual({
      reason:
        "no agent with the redirect serves checkout → payments, and `existing: reset` needs the redirect: start the agent of checkout with `--intercept`, or leave `existing` out",
      redirectBeside: "checkout",
    });
    expect(lackOf(planOn(on(EDGE)), [agent("checkout-1")])).toBeNull();
  });
  it("strikes at every agent of the edge: those without the redirect carry each connection anyway", () => {
    const mixed = [agent("checkout-1"), agent("checkout-2", { intercepts: true })];
    expect(lackOf(resetting, mixed)).toBeNull();
    expect(names(resetting, mixed)).toEqual(["checkout-1", "checkout-2"]);
  });
});
