/** A small mesh with traffic, for tests. */
import type { Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId, asRunId, type EdgeId, edgeEnds, edgeId } from "../../experiments/model/names.ts";
import type { EdgeTraffic, LiveFault, Radius, TrafficNow } from "../../server/contract/index.ts";

const service = (name: string, labels: Readonly<Record<string, string>>): Service => ({
  ...{ name, labels, command: null, env: {}, endpoints: [], ready: { tcp: true }, startMs: 0, protected: false },
});
/** `services`: names with labels. `edges`: `a->b`. */
export const meshOf = (
  services: Readonly<Record<string, Readonly<Record<string, string>>>>,
  edges: readonly string[],
): Mesh => ({
  ...{ name: "made-up", directory: null },
  services: Object.entries(services).map(([name, labels]) => service(name, labels)),
  edges: edges.map(asEdgeId).map((id) => {
    const [from, to] = edgeEnds(id);
    return { id, from, to, listen: "127.0.0.1:1", protocol: "http" };
  }),
});
export const SHOP = meshOf(
  { gateway: { tier: "edge" }, checkout: { tier: "middle" }, payments: { tier: "back" }, ledger: { tier: "back" } },
  ["gateway->checkout", "checkout->payments", "checkout->ledger"],
);

export const passing = (edge: EdgeId, more: Partial<EdgeTraffic> = {}): EdgeTraffic => ({
  ...{
    edge,
    perSecond: 10,
    treatedPerSecond: 0,
    errors: 0,
    unanswered: 0,
    cancelled: 0,
    p50Ms: 5,
    p95Ms: 9,
    p99Ms: 12,
    open: 0,
  },
  ...more,
});
export const fault = (edge: EdgeId, more: Partial<LiveFault> = {}): LiveFault => ({
  ...{
    run: asRunId("r1"),
    fault: "payments is slow",
    kind: "latency",
    description: "passes requests on 2s late",
    edge,
  },
  ...{ label: "+2 s ±200 ms", share: 1, endsAt: null },
  ...more,
});
export const radius = (more: Partial<Radius> = {}): Radius => ({
  ...{
    run: asRunId("r1"),
    experiment: "slow-payments",
    state: "injecting",
    struck: [edgeId("checkout", "payments")],
    measured: true,
  },
  ...{ declared: [], edges: [], services: [], stops: [] },
  ...more,
});
export const now = (more: Partial<TrafficNow> = {}): TrafficNow => ({
  ...{ at: "2026-01-01T00:00:00.000Z", revision: "1", edges: [], faults: [], radii: [] },
  ...more,
});
