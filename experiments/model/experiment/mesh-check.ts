/** Issues of an experiment against a mesh: unknown names, and faults that the edges' protocols do not allow. */

import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { nearest } from "../document/suggestion.ts";
import { protocolsOf, unitOf } from "../faults/scope.ts";
import { callerHosts, lookalikeOf } from "../mesh/caller-hosts.ts";
import type { Edge, Mesh, Service } from "../mesh/mesh.ts";
import type { CallerSelector, EdgeSelector, Selector } from "../mesh/selector.ts";
import {
  type ConnectedInstance,
  callerName,
  edgesMeant,
  isProtected,
  resolveTargets,
  serviceOf,
} from "../mesh/targets.ts";
import { type EdgeName, edgeEnds, edgeIdOf, pairOf, type ServiceName, spellEdge } from "../names.ts";
import { endpointOfTarget, type ProbeTarget, serviceOfTarget } from "../probes/target.ts";
import type { Expectation, Experiment, Fault, Guardrail } from "./experiment.ts";

const arrow = (edge: EdgeName): string => spellEdge(edgeIdOf(edge));

const unknown = (what: string, name: string, known: readonly string[], path: DocumentPath): Issue => {
  const suggestion = nearest(name, known);
  if (suggestion !== undefined) return { path, message: `unknown ${what} ${quote(name)}`, suggestion };
  return {
    path,
    message: `unknown ${what} ${quote(name)}; the mesh has ${known.length === 0 ? "none" : known.join(", ")}`,
  };
};
const ofService = (name: string, mesh: Mesh, path: DocumentPath): Issue[] =>
  serviceOf(mesh, name) === undefined
    ? [
        unknown(
          "service",
          name,
          mesh.services.map((service) => service.name),
          path,
        ),
      ]
    : [];

/** An edge given by both ends, or the issues of the names. */
const edgeNamed = (ends: EdgeName, mesh: Mesh, path: DocumentPath): Edge | Issue[] => {
  const issues = [...ofService(ends.from, mesh, [...path, "from"]), ...ofService(ends.to, mesh, [...path, "to"])];
  if (issues.length > 0) return issues;
  const edge = mesh.edges.find(({ id }) => id === edgeIdOf(ends));
  if (edge !== undefined) return edge;
  if (mesh.edges.some(({ id }) => pairOf(id) === pairOf(edgeIdOf(ends))))
    return [{ path, message: sayElsewhere(ends) }];
  const callees = mesh.edges.filter(({ from }) => from === ends.from).map(({ to }) => to);
  const instead = callees.length === 0 ? `${ends.from} calls nothing` : `${ends.from} calls ${callees.join(", ")}`;
  return [{ path, message: `the mesh has no edge ${arrow(ends)}; ${instead}` }];
};

/** The mesh has the edge at the other place only. */
const sayElsewhere = ({ from, to, at }: EdgeName): string =>
  at === "callee"
    ? `the mesh has ${arrow({ from, to })} at the caller only: leave \`at: callee\` out, or declare the edge with \`at: callee\` in the mesh too`
    : `the mesh has ${arrow({ from, to })} at the callee only: add \`at: callee\`, as in \`{ from: ${from}, to: ${to}, at: callee }\``;
const calleeName = (to: Selector): string | undefined => (typeof to === "string" && to !== "*" ? to : undefined);
const written = (selector: Selector | CallerSelector): string => {
  if (typeof selector === "string") return selector;
  const { labels, ...rest } = selector;
  const service = "service" in rest ? `${rest.service} with ` : "";
  return `${service}labels ${JSON.stringify(labels ?? {})}`;
};

/** A selector must mean an edge that a fault may touch. */
const ofSelector = (
  { edge: { from, to, at } }: Fault,
  mesh: Mesh,
  instances: readonly ConnectedInstance[],
  path: DocumentPath,
): readonly Issue[] => {
  const [caller, callee] = [callerName(from), calleeName(to)];
  const fromPath = [...path, "from", ...(typeof from === "string" ? [] : ["service"])];
  if (caller !== undefined && callee !== undefined) {
    const edge = edgeNamed({ from: caller, to: callee, ...(at !== undefined && { at }) }, mesh, path);
    if (Array.isArray(edge))
      return edge.map((issue) => (issue.path.at(-1) === "from" ? { ...issue, path: fromPath } : issue));
  }
  const ends = [
    { name: caller, path: fromPath },
    { name: callee, path: [...path, "to"] },
  ];
  const issues = ends.flatMap(({ name, path }) => {
    if (name === undefined) return [];
    if (serviceOf(mesh, name)?.protected === true)
      return [{ path, message: `${name} is protected: no fault may touch its edges` }];
    return ofService(name, mesh, path);
  });
  const place = at === undefined ? {} : { at };
  const selector = { from, to, ...place };
  if (issues.length > 0 || resolveTargets(mesh, selector, instances).length > 0) return issues;
  const others: EdgeSelector = at === "callee" ? { from, to } : { from, to, at: "callee" };
  if (edgesMeant(mesh, others, instances).length > 0) {
    const remedy = at === "callee" ? "leave `at: callee` out" : "add `at: callee`";
    const where = at === "callee" ? "caller" : "callee";
    return [{ path, message: `from ${written(from)} to ${written(to)} means edges at the ${where} only: ${remedy}` }];
  }
  const isGuarded = edgesMeant(mesh, selector, instances).length > 0;
  const why = isGuarded ? "only edges of protected services" : "no edge of the mesh";
  const hint =
    isGuarded || typeof from === "string" ? "" : "; where only its instances have such labels, name the service too";
  return [{ path, message: `from ${written(from)} to ${written(to)} means ${why}${hint}` }];
};

