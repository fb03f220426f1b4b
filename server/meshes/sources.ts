/** Sources of a server's mesh (configuration, file, documents), and the mesh into which these sources merge. */
import { formatPath } from "../../experiments/model/document/issue.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type MergeConflict, type MeshPart, mergeMeshes } from "./merge.ts";

export interface SourceName {
  readonly kind: "configuration" | "file" | "document";
  /** Path of the file, name of the document; "" for the configuration. */
  readonly name: string;
}
export interface LoadedSource extends SourceName {
  /** The newest version that fits the rest; null: there has been none. */
  readonly mesh: Mesh | null;
  /** Problems that keep the newest version from being `mesh`; [] while there are none. */
  readonly problems: readonly string[];
  /** The newest version, if valid by itself and only in conflict with the rest: the version may fit later. */
  readonly rejected: Mesh | null;
}

export const describeSource = ({ kind, name }: SourceName): string =>
  kind === "configuration" ? "the configuration" : `the ${kind} ${name}`;
const ORDER = ["configuration", "file", "document"];
const byKindAndName = (a: LoadedSource, b: LoadedSource): number =>
  ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.name < b.name ? -1 : 1);

const partsOf = (sources: readonly LoadedSource[]): MeshPart[] =>
  sources.flatMap((source) => (source.mesh === null ? [] : [{ source: describeSource(source), mesh: source.mesh }]));
const mergeSources = (sources: readonly LoadedSource[]): Mesh | null => {
  const merged = mergeMeshes(partsOf(sources));
  if ("conflicts" in merged) throw new Error("sources were accepted that conflict with each other");
  return merged.mesh;
};

export type MergeResult =
  | { readonly sources: readonly LoadedSource[]; readonly mesh: Mesh | null }
  | { readonly conflicts: readonly MergeConflict[] };

/**
 * These sources with a changed source; `mesh` null: without the source. Conflicts are located in the changed source.
 */
export const withSource = (sources: readonly LoadedSource[], source: SourceName, mesh: Mesh | null): MergeResult => {
  const others = sources.filter(({ kind, name }) => kind !== source.kind || name !== source.name);
  const changed = mesh === null ? others : [...others, { ...source, mesh, problems: [], rejected: null }];
  // The changed source comes last here, so that conflicts are reported there; the merged whole has an order of its own.
  const merged = mergeMeshes(partsOf(changed));
  if ("conflicts" in merged) return merged;
  const sorted = changed.toSorted(byKindAndName);
  return { sources: sorted, mesh: mergeSources(sorted) };
};

/** The same sources, where a source has a newer version that cannot be in force. */
export const withProblems = (
  sources: readonly LoadedSource[],
  source: SourceName,
  problems: readonly string[],
  rejected: Mesh | null,
): readonly LoadedSource[] => {
  const held = sources.find(({ kind, name }) => kind === source.kind && name === source.name);
  const others = sources.filter((each) => each !== held);
  return [...others, { ...source, mesh: held?.mesh ?? null, problems, rejected }].toSorted(byKindAndName);
};

export const describeConflicts = (conflicts: readonly MergeConflict[]): readonly string[] =>
  conflicts.map(({ part, issue }) => `${part.source}: ${formatPath(issue.path)}: ${issue.message}`);
