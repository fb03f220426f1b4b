/** Text of a new experiment: valid and meaningful for the mesh in force. Pure. */
import type { Edge, Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { isProtected } from "../../../experiments/model/mesh/targets.ts";
import { type EdgeId, edgeId } from "../../../experiments/model/names.ts";
import { type Break, faultOf } from "./break.ts";

const NOBODY: Edge = { id: edgeId("caller", "callee"), from: "caller", to: "callee", listen: "", protocol: "http" };
const LONGEST_NAME = 63;
const LONGEST_TITLE = 100;

/**
 * Rank of an edge as a first target: requests say more than bytes, and a caller that is called too has clients to
 * notice.
 */
const worthOf = (edge: Edge, mesh: Mesh): number =>
  (edge.protocol === "tcp" ? 0 : 2) +
  (mesh.edges.some(({ to, protocol }) => to === edge.from && protocol !== "tcp") ? 1 : 0);
/** The edge to begin with; null: the mesh has none that a fault may touch. */
const edgeOf = (mesh: Mesh): Edge | null =>
  mesh.edges
    .filter((edge) => !isProtected(mesh, edge))
    .reduce<Edge | null>(
      (best, edge) => (best === null || worthOf(edge, mesh) > worthOf(best, mesh) ? edge : best),
      null,
    );
/** Edge on which the damage would show: an edge that leads to the caller, else the target edge. */
const watchedOf = (edge: Edge, mesh: Mesh | null): Edge =>
  mesh?.edges.find(({ to, protocol }) => to === edge.from && protocol === edge.protocol) ?? edge;

const nameOf = ({ from, to }: Edge, adjective: string): string => {
  const name = `${from}-survives-${adjective}-${to}`;
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}x`;
};
const GOOD = {
  http: `{ status: "<500", within: 500ms }`,
  tcp: "{ connect: 250ms, end: clean }",
};

/** Target edge and kind of fault, as chosen by the user. */
export interface BreakRequest {
  readonly edge: EdgeId;
  readonly how: Break;
}
/** `mesh`: null where there is none; the names are to be filled in then. */
export const templateOf = (mesh: Mesh | null, wish: BreakRequest | null = null): string => {
  const pointed = mesh?.edges.find(({ id }) => id === wish?.edge);
  const edge = pointed ?? (mesh && edgeOf(mesh)) ?? NOBODY;
  const fault = faultOf(wish?.how ?? "slow", edge.protocol === "tcp");
  const watched = watchedOf(edge, mesh);
  const { from, to } = edge;
  const placeOf = ({ at }: Edge) => (at === undefined ? "" : `, at: ${at}`);
  const isShared = fault.lines.some((line) => line.startsWith("share:"));
  const share =
    watched === edge && !isShared ? "\n      # Half of it: what is broken is watched itself.\n      share: 50%" : "";
  const objective = watched === edge ? "99% # what the fault may cost is for you to say" : "99%";
  return `# What must stay true, which fault is caused, and how far the damage may reach.
apiVersion: squall.dev/v1
kind: Experiment
metadata:
  name: ${nameOf(edge, fault.adjective)}
  labels: { service: ${from} }
spec:
  description: ${from} still answers in time when ${to} ${fault.does}.
  phases: { warmup: 2s, baseline: 10s, during: 20s, recovery: { within: 20s, hold: 5s } }
  hypothesis:
    - name: ${`${watched.to} answers ${watched.from}`.slice(0, LONGEST_TITLE)}
      # The real traffic, as the agents see it. Without any there is no verdict: probe with \`http: { to, path, rate }\` then.
      traffic: { from: ${watched.from}, to: ${watched.to}${placeOf(watched)} }
      good: ${edge.protocol === "tcp" ? GOOD.tcp : GOOD.http}
      objective: ${objective}
  faults:
    - name: ${to} ${fault.does}
      edge: { from: ${from}, to: ${to}${placeOf(edge)} }${share}
${fault.lines.map((line) => `      ${line}`).join("\n")}
  limits:
    services: []
    deadline: 2m
`;
};
