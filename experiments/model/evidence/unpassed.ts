/**
 * Faulted edges without traffic at the agent in the baseline: most often the caller still calls the callee directly.
 */
import { callerHosts } from "../mesh/caller-hosts.ts";
import { callerSettings } from "../mesh/caller-setting.ts";
import { ANY_PORT, type Edge, type Mesh } from "../mesh/mesh.ts";
import { serviceOf } from "../mesh/targets.ts";
import { type EdgeId, edgeAt, edgeEnds, type ServiceName, spellEdge } from "../names.ts";
import { list } from "../text/words.ts";

export interface UnpassedEdge {
  readonly edge: EdgeId;
  /** Address `host:port` where the agent listens; `ANY_PORT`: the calls come by the redirect. */
  readonly listen: string;
  /** Sentence on the address that the caller must call instead; absent in older journals. */
  readonly advice?: string;
}
export const spellUnpassed = ({ edge, listen, advice }: UnpassedEdge): string => {
  const question = `Nothing passed the agent on ${spellEdge(edge)} in the baseline: ${questionOf(edge, listen)}`;
  return advice === undefined ? question : `${question} ${advice}`;
};

const questionOf = (edge: EdgeId, listen: string): string => {
  const [from, to] = edgeEnds(edge);
  if (edgeAt(edge) === "callee") return `does ${from} call ${to} from another machine, by a connection that is new?`;
  if (listen === ANY_PORT) return `does the kernel redirect the calls of ${from}?`;
  return `is ${from} configured to call ${listen}?`;
};
const sayEndpoints = (mesh: Mesh, service: ServiceName): string =>
  list(serviceOf(mesh, service)?.endpoints.map(({ address }) => address) ?? []);
const adviceFor = (edge: Edge, mesh: Mesh): string => {
  const { from, to, at, listen } = edge;
  if (at === "callee")
    return `The agent of ${to} knows the connections of ${from} by the hosts ${list(callerHosts(mesh, from))}, and those to ${to} by ${sayEndpoints(mesh, to)}, as the mesh has them.`;
  return listen === ANY_PORT
    ? `Start the agent of ${from} with \`--intercept\`, or give the edge a \`listen\` address that ${from} calls instead of ${sayEndpoints(mesh, to)}.`
    : settingFor(edge, mesh);
};
/**
 * Sentence on the setting for the caller's environment, as far as the mesh shows. Quotes no value that may hold a
 * secret.
 */
const settingFor = ({ from, to, listen }: Edge, { services }: Mesh): string => {
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
