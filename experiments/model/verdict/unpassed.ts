/** Faulted edges on which the agent saw nothing in the baseline: most often the caller still calls the callee itself. */
import { callerSettings } from "../mesh/caller-setting.ts";
import type { Edge, Mesh } from "../mesh/mesh.ts";
import { type EdgeId, edgeEnds } from "../names.ts";

export interface UnpassedEdge {
  readonly edge: EdgeId;
  /** `host:port` where the agent of the caller listens. */
  readonly listen: string;
  /** A sentence that says what the caller must call instead; absent in journals of before. */
  readonly advice?: string;
}
export const spellUnpassed = ({ edge, listen, advice }: UnpassedEdge): string => {
  const [from, to] = edgeEnds(edge);
  const question = `Nothing passed the agent on ${from} → ${to} in the baseline: is ${from} told to call ${listen}?`;
  return advice === undefined ? question : `${question} ${advice}`;
};

/** What to put into the environment of the caller, as far as the mesh tells. Quotes no value that may hold a secret. */
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
 * The same with what this mesh tells. A server's mesh has no environments, lest somebody see them; who has read the mesh file
 * knows the very line to change.
 */
export const withAdvice = (unpassed: UnpassedEdge, mesh: Mesh): UnpassedEdge => {
  const edge = mesh.edges.find(({ id }) => id === unpassed.edge);
  return edge === undefined ? unpassed : { ...unpassed, advice: adviceFor(edge, mesh) };
};
