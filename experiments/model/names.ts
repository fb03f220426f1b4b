/** Names and ids. All are plain strings on the wire; the aliases tell the kinds apart in the code. */
export type RunId = string;
export type ServiceName = string;
export type FaultName = string;
export type ExpectationName = string;
/** `${from}->${to}`: an id for each pair of caller and callee. */
export type EdgeId = string;
/** `${run}/${fault}@${edge}`. The same id with the same order is the same live fault. */
export type FaultId = string;
/** A single start of an agent process; random. */
export type Boot = string;
/** The stable name of an agent; part of every decision's hash. */
export type Instance = string;

export const edgeId = (from: ServiceName, to: ServiceName): EdgeId => `${from}->${to}`;
/** The caller and the callee of an edge. No name contains `->`. */
export const edgeEnds = (edge: EdgeId): readonly [from: ServiceName, to: ServiceName] => {
  const at = edge.indexOf("->");
  return [edge.slice(0, at), edge.slice(at + 2)];
};
/** `a → b`, for people. */
export const spellEdge = (edge: EdgeId): string => edgeEnds(edge).join(" → ");
export const faultId = (run: RunId, fault: FaultName, edge: EdgeId): FaultId => `${run}/${fault}@${edge}`;
/** Edge of a fault id. No edge has an `@` in its name. */
export const edgeOfFault = (id: FaultId): EdgeId => id.slice(id.lastIndexOf("@") + 1);

/** Pattern of `metadata.name` and of every service name: a DNS label. */
export const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Pattern of an agent's name. Pods have the name of a DNS subdomain, up to 253 characters with dots; hosts and
 * containers have capitals and underscores as well.
 */
export const INSTANCE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
export const INSTANCE_FORM = 'letters, digits, ".", "_" and "-" between them, 253 characters at most';
/** Agent name made from a host's name; null: no character of the host's name can be used. */
export const instanceFor = (host: string): Instance | null => {
  const name = host
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 253)
    .replace(/^[._-]+|[._-]+$/g, "");
  return name === "" ? null : name;
};
