/** Opens the mesh of a server: merges the sources, and merges again whenever a source changes. */

import { createHash } from "node:crypto";
import { formatPath } from "../../experiments/model/document/issue.ts";
import type { Environment } from "../../experiments/model/document/variables.ts";
import { canonical, describeDiff, diffMeshes, edgesTouched, isSame } from "../../experiments/model/mesh/diff.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type Instance, spellEdge } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { meshOfDocument, type StoredMesh } from "./mesh-document.ts";
import { MeshFile, type MeshReading } from "./mesh-file.ts";
import type {
  CurrentMesh,
  MeshChange,
  Meshes,
  MeshProposal,
  OfferedEdge,
  PlacedOffer,
  SourceStatus,
} from "./meshes.ts";
import { type MeshWithOffers, Offers } from "./offers.ts";
import {
  describeConflicts,
  describeSource,
  type LoadedSource,
  type MergeResult,
  type SourceName,
  withProblems,
  withSource,
} from "./sources.ts";

export interface MeshesDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Mesh of the configuration: that of an embedded run. */
  readonly mesh: Mesh | null;
  /** Path of a file that is watched. */
  readonly file?: string;
  /** Variables for `${NAME}` in documents, and in the file unless `fileEnvironment` is given. */
  readonly environment?: Environment;
  readonly fileEnvironment?: Environment;
  readonly documents?: readonly StoredMesh[];
}

/**
 * Removes commands and environments: a server starts no services, and viewers of the mesh must not see environments.
 */
const withoutCommands = (mesh: Mesh): Mesh => ({
  ...mesh,
  directory: null,
  services: mesh.services.map((service) => ({ ...service, command: null, env: {} })),
});
const REVISION_LENGTH = 16;
const currentOf = (mesh: Mesh | null): CurrentMesh | null => {
  if (mesh === null) return null;
  const digest = createHash("sha256").update(canonical(mesh)).digest("hex");
  return { mesh, revision: digest.slice(0, REVISION_LENGTH) };
};
const changeOf = (before: CurrentMesh | null, after: CurrentMesh | null) => ({
  diff: diffMeshes(before?.mesh ?? null, after?.mesh ?? null),
  touched: edgesTouched(before?.mesh ?? null, after?.mesh ?? null),
});

class OpenMeshes implements Meshes {
  readonly #log: Log;
  readonly #offers = new Offers();
  readonly #listeners = new Set<(change: MeshChange) => void>();
  #sources: readonly LoadedSource[] = [];
  #declared: Mesh | null = null;
  #withOffers: MeshWithOffers = { mesh: null, conflicts: new Map() };
  #current: CurrentMesh | null = null;
  #applying: Promise<unknown> = Promise.resolve();
  #file: MeshFile | null = null;
  #stopWatching = (): void => {};

  constructor(log: Log) {
    this.#log = log;
  }