/** At the callee, a caller is known by the addresses that its connections come from, and by nothing else. */
const ofCallers = ({ edge }: Fault, mesh: Mesh, path: DocumentPath): readonly Issue[] => {
  if (edge.at !== "callee") return [];
  return edgesMeant(mesh, edge).flatMap(({ edge: meant }): Issue[] => {
    const { id, from } = meant;
    if (callerHosts(mesh, from).length === 0) {
      const message = `no connection of ${from} could be told from others' on ${spellEdge(id)}: give ${from} \`endpoints\` in the mesh, since callers are known by the hosts of their endpoints at the callee`;
      return [{ path, message }];
    }
    const other = lookalikeOf(mesh, meant);
    if (other === null) return [];
    const message = `${edgeEnds(other.edge)[0]} calls from ${other.host} too, as ${from} does: at the callee a fault on ${spellEdge(id)} would strike both; strike it at the caller`;
    return [{ path, message }];
  });
};

interface StruckContext {
  readonly mesh: Mesh;
  readonly isStarted: (service: Service) => boolean;
}
/** A fault on a process needs a process that Squall started, and callers by whom its absence is seen. */
const ofStruckService = (
  fault: Fault,
  name: ServiceName,
  { mesh, isStarted }: StruckContext,
  path: DocumentPath,
): readonly Issue[] => {
  const at = [...path, "service"];
  const { kind } = fault.action;
  const service = serviceOf(mesh, name);
  if (service === undefined) return ofService(name, mesh, at);
  if (service.protected) return [{ path: at, message: `${name} is protected: no fault may touch it` }];
  if (!isStarted(service)) return [{ path: at, message: sayNotStarted(name, kind) }];
  const guarded = mesh.edges.find((edge) => (edge.from === name || edge.to === name) && isProtected(mesh, edge));
  if (guarded !== undefined)
    return [{ path: at, message: `${kind} of ${name} touches ${arrow(guarded)}, the edge of a protected service` }];
  if (mesh.edges.some(({ to, at }) => to === name && at === undefined)) return [];
  const message = `no edge of the mesh leads to ${name}: without an agent before it nobody would see whose requests met its absence; add the edge of a caller`;
  return [{ path: at, message }];
};
/** `kind` of a fault on a process that the server, or the mesh, does not run. */
const sayNotStarted = (service: string, kind: string): string =>
  `${service} is not started by Squall here, so there is no process to ${kind}: ${
    kind === "pause"
      ? "what callers see of a service that hangs is `partition: stall`"
      : "what callers see of a dead service is `partition: refuse`"
  } on the edges to it`;

/** Features of requests cannot be used on a stream of bytes. */
const ofProtocol = (fault: Fault, mesh: Mesh, instances: readonly ConnectedInstance[], path: DocumentPath): Issue[] => {
  const { kind } = fault.action;
  const meant = edgesMeant(mesh, fault.edge, instances).filter(({ edge }) => !isProtected(mesh, edge));
  const bytes = meant.filter(({ edge }) => edge.protocol === "tcp").map(({ edge }) => arrow(edge));
  if (bytes.length === 0) return [];
  const where = `${bytes.join(", ")} ${bytes.length === 1 ? "speaks" : "speak"} tcp`;
  if (!protocolsOf(kind).includes("tcp"))
    return [
      {
        path: [...path, kind],
        at: "key",
        message: `${where}, and ${kind} needs ${protocolsOf(kind).join(" or ")}`,
      },
    ];
  // Faults that always strike whole connections: these errors are already reported without a mesh.
  if (unitOf(fault.action) === "connection") return [];
  const issues: Issue[] = [];
  if (fault.match !== null && Object.keys(fault.match).length > 0)
    issues.push({ path: [...path, "match"], at: "key", message: `${where}, where there are no requests to match` });
  if (fault.share.by !== "request" && fault.share.by !== "connection")
    issues.push({ path: [...path, "share", "by"], message: `${where}, where there is no ${fault.share.by}` });
  return issues;
};

