/** What the mesh of a server is stated by, and the one mesh that all of it makes. */

import { formatPath } from "../../experiments/model/document/issue.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type Misfit, mergeMeshes, type Part } from "./merge.ts";

export interface SourceName {
  readonly kind: "configuration" | "file" | "document";
  /** Path of the file, name of the document; "" for the configuration. */
  readonly name: string;
}
export interface Source extends SourceName {
  /** The newest version that fits the rest; null: there has been none. */
  readonly mesh: Mesh | null;
  /** Why the newest version of all is not that one; [] while it is. */
  readonly problems: readonly string[];
  /** The newest version of all, if it is right by itself and only does not fit the rest: it may yet. */
  readonly waiting: Mesh | null;
}

export const toldOf = ({ kind, name }: SourceName): string =>
  kind === "configuration" ? "the configuration" : `the ${kind} ${name}`;
const ORDER = ["configuration", "file", "document"];
const byKindAndName = (a: Source, b: Source): number =>
  ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.name < b.name ? -1 : 1);

const partsOf = (sources: readonly Source[]): Part[] =>
  sources.flatMap((source) => (source.mesh === null ? [] : [{ source: toldOf(source), mesh: source.mesh }]));
const wholeOf = (sources: readonly Source[]): Mesh | null => {
  const merged = mergeMeshes(partsOf(sources));
  if ("misfits" in merged) throw new Error("sources were taken that do not fit each other");
  return merged.mesh;
};

export type Tried =
  | { readonly sources: readonly Source[]; readonly mesh: Mesh | null }
  | { readonly misfits: readonly Misfit[] };

/** These sources with one of them changed; `mesh` null: without it. Misfits are told at their place in the changed one. */
export const withSource = (sources: readonly Source[], source: SourceName, mesh: Mesh | null): Tried => {
  const others = sources.filter(({ kind, name }) => kind !== source.kind || name !== source.name);
  const changed = mesh === null ? others : [...others, { ...source, mesh, problems: [], waiting: null }];
  // The changed one comes last here, so that it is the one that is told of; the whole has an order of its own.
  const merged = mergeMeshes(partsOf(changed));
  if ("misfits" in merged) return merged;
  const sorted = changed.toSorted(byKindAndName);
  return { sources: sorted, mesh: wholeOf(sorted) };
};

/** The same sources; one of them has a newer version that cannot be in force. */
export const withProblems = (
  sources: readonly Source[],
  source: SourceName,
  problems: readonly string[],
  waiting: Mesh | null,
): readonly Source[] => {
  const held = sources.find(({ kind, name }) => kind === source.kind && name === source.name);
  const others = sources.filter((each) => each !== held);
  return [...others, { ...source, mesh: held?.mesh ?? null, problems, waiting }].toSorted(byKindAndName);
};

export const textsOf = (misfits: readonly Misfit[]): readonly string[] =>
  misfits.map(({ part, issue }) => `${part.source}: ${formatPath(issue.path)}: ${issue.message}`);
