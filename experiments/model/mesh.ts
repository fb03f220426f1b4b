/** The Mesh file: services and the edges between them. */
import type { Document } from "./document.ts";
import { withDefaults } from "./environment.ts";
import type { Protocol } from "./faults/fault.ts";
import { type Checked, check } from "./form/issues.ts";
import { MOST_OF_MESH, withinLimits } from "./form/limits.ts";
import { type MeshFile, meshFile } from "./form/mesh.ts";
import { senseOfMesh } from "./form/mesh-sense.ts";
import { type EdgeId, edgeId, type ServiceName } from "./names.ts";
import { byPlace, type Issue, type Problem } from "./problem.ts";

export interface Endpoint {
  /** `host:port`. */
  readonly address: string;
  /** Its own labels over those of its service. */
  readonly labels: Readonly<Record<string, string>>;
}
/** How a service says that it is ready. `tcp`: its first endpoint accepts. */
export type Ready = { readonly http: string } | { readonly tcp: true };
export interface Service {
  readonly name: ServiceName;
  readonly labels: Readonly<Record<string, string>>;
  /** argv, run without a shell in the mesh's directory; null: somebody else runs it. */
  readonly command: readonly string[] | null;
  readonly env: Readonly<Record<string, string>>;
  readonly endpoints: readonly Endpoint[];
  readonly ready: Ready;
  /** How long it may take to get ready. */
  readonly startMs: number;
  /** True: no fault may name it. */
  readonly protected: boolean;
}
export interface Edge {
  readonly id: EdgeId;
  readonly from: ServiceName;
  readonly to: ServiceName;
  /** `host:port` where the agent of the caller listens. */
  readonly listen: string;
  readonly protocol: Protocol;
}
/** Model form of a Mesh file. */
export interface Mesh {
  readonly name: string;
  /** Where commands run, absolute once the CLI has read the file; null: where the file lies. */
  readonly directory: string | null;
  readonly services: readonly Service[];
  readonly edges: readonly Edge[];
}

const toService = (name: ServiceName, form: MeshFile["spec"]["services"][string]): Service => ({
  name,
  labels: form.labels,
  command: form.command ?? null,
  env: form.env,
  endpoints: form.endpoints.map((endpoint) =>
    typeof endpoint === "string"
      ? { address: endpoint, labels: form.labels }
      : { address: endpoint.address, labels: { ...form.labels, ...endpoint.labels } },
  ),
  ready: form.ready,
  startMs: form.start,
  protected: form.protected,
});
const toMesh = ({ metadata, spec }: MeshFile): Mesh => ({
  name: metadata.name,
  directory: spec.directory ?? null,
  services: Object.entries(spec.services).map(([name, form]) => toService(name, form)),
  edges: spec.edges.map((edge) => ({ id: edgeId(edge.from, edge.to), ...edge })),
});

const read = (value: unknown): Checked<Mesh> => {
  const limits = withinLimits(value, MOST_OF_MESH);
  if (limits.length > 0) return { issues: limits };
  const checked = check(meshFile, value);
  const sense = senseOfMesh(value);
  if ("data" in checked && sense.length === 0) return { data: toMesh(checked.data) };
  return { issues: [...("issues" in checked ? checked.issues : []), ...sense] };
};

/** A document read into the model, or everything that is wrong with it. */
export const readMesh = (document: Document): { readonly mesh: Mesh } | { readonly problems: readonly Problem[] } => {
  const result = read(document.value);
  return "data" in result
    ? { mesh: result.data }
    : { problems: result.issues.map((issue) => document.locate(issue)).sort(byPlace) };
};
/** For `validate`, which needs no environment: nothing is held against a value that still contains a `${NAME}`. */
export const validateMesh = (
  document: Document,
): { readonly mesh: Mesh | null; readonly problems: readonly Problem[] } => {
  const { filled, malformed, isOpen } = withDefaults(document);
  const result = read(filled.value);
  if ("data" in result && malformed.length === 0) return { mesh: result.data, problems: [] };
  const told =
    "data" in result ? [] : result.issues.filter((issue) => !isOpen(issue)).map((issue) => document.locate(issue));
  return { mesh: null, problems: [...malformed, ...told].sort(byPlace) };
};
/** The same for data without a file. */
export const parseMesh = (value: unknown): { readonly mesh: Mesh } | { readonly problems: readonly Issue[] } => {
  const result = read(value);
  return "data" in result ? { mesh: result.data } : { problems: result.issues };
};

export { checkAgainstMesh } from "./fit.ts";
export { resolveTargets } from "./targets.ts";
/** The file form, for JSON Schema and docs. */
export { meshFile };