const TCP_KEYS = ["connect", "end"];
const HTTP_KEYS = ["status", "headers", "body", "json"];
/** Keys of `good` in file form that the protocol of this edge does not have. */
const ofGood = ({ good }: Expectation | Guardrail, edge: Edge, path: DocumentPath): Issue[] => {
  const strange = edge.protocol === "tcp" ? HTTP_KEYS : TCP_KEYS;
  const keys = Object.keys(good).map((key) => ({ withinMs: "within", connectMs: "connect" })[key] ?? key);
  const issues = keys
    .filter((key) => strange.includes(key))
    .map(
      (key): Issue => ({
        path: [...path, "good", key],
        at: "key",
        message: `${arrow(edge)} speaks ${edge.protocol}: it has no \`${key}\``,
      }),
    );
  if (edge.protocol === "http" && keys.join() === "within")
    issues.push({ path: [...path, "good"], message: 'a fast error would be good too: add a `status`, such as "<500"' });
  return issues;
};

/** Issues of a probe's target: the service, and the endpoint where the probe picks an endpoint. */
const ofTarget = (target: ProbeTarget, mesh: Mesh, path: DocumentPath): Issue[] => {
  const name = serviceOfTarget(target);
  const endpoint = endpointOfTarget(target);
  const service = serviceOf(mesh, name);
  if (service === undefined) return ofService(name, mesh, endpoint === null ? path : [...path, "service"]);
  if (service.endpoints.length === 0) return [{ path, message: `${name} has no endpoint to ask` }];
  const addresses = service.endpoints.map(({ address }) => address);
  return endpoint === null || addresses.includes(endpoint)
    ? []
    : [unknown(`endpoint of ${name}`, endpoint, addresses, [...path, "endpoint"])];
};

/** The services and edges that a probe names. */
const ofProbe = (entry: Expectation | Guardrail, mesh: Mesh, base: DocumentPath): Issue[] => {
  const { kind, params } = entry.probe;
  const path = [...base, kind];
  const via = "via" in params ? (params.via ?? []) : [];
  const strangers = via.flatMap((name, i) => ofService(name, mesh, [...path, "via", ...(via.length > 1 ? [i] : [])]));
  if (strangers.length > 0) return strangers;
  if (kind === "http" || kind === "tcp") {
    return params.to === undefined ? [] : ofTarget(params.to, mesh, [...path, "to"]);
  }
  if (kind === "traffic") {
    const edge = edgeNamed(params, mesh, path);
    if (Array.isArray(edge)) return edge;
    const matching = params.match !== undefined && Object.keys(params.match).length > 0 && edge.protocol === "tcp";
    const match: Issue = {
      path: [...path, "match"],
      at: "key",
      message: `${arrow(edge)} speaks tcp, where there are no requests to match`,
    };
    return [...(matching ? [match] : []), ...ofGood(entry, edge, base)];
  }
  if (kind !== "ratio") return [];
  return (["of", "per"] as const).flatMap((side) => {
    const edge = edgeNamed(params[side], mesh, [...path, side]);
    return Array.isArray(edge) ? edge : [];
  });
};

/**
 * Every issue of an experiment against this mesh. Paths are those of the experiment file: `document.locate` gives their
 * lines. `instances`: the connected instances, whose labels a selector may match. `isStarted`: whether Squall starts the
 * service's process; by default where the mesh has its command, which a server does not know.
 */
export const meshFitIssues = (
  { faults, hypothesis, halt, limits }: Experiment,
  mesh: Mesh,
  instances: readonly ConnectedInstance[] = [],
  isStarted: (service: Service) => boolean = ({ command }) => command !== null,
): Issue[] => [
  ...hypothesis.flatMap((entry, i) => ofProbe(entry, mesh, ["spec", "hypothesis", i])),
  ...faults.flatMap((fault, i) => [
    ...(fault.service === undefined
      ? [
          ...ofSelector(fault, mesh, instances, ["spec", "faults", i, "edge"]),
          ...ofCallers(fault, mesh, ["spec", "faults", i, "edge"]),
          ...ofProtocol(fault, mesh, instances, ["spec", "faults", i]),
        ]
      : ofStruckService(fault, fault.service, { mesh, isStarted }, ["spec", "faults", i])),
  ]),
  ...limits.services.flatMap((name, i) => ofService(name, mesh, ["spec", "limits", "services", i])),
  ...halt.flatMap((entry, i) => ofProbe(entry, mesh, ["spec", "halt", i])),
];
