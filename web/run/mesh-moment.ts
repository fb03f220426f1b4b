/**
 * The mesh around the struck edges at a moment of the journal, in the form in which the mesh page receives the live
 * mesh. Pure.
 */

import type { EdgeFacts } from "../../experiments/model/blast-radius/radius-facts.ts";
import { describeFault, labelFault } from "../../experiments/model/faults/index.ts";
import { shareAt } from "../../experiments/model/faults/share.ts";
import type { Edge, Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { type EdgeId, edgeAt, edgeEnds, edgeIdOf, pairOf } from "../../experiments/model/names.ts";
import { struckEdges } from "../../experiments/model/plan/plan.ts";
import type { Neighbourhood } from "../../experiments/model/report/neighbourhood.ts";
import { LATELY_S } from "../../experiments/model/run/passed.ts";
import { radiusNow } from "../../experiments/model/run/radius-now.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import type { EdgeTraffic, LiveFault, Radius, TrafficNow } from "../../server/contract/index.ts";

const serviceOf = (name: string): Service => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [], ready: { tcp: true }, startMs: 0, protected: false },
});
/** Names and ends, which is all that a journal has of a mesh. */
export const meshOf = (run: Run, { services, edges }: Neighbourhood): Mesh => {
  const shown = new Set(edges.map(edgeIdOf));
  const known = new Set([...(run.plan.radius?.edges ?? []), ...struckEdges(run.plan)]);
  return {
    ...{ name: run.plan.mesh, directory: null },
    services: services.map(({ service }) => serviceOf(service)),
    edges: [...known].flatMap((id): readonly Edge[] => {
      const [from, to] = edgeEnds(id);
      const place = edgeAt(id) === "callee" ? { at: "callee" as const } : {};
      return shown.has(pairOf(id)) ? [{ id, from, to, ...place, listen: "", protocol: "http" }] : [];
    }),
  };
};

/** Journals tell a p95 with seconds that were slow only. */
const trafficOf = (edge: EdgeId, { lately, before }: EdgeFacts, treated: boolean): EdgeTraffic => {
  const sum = (key: "n" | "failed" | "unanswered") => lately.reduce((all, second) => all + second[key], 0);
  const n = sum("n");
  const share = (count: number) => (n === 0 ? null : count / n);
  const perSecond = lately.length === 0 ? before.perSecond : n / lately.length;
  const open = lately.at(-1)?.open ?? 0;
  const slowest = Math.max(0, ...lately.map(({ p95Ms }) => p95Ms));
  return {
    ...{ edge, perSecond, treatedPerSecond: treated ? perSecond : 0, cancelled: null, open },
    ...{ errors: share(sum("failed")), unanswered: share(sum("unanswered")) },
    ...{ p50Ms: null, p95Ms: slowest > 0 ? slowest : before.p95Ms, p99Ms: null },
  };
};
/**
 * True if the figures, which cover the last seconds, may include faulted exchanges: the second in which the fault was
 * removed is reported up to two seconds later.
 */
const isTreated = ({ plan, spans, atMs, radius: { hitMs } }: Run, edge: EdgeId): boolean =>
  hitMs !== null && struckEdges(plan).includes(edge) && atMs <= (spans.during?.toMs ?? atMs) + (LATELY_S + 2) * 1_000;
const faultsOf = (run: Run, wallMs: number): readonly LiveFault[] => {
  if (run.at !== "injecting") return [];
  const { live, duringMs, orderedMs, plan, atMs } = run;
  return plan.faults
    .filter(({ name }) => live.includes(name))
    .flatMap(({ name, action, share, targets, fromMs, toMs }) =>
      targets.map(({ edge }) => ({
        ...{ run: plan.run, fault: name, kind: action.kind, edge },
        ...{ description: describeFault(action), label: labelFault(action) },
        share: shareAt(share, atMs - (duringMs === null ? orderedMs : duringMs + fromMs)),
        endsAt: duringMs === null ? null : new Date(wallMs + duringMs + toMs - atMs).toISOString(),
      })),
    );
};

/** `wallMs`: wall time of the moment. */
export const trafficAt = (run: Run, wallMs: number): TrafficNow => {
  const { plan } = run;
  const now = radiusNow(run);
  const leaks = new Set(run.radius.leaks.map(({ service }) => service));
  const radius: Radius = {
    ...{ run: plan.run, experiment: plan.experiment, state: run.at, struck: struckEdges(plan) },
    ...{ declared: plan.radius?.declared ?? [], measured: run.radius.edges.length > 0, stops: now?.stops ?? [] },
    edges: [...(now?.damaged ?? [])].map(([edge, { how, errors, p95Ms, perSecond }]) => ({
      ...{ edge, how, errors, p95Ms, perSecond },
    })),
    services: (now?.services ?? []).map((felt) => ({ ...felt, leak: leaks.has(felt.service) })),
  };
  return {
    ...{ at: new Date(wallMs).toISOString(), revision: null, radii: [radius], faults: faultsOf(run, wallMs) },
    edges: [...(now?.passed ?? [])].map(([edge, facts]) => trafficOf(edge, facts, isTreated(run, edge))),
  };
};
