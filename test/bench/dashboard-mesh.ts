/**
 * A synthetic mesh of any size with synthetic traffic, both drawn from a fixed seed: repeated measurements see the
 * same.
 */

import type { Edge, Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { asRunId, type EdgeId, edgeId } from "../../experiments/model/names.ts";
import { dice } from "../../experiments/model/statistics/random.ts";
import type { DamagedEdge, EdgeTraffic, LiveFault, Radius, TrafficNow } from "../../server/contract/index.ts";

const TEAMS = [
  "accounts",
  "billing",
  "catalog",
  "delivery",
  "fraud",
  "growth",
  "identity",
  "orders",
  "payments",
  "search",
  "stock",
  "support",
];
const TIERS = ["edge", "api", "domain", "data", "storage"];
/** Cumulative share of the services down to each tier. */
const DEEPER = [0.04, 0.24, 0.58, 0.84, 1];

export const meshOf = (services: number, edges: number): Mesh => {
  const chance = dice(services, "mesh");
  const tierOf = (index: number) => DEEPER.findIndex((share) => index < share * services);
  const all = Array.from({ length: services }, (_, index): Service => {
    const team = TEAMS[index % TEAMS.length]!;
    const labels = { team, tier: TIERS[tierOf(index)]!, zone: "abc"[index % 3]! };
    return {
      ...{ name: `${team}-${TIERS[tierOf(index)]}-${index}`, labels, command: null, env: {}, startMs: 10_000 },
      ...{ endpoints: [{ address: `10.0.0.${index % 250}:80`, labels }], ready: { tcp: true }, protected: false },
    };
  });
  const found = new Map<string, Edge>();
  while (found.size < edges) {
    const [a, b] = [Math.floor(chance() * services), Math.floor(chance() * services)];
    // Callers are in tiers above callees, and most calls stay within a team.
    if (tierOf(a) >= tierOf(b) || (a % TEAMS.length !== b % TEAMS.length && chance() > 0.12)) continue;
    const [from, to] = [all[a]!.name, all[b]!.name];
    const id = edgeId(from, to);
    found.set(id, { id, from, to, listen: `127.0.0.1:${10_000 + found.size}`, protocol: "http" });
  }
  return { name: `made-up-${services}`, directory: null, services: all, edges: [...found.values()] };
};

const jitter = (chance: () => number, around: number) => around * (0.9 + 0.2 * chance());
const quietly = ({ id }: Edge, index: number, chance: () => number): EdgeTraffic => {
  const p50Ms = jitter(chance, 2 + (index % 40));
  return {
    ...{ edge: id, perSecond: jitter(chance, 1.5 ** (index % 18)), treatedPerSecond: 0, open: index % 7 },
    ...{
      errors: index % 9 === 0 ? 0.002 * chance() : 0,
      unanswered: 0,
      cancelled: 0,
      p50Ms,
      p95Ms: p50Ms * 3,
      p99Ms: p50Ms * 5,
    },
  };
};

/**
 * The faulted edge: the last whose caller has at least two callers, else any; `up`: edges on which damage spreads
 * upward.
 */
export const strikeOf = (mesh: Mesh): { readonly edge: Edge; readonly up: readonly Edge[] } => {
  const callers = (service: string) => mesh.edges.filter(({ to }) => to === service).length;
  const edge =
    mesh.edges.findLast(({ from }) => callers(from) > 1) ??
    mesh.edges.find(({ from }) => callers(from) > 0) ??
    mesh.edges[0]!;
  return { edge, up: mesh.edges.filter(({ to }) => to === edge.from) };
};

const damagedBy = (edge: EdgeId, how: DamagedEdge["how"]): DamagedEdge => ({
  ...{ edge, how, errors: { before: 0, now: how === "failing" ? 0.34 : 0 } },
  ...{ p95Ms: { before: 18, now: 2_050 }, perSecond: { before: 42, now: 40 } },
});
/** Second `tick` of a run on this mesh: every number differs from the second before. */
export const trafficOf = (mesh: Mesh, tick: number, at: Date, endsAt: Date): TrafficNow => {
  const chance = dice(tick, "traffic");
  const { edge, up } = strikeOf(mesh);
  const faults: LiveFault[] = [
    {
      ...{
        run: asRunId("made-up-run"),
        fault: "it is slow",
        kind: "latency",
        description: "passes requests on 2s late",
        label: "+2 s",
        edge: edge.id,
      },
      ...{ share: 1, endsAt: endsAt.toISOString() },
    },
  ];
  const [contained, ...others] = up.map(({ from }) => from);
  const leaking = others.at(-1);
  const callers = others.slice(0, -1);
  const radius: Radius = {
    ...{
      run: asRunId("made-up-run"),
      experiment: "checkout-survives-slow-payments",
      state: "injecting",
      measured: true,
    },
    struck: [edge.id],
    declared: [
      { service: edge.from, may: "fail" },
      ...[...callers, ...(contained === undefined ? [] : [contained])].map((service) => ({
        service,
        may: "slow" as const,
      })),
    ],
    edges: [
      damagedBy(edge.id, "slow"),
      ...up.map(({ id }, index) => damagedBy(id, index === up.length - 1 ? "failing" : "slow")),
    ],
    services: [
      { service: edge.from, state: "slow", leak: false, reason: "p95 of calls is 2.1 s (18 ms before)" },
      ...callers.map((service) => ({
        ...{ service, state: "slow" as const, leak: false, reason: "p95 of calls is 2.1 s (31 ms before)" },
      })),
      ...(contained === undefined
        ? []
        : [
            {
              service: contained,
              state: "contained" as const,
              leak: false,
              reason: "p95 of its calls is 2.1 s, and what it answers is as before",
            },
          ]),
      ...(leaking === undefined
        ? []
        : [{ service: leaking, state: "failing" as const, leak: true, reason: "34% of calls fail (0% before)" }]),
    ],
    stops:
      contained === undefined
        ? []
        : [
            {
              service: contained,
              edge: edgeId(contained, edge.from),
              why: "timeout",
              reason: `p95 of its calls to ${edge.from} is 2.1 s (18 ms before): it gives up in time, and what it answers is as before`,
            },
          ],
  };
  const slow = new Set([edge.id, ...up.map(({ id }) => id)]);
  const edges = mesh.edges.map((one, index) => {
    const quiet = quietly(one, index, chance);
    return slow.has(one.id) ? { ...quiet, p99Ms: 2_000 + 100 * chance(), treatedPerSecond: quiet.perSecond } : quiet;
  });
  return { at: at.toISOString(), revision: mesh.name, edges, faults, radii: [radius] };
};
