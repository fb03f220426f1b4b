/**
 * The mesh that a server watches over: one whole, put together from its sources. A file (watched by content), documents
 * that were applied over the API, and what agents offer. It changes as a whole or not at all: what cannot be read or does
 * not fit the rest keeps the mesh as it was, and says so.
 */
import type { EdgeOffer } from "../../agent/contract/index.ts";
import type { Issue } from "../../experiments/model/document/issue.ts";
import type { MeshDiff } from "../../experiments/model/mesh/diff.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId, Instance, ServiceName } from "../../experiments/model/names.ts";

export interface CurrentMesh {
  /** Without commands and their environment: a server starts nothing, and shows nobody a secret. */
  readonly mesh: Mesh;
  /** The same for the same mesh, on every server and after every start: an ETag. */
  readonly revision: string;
}
export interface MeshChange {
  readonly before: CurrentMesh | null;
  readonly after: CurrentMesh | null;
  readonly diff: MeshDiff;
  /** Edges that are gone or no longer what they were: runs on them are halted, `mesh-changed`. */
  readonly touched: ReadonlySet<EdgeId>;
  /** For logs and people: "the file mesh.yaml", "alice applied shop". */
  readonly why: string;
}
export interface SourceStatus {
  readonly kind: "configuration" | "file" | "document" | "agents";
  /** Path of the file, name of the document; "" where there is only one. */
  readonly name: string;
  readonly services: number;
  readonly edges: number;
  /** Why its newest version is not in force; [] while it is. */
  readonly problems: readonly string[];
}
/** An edge that agents offer. */
export interface OfferedEdge {
  readonly edge: EdgeId;
  readonly offer: EdgeOffer;
  readonly instances: readonly Instance[];
  /** Whether the mesh has this edge; if not, why. */
  readonly adopted: boolean;
  readonly why: string | null;
}
/** `revision`: of the mesh that this makes, or would make. */
export type MeshProposal =
  | { readonly diff: MeshDiff; readonly touched: ReadonlySet<EdgeId>; readonly revision: string | null }
  | { readonly problems: readonly Issue[] };

export interface Meshes {
  current(): CurrentMesh | null;
  /** Called after each change, in the order of the changes. Answers how to stop it. */
  onChange(listener: (change: MeshChange) => void): () => void;
  sources(): readonly SourceStatus[];
  discovered(): readonly OfferedEdge[];
  /** What a Mesh document of this name (null: its deletion) would change. Changes nothing. */
  propose(name: string, mesh: Mesh | null): MeshProposal;
  /**
   * Puts a document in force. `record` stores it and is called only if it fits; should it reject, nothing has changed and
   * its error goes to the caller. One after the other, however many ask.
   */
  apply(name: string, mesh: Mesh | null, by: string, record: () => Promise<void>): Promise<MeshProposal>;
  /** What an agent said hello with. Its own service's edges only: whoever calls has held them against its credential. */
  offered(from: { readonly instance: Instance; readonly service: ServiceName }, offers: readonly EdgeOffer[]): void;
  /** Reads the watched file now, instead of at its next turn (SIGHUP). */
  reload(): Promise<void>;
  close(): void;
}
