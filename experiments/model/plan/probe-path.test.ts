import { describe, expect, it } from "vitest";
import { asEdgeId, edgeId } from "../names.ts";
import { type ProbeAction, type ProbeKind, probeKinds } from "../probes/index.ts";
import { entriesOf, pathOf, reachedFrom, waitsOn } from "./probe-path.ts";

const edge = (from: string, to: string) => ({
  id: edgeId(from, to),
  from,
  to,
  listen: "127.0.0.1:1",
  protocol: "http" as const,
});
const MESH = {
  edges: [
    edge("gateway", "catalog"),
    edge("gateway", "checkout"),
    edge("checkout", "payments"),
    edge("catalog", "inventory"),
    edge("payments", "checkout"),
  ],
};
const probe = (kind: ProbeKind, params: unknown) =>
  ({ kind, params: probeKinds[kind].params.parse(params) }) as ProbeAction;
const STRUCK = [asEdgeId("checkout->payments")];
const relation = (kind: ProbeKind, params: unknown) => pathOf(probe(kind, params), MESH, STRUCK)[STRUCK[0]!] ?? "none";

describe("the path of a probe", () => {
  it("of requests leads out of the service that is asked, never into it", () => {
    expect(relation("http", { to: "gateway" })).toBe("below");
    expect(relation("http", { to: "checkout" })).toBe("below");
    expect(relation("http", { to: "catalog" })).toBe("none");
    expect(relation("tcp", { to: "inventory" })).toBe("none");
  });
  it("of an address begins where `via` says, and is unknown without", () => {
    expect(relation("http", { url: "http://lb/" })).toBe("unknown");
    expect(relation("http", { url: "http://lb/", via: "gateway" })).toBe("below");
    expect(relation("http", { url: "http://lb/", via: "catalog" })).toBe("none");
    expect(relation("tcp", { address: "lb:80" })).toBe("unknown");
    expect(relation("process", { command: ["true"] })).toBe("unknown");
    expect(relation("prometheus", { url: "http://p", query: "up", via: ["catalog", "checkout"] })).toBe("below");
  });
  it("of traffic is its edge, then what the callee calls", () => {
    expect(relation("traffic", { from: "checkout", to: "payments" })).toBe("own");
    expect(relation("traffic", { from: "gateway", to: "checkout" })).toBe("below");
    expect(relation("traffic", { from: "gateway", to: "catalog" })).toBe("none");
  });
  it("of a ratio is both edges, and the calls of the ends of the one that is counted", () => {
    const of = { from: "gateway", to: "checkout" };
    expect(relation("ratio", { of, per: { from: "gateway", to: "catalog" } })).toBe("below");
    expect(
      relation("ratio", { of: { from: "gateway", to: "catalog" }, per: { from: "checkout", to: "payments" } }),
    ).toBe("own");
    expect(relation("ratio", { of: { from: "catalog", to: "inventory" }, per: of })).toBe("none");
  });
});

describe("the two places of a pair", () => {
  const AT_CALLEE = edgeId("checkout", "payments", "callee");
  const mesh = { edges: [...MESH.edges, { ...edge("checkout", "payments"), id: AT_CALLEE, at: "callee" as const }] };
  const of = (kind: ProbeKind, params: unknown) => pathOf(probe(kind, params), mesh, [...STRUCK, AT_CALLEE]);
  it("lie on the path of requests alike, and neither on that of requests to the callee itself", () => {
    expect(of("http", { to: "gateway" })).toEqual({ [STRUCK[0]!]: "below", [AT_CALLEE]: "below" });
    expect(waitsOn(mesh, ["gateway"], AT_CALLEE)).toBe(true);
    expect(of("http", { to: "catalog" })).toEqual({});
  });
  it("are passed by the same calls: what is counted at one may be hit at the other", () => {
    // No service calls back, so that the pair alone relates the two.
    const [caller, callee] = [edgeId("a", "b"), edgeId("a", "b", "callee")];
    const pair = { edges: [edge("a", "b"), { ...edge("a", "b"), id: callee, at: "callee" as const }] };
    const relations = (kind: ProbeKind, params: unknown) => pathOf(probe(kind, params), pair, [caller, callee]);
    expect(relations("traffic", { from: "a", to: "b" })).toEqual({ [caller]: "own", [callee]: "below" });
    expect(relations("traffic", { from: "a", to: "b", at: "callee" })).toEqual({ [caller]: "below", [callee]: "own" });
    const counted = { of: { from: "a", to: "b", at: "callee" }, per: { from: "a", to: "b" } };
    expect(relations("ratio", counted)).toEqual({ [caller]: "own", [callee]: "own" });
  });
});
it("a mesh with a cycle is walked once", () => {
  expect([...reachedFrom(MESH, ["checkout"])].sort()).toEqual(["checkout", "payments"]);
});

describe("what waits on a struck call", () => {
  it("is its caller and everybody above", () => {
    expect(waitsOn(MESH, ["gateway"], asEdgeId("checkout->payments"))).toBe(true);
    expect(waitsOn(MESH, ["checkout"], asEdgeId("checkout->payments"))).toBe(true);
    expect(waitsOn(MESH, ["catalog"], asEdgeId("checkout->payments"))).toBe(false);
    expect(waitsOn(MESH, ["gateway"], asEdgeId("nobody->payments"))).toBe(false);
  });
  it("is known of probes that enter the mesh somewhere", () => {
    expect(entriesOf(probe("http", { to: "gateway" }))).toEqual(["gateway"]);
    expect(entriesOf(probe("traffic", { from: "gateway", to: "checkout" }))).toEqual(["checkout"]);
    expect(entriesOf(probe("http", { url: "http://lb/" }))).toEqual([]);
  });
});
