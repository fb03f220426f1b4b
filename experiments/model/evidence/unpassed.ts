/**
 * Faulted edges without traffic at the agent in the baseline: most often the caller still calls the callee directly.
 */
import { callerSettings } from "../mesh/caller-setting.ts";
import type { Edge, Mesh } from "../mesh/mesh.ts";
import { type EdgeId, edgeEnds } from "../names.ts";

export interface UnpassedEdge {
  readonly edge: EdgeId;
  /** Address `host:port` where the agent of the caller listens. */
  readonly listen: string;
  /** Sentence on the address that the caller must call instead; absent in older journals. */
  readonly advice?: string;
}
export const spellUnpassed = ({ edge, listen, advice }: UnpassedEdge): string => {
  const [from, to] = edgeEnds(edge);
  const question = `Nothing passed the agent on ${from} → ${to} in the baseline: is ${from} configured to call ${listen}?`;
  return advice === undefined ? question : `${question} ${advice}`;
};

/**
 * Sentence on the setting for the caller's environment, as far as the mesh shows. Quotes no value that may hold a
 * secret.
 */
const adviceFor = ({ from, to, listen }: Edge, { services }: Mesh): string => {
  const serviceNamed = (name: string) => services.find((service) => service.name === name);
  const caller = serviceNamed(from);
  const endpoints = serviceNamed(to)?.endpoints.map(({ address }) => address) ?? [];
  const environment = caller?.env ?? {};
  // A name of the compose network or the cluster stands for the service as well.
  const addresses = [...new Set(endpoints.flatMap((address) => [address, `${to}:${address.split(":").at(-1)}`]))];
  const [direct] = callerSettings(environment, addresses, listen);
  if (direct !== undefined)
    return direct.lines !== null
      ? `Put ${direct.lines.join(" and ")} into the environment of ${from}.`
      : `Put ${listen} in place of ${direct.direct} into ${direct.variables.join(" and ")} of ${from}.`;
  const [set] = callerSettings(environment, [listen], listen);
  if (set === undefined) return `${from} must call ${listen} instead of ${endpoints.join(" or ")}.`;
  const variables = set.variables.join(" and ");
  if (caller?.command != null)
    return `The mesh file says so in ${variables}: either nothing made ${from} call ${to}, or it does not read ${variables}.`;
  return set.lines === null
    ? `Start it with ${variables} as the mesh file has it.`
    : `Start it with ${set.lines.join(" and ")}.`;
};

/**
 * Adds advice from this mesh to an unpassed edge. A server's mesh has no environments, lest a stranger read secrets in
 * them; a client that has read the mesh file knows the line to change.
 */
export const withAdvice = (unpassed: UnpassedEdge, mesh: Mesh): UnpassedEdge => {
  const edge = mesh.edges.find(({ id }) => id === unpassed.edge);
  return edge === undefined ? unpassed : { ...unpassed, advice: adviceFor(edge, mesh) };
};