  async open(deps: MeshesDeps): Promise<void> {
    const { clock, mesh, file, documents = [], environment = {}, fileEnvironment = environment } = deps;
    if (mesh !== null) this.#load({ kind: "configuration", name: "" }, { mesh });
    if (file !== undefined) {
      const source = { kind: "file", name: file } as const;
      this.#file = new MeshFile({ clock, path: file, environment: fileEnvironment, log: this.#log }, (read) =>
        this.#load(source, read),
      );
      await this.#file.read();
      const alarm = this.#file.watch();
      this.#stopWatching = () => alarm.cancel();
    }
    for (const { name, content } of documents) {
      const read = meshOfDocument(content, environment);
      const problems = "problems" in read ? read.problems : [];
      const texts = problems.map(({ path, message }) => `${formatPath(path)}: ${message}`);
      this.#load({ kind: "document", name }, "mesh" in read ? read : { problems: texts });
    }
  }

  current(): CurrentMesh | null {
    return this.#current;
  }
  onChange(listener: (change: MeshChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  sources(): readonly SourceStatus[] {
    const statuses = this.#sources.map(({ kind, name, mesh, problems }) => ({
      ...{ kind, name, problems, services: mesh?.services.length ?? 0, edges: mesh?.edges.length ?? 0 },
    }));
    const discovered = this.discovered();
    if (discovered.length === 0) return statuses;
    const added = (list: "services" | "edges") =>
      (this.#current?.mesh[list].length ?? 0) - (this.#declared?.[list].length ?? 0);
    const problems = discovered.flatMap(({ edge, why }) => (why === null ? [] : [`${spellEdge(edge)}: ${why}`]));
    return [...statuses, { kind: "agents", name: "", services: added("services"), edges: added("edges"), problems }];
  }
  discovered(): readonly OfferedEdge[] {
    return this.#offers.discovered(this.#withOffers);
  }

  propose(name: string, mesh: Mesh | null): MeshProposal {
    return this.#proposalOf(this.#try({ kind: "document", name }, mesh));
  }
  apply(name: string, mesh: Mesh | null, by: string, record: () => Promise<void>): Promise<MeshProposal> {
    const work = async (): Promise<MeshProposal> => {
      const source = { kind: "document", name } as const;
      const result = this.#try(source, mesh);
      const proposal = this.#proposalOf(result);
      if ("problems" in proposal) return proposal;
      await record();
      // The file may have changed during the recording: the stored document must fit the mesh in force now.
      const again = this.#try(source, mesh);
      const why = `${by} ${mesh === null ? "deleted" : "applied"} the document ${name}`;
      if ("conflicts" in again) this.#reject(source, describeConflicts(again.conflicts), mesh);
      else this.#enforce(again.sources, again.mesh, why);
      return "conflicts" in again ? this.#proposalOf(again) : proposal;
    };
    const done = this.#applying.then(work);
    this.#applying = done.catch(() => {});
    return done;
  }
  offered({ instance }: { readonly instance: Instance }, offers: readonly PlacedOffer[]): void {
    if (this.#offers.update(instance, offers))
      this.#enforce(this.#sources, this.#declared, `${instance} offers other edges`);
  }
  async reload(): Promise<void> {
    await this.#file?.read();
  }
  close(): void {
    this.#stopWatching();
    this.#listeners.clear();
  }

  #try(source: SourceName, mesh: Mesh | null): MergeResult {
    return withSource(this.#sources, source, mesh === null ? null : withoutCommands(mesh));
  }
  #proposalOf(result: MergeResult): MeshProposal {
    if ("conflicts" in result) return { problems: result.conflicts.map(({ issue }) => issue) };
    const after = currentOf(this.#offers.mergeInto(result.mesh).mesh);
    return { ...changeOf(this.#current, after), revision: after?.revision ?? null };
  }
  /** Loads a source as read: puts the source in force if valid and fitting, else reports and skips the source. */
  #load(source: SourceName, read: MeshReading): void {
    if ("problems" in read) {
      this.#reject(source, read.problems, null);
      return;
    }
    const result = this.#try(source, read.mesh);
    if ("conflicts" in result) this.#reject(source, describeConflicts(result.conflicts), read.mesh);
    else this.#enforce(result.sources, result.mesh, `${describeSource(source)} was read`);
  }
  #reject(source: SourceName, problems: readonly string[], rejected: Mesh | null): void {
    this.#sources = withProblems(this.#sources, source, problems, rejected);
    const kept = this.#current === null ? "there is no mesh" : "the mesh stays as it was";
    this.#log.error(`${describeSource(source)} cannot be used, ${kept}:\n${problems.join("\n")}`);
  }
  #enforce(sources: readonly LoadedSource[], declared: Mesh | null, why: string): void {
    const before = this.#current;
    this.#sources = sources;
    this.#declared = declared;
    if (this.#retryRejected()) return;
    this.#withOffers = this.#offers.mergeInto(declared);
    const after = currentOf(this.#withOffers.mesh);
    if (before?.revision === after?.revision) return;
    this.#current = after;
    const change: MeshChange = { before, after, why, ...changeOf(before, after) };
    const lines = isSame(change.diff) ? ["its name"] : describeDiff(change.diff);
    this.#log.info(`the mesh changed: ${why}`, { revision: after?.revision ?? null, changes: lines });
    for (const listener of [...this.#listeners]) listener(change);
  }
  /** True: a source that did not fit before fits now, and was put in force. */
  #retryRejected(): boolean {
    for (const source of this.#sources) {
      const result = source.rejected === null ? null : this.#try(source, source.rejected);
      if (result === null || "conflicts" in result) continue;
      this.#enforce(result.sources, result.mesh, `${describeSource(source)} fits now`);
      return true;
    }
    return false;
  }
}

/** Reads every source once. A source's problems appear in the log and in `sources()`, and do not prevent the start. */
export const openMeshes = async (deps: MeshesDeps): Promise<Meshes> => {
  const meshes = new OpenMeshes(deps.log);
  await meshes.open(deps);
  return meshes;
};
