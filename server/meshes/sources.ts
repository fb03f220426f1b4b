/** What the mesh of a server is stated by, and the one mesh that all of it makes. */
import { formatPath } from "../../experiments/model/document/issue.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type MergeConflict, type MeshPart, mergeMeshes } from "./merge.ts";
/** The openers of a server's mesh (configuration, file, documents), and the one mesh that they merge into. */

export interface SourceName {
  readonly kind: "configuration" | "file" | "document";
  /** Path of the file, name of the document; "" for the configuration. */
  readonly name: string;
}
export interface LoadedSource extends SourceName {
  /** The newest version that fits the rest; null: there has been none. */
  readonly mesh: Mesh | null;
  /** Why the newest version of all is not that one; [] while it is. */
  readonly problems: readonly string[];
  /** The newest version of all, if it is right by itself and only does not fit the rest: it may yet. */
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

/** These sources with one of them changed; `mesh` null: without it. Misfits are told at their place in the changed one. */
export const withSource = (sources: readonly LoadedSource[], source: SourceName, mesh: Mesh | null): MergeResult => {
  const others = sources.filter(({ kind, name }) => kind !== source.kind || name !== source.name);
  const changed = mesh === null ? others : [...others, { ...source, mesh, problems: [], rejected: null }];
  // The changed one comes last here, so that it is the one that is told of; the whole has an order of its own.
  const merged = mergeMeshes(partsOf(changed));
  if ("conflicts" in merged) return merged;
  const sorted = changed.toSorted(byKindAndName);
  return { sources: sorted, mesh: mergeSources(sorted) };
};

/** The same sources; one of them has a newer version that cannot be in force. */
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
