import { describe, expect, it } from "vitest";
import { asEdgeId, asRunId, type EdgeId } from "../../experiments/model/names.ts";
import type { DamagedEdge } from "../../server/contract/index.ts";
import { fault, meshOf, now, passing, radius, SHOP } from "./made-up.ts";
import { meshStatusOf } from "./mesh-status.ts";
import { paintOf } from "./paint.ts";

const stateOf = (name: string, told: Parameters<typeof meshStatusOf>[1]) =>
  meshStatusOf(SHOP, told).services.get(name)?.state;
const WATCHED = SHOP.edges.map(({ id }) => passing(id));
const damaged = (edge: EdgeId, how: DamagedEdge["how"]): DamagedEdge => ({
  ...{ edge, how, errors: { before: 0, now: 0 }, p95Ms: { before: 1, now: 2 }, perSecond: { before: 1, now: 1 } },
});

describe("the standing of a mesh", () => {
  const faults = [fault(asEdgeId("checkout->payments"))];
  it("calls the callee of a struck edge struck, whatever its callers get, and healthy again without the fault", () => {
    const edges = [passing(asEdgeId("checkout->payments"), { errors: 0.38, unanswered: 0.38 })];
    expect(stateOf("payments", now({ edges, faults }))).toBe("struck");
    expect(stateOf("payments", now({ edges: WATCHED }))).toBe("healthy");
  });
  it("calls it struck for as long as the figures have exchanges that the fault acted on, and unreachable without", () => {
    const given = { errors: 1, unanswered: 1, cancelled: 1 };
    expect(
      stateOf(
        "payments",
        now({ edges: [passing(asEdgeId("checkout->payments"), { ...given, treatedPerSecond: 0.3 })] }),
      ),
    ).toBe("struck");
    expect(stateOf("payments", now({ edges: [passing(asEdgeId("checkout->payments"), given)] }))).toBe("unreachable");
  });
  it("calls it struck whichever place of the pair the fault is at: the figures of the other show the fault, too", () => {
    const [caller, callee] = ["checkout->payments", "checkout->payments:callee"].map(asEdgeId) as [EdgeId, EdgeId];
    const mesh = meshOf({ checkout: {}, payments: {} }, [caller, callee]);
    const failing = { errors: 1, unanswered: 1 };
    for (const [struck, other] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      const told = now({ edges: [passing(struck), passing(other, failing)], faults: [fault(struck)] });
      expect(meshStatusOf(mesh, told).services.get("payments")?.state).toBe("struck");
    }
    const unstruck = now({ edges: [passing(caller), passing(callee)] });
    expect(meshStatusOf(mesh, unstruck).services.get("payments")?.state).toBe("healthy");
  });
  it.each([
    [{ errors: 0.009 }, "healthy"],
    [{ errors: 0.01 }, "failing"],
    [{ errors: 1, unanswered: 0.98 }, "failing"],
    [{ errors: 1, unanswered: 0.99 }, "unreachable"],
    [{ errors: null, unanswered: null, perSecond: 0 }, "idle"],
    [{ errors: null, unanswered: null, perSecond: 0, open: 1 }, "healthy"],
  ] as const)(
    "has no word milder than the figure beside it: %o is %s, on the edge and at its callee",
    (figures, state) => {
      const edges = [passing(asEdgeId("checkout->ledger"), figures)];
      expect(stateOf("ledger", now({ edges }))).toBe(state);
      expect(paintOf(meshStatusOf(SHOP, now({ edges })), [asEdgeId("checkout->ledger")]).tone).toBe(state);
    },
  );
  it("calls a callee struck rather than slow where the figures beside it are those of a struck caller, too", () => {
    const services = [{ service: "inventory", state: "slow", leak: false, reason: "slow" } as const];
    const faults = [fault(asEdgeId("catalog->inventory"))];
    const mesh = meshOf({ catalog: {}, checkout: {}, inventory: {} }, ["catalog->inventory", "checkout->inventory"]);
    const stateWith = (errors: number) => {
      const edges = [passing(asEdgeId("catalog->inventory"), { errors }), passing(asEdgeId("checkout->inventory"))];
      return meshStatusOf(mesh, now({ edges, faults, radii: [radius({ services })] })).services.get("inventory")?.state;
    };
    expect(stateWith(0)).toBe("slow");
    expect(stateWith(0.9)).toBe("struck");
  });
  it.each(["slow", "failing"] as const)("has the word of the edge at its callee: %s against the baseline", (how) => {
    const edge = asEdgeId("checkout->ledger");
    const told = now({ edges: [passing(edge)], radii: [radius({ edges: [damaged(edge, how)] })] });
    expect(paintOf(meshStatusOf(SHOP, told), [edge]).tone).toBe(how);
    expect(stateOf("ledger", told)).toBe(how);
  });
  it("takes who is called by nobody for no better than what it gets", () => {
    expect(stateOf("gateway", now({ edges: [passing(asEdgeId("gateway->checkout"), { errors: 0.2 })] }))).toBe(
      "failing",
    );
  });
  it("says of whom no agent tells anything", () => {
    const told = now({ edges: [passing(asEdgeId("gateway->checkout"))], radii: [radius()] });
    expect(stateOf("gateway", told)).toBe("healthy");
    expect(stateOf("ledger", told)).toBe("unwatched");
    expect(meshStatusOf(SHOP, told).edges.get(asEdgeId("checkout->ledger"))?.traffic).toBeNull();
  });
  it("takes the worst of what several runs say, and the most that any of them allows", () => {
    const felt = (state: "slow" | "contained", leak: boolean) => ({ service: "checkout", state, leak, reason: state });
    const told = now({
      edges: WATCHED,
      radii: [
        radius({ declared: [{ service: "checkout", may: "fail" }], services: [felt("contained", false)] }),
        radius({
          run: asRunId("r2"),
          declared: [{ service: "checkout", may: "slow" }],
          services: [felt("slow", true)],
        }),
      ],
    });
    const checkout = meshStatusOf(SHOP, told).services.get("checkout");
    expect(checkout).toMatchObject({ state: "slow", may: "fail", leak: true });
    expect(checkout?.felt.map(({ run }) => run)).toEqual(["r1", "r2"]);
  });
  it("tells each leak with the run that it leaves", () => {
    const services = [{ service: "ledger", state: "failing", leak: true, reason: "half fail" } as const];
    expect(meshStatusOf(SHOP, now({ radii: [radius({ services })] })).leaks).toEqual([
      { service: "ledger", run: "r1", experiment: "slow-payments", state: "failing", leak: true, reason: "half fail" },
    ]);
  });
  it("leaves out services and edges that the mesh does not have", () => {
    const services = [{ service: "gone", state: "failing", leak: true, reason: "" } as const];
    const standing = meshStatusOf(
      SHOP,
      now({ edges: [passing(asEdgeId("gone->ledger"))], radii: [radius({ services })] }),
    );
    expect(standing.services.has("gone")).toBe(false);
    expect(standing.edges.has(asEdgeId("gone->ledger"))).toBe(false);
    expect(standing.leaks).toEqual([]);
  });
  it("marks an edge that is struck before its fault is live, and by the worst that is said of it", () => {
    const radii = [
      radius({ edges: [damaged(asEdgeId("checkout->payments"), "slow")] }),
      radius({ run: asRunId("r2"), struck: [], edges: [damaged(asEdgeId("checkout->payments"), "failing")] }),
    ];
    const edge = meshStatusOf(SHOP, now({ radii })).edges.get(asEdgeId("checkout->payments"));
    expect(edge).toMatchObject({ struck: true, faults: [], damaged: { how: "failing" } });
  });
  it("takes a name like one of an object's own for a name", () => {
    const mesh = meshOf({ constructor: {}, "to-string": {} }, ["constructor->to-string"]);
    expect(meshStatusOf(mesh, now()).services.get("constructor")?.state).toBe("unwatched");
  });
});
