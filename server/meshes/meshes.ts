/**
 * Mesh of a server, merged from the sources: a file (watched by content), documents applied over the API, and the
 * agents' offers. The mesh changes as a whole or not at all: a source that cannot be read or does not fit the rest
 * leaves the mesh unchanged, and is reported.
 */
import type { EdgeOffer } from "../../agent/contract/index.ts";
import type { Issue } from "../../experiments/model/document/issue.ts";
import type { MeshDiff } from "../../experiments/model/mesh/diff.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId, Instance, ServiceName } from "../../experiments/model/names.ts";

export interface CurrentMesh {
  /** The mesh without commands and environments: a server starts no services, and shows no secrets. */
  readonly mesh: Mesh;
  /** ETag of the mesh: equal for the same mesh, on every server and after every start. */
  readonly revision: string;
}
export interface MeshChange {
  readonly before: CurrentMesh | null;
  readonly after: CurrentMesh | null;
  readonly diff: MeshDiff;
  /** Edges that were removed or changed: runs on these edges are halted, `mesh-changed`. */
  readonly touched: ReadonlySet<EdgeId>;
  /** Cause of the change, for logs and people: "the file mesh.yaml", "alice applied shop". */
  readonly why: string;
}
export interface SourceStatus {
  readonly kind: "configuration" | "file" | "document" | "agents";
  /** Path of the file, or name of the document; "" for a kind with a single source. */
  readonly name: string;
  readonly services: number;
  readonly edges: number;
  /** Problems that keep the source's newest version out of force; [] while that version is in force. */
  readonly problems: readonly string[];
}
/** Offer with the place at which the agent carries the edge; absent: at the caller. */
export interface PlacedOffer extends EdgeOffer {
  readonly at?: "callee";
}
/** An edge that agents offer. */
export interface OfferedEdge {
  readonly edge: EdgeId;
  readonly offer: PlacedOffer;
  readonly instances: readonly Instance[];
  /** True if the mesh has this edge; otherwise `why` has the reason. */
  readonly adopted: boolean;
  readonly why: string | null;
}
/** `revision`: of the mesh that results, or would result. */
export type MeshProposal =
  | { readonly diff: MeshDiff; readonly touched: ReadonlySet<EdgeId>; readonly revision: string | null }
  | { readonly problems: readonly Issue[] };

export interface Meshes {
  current(): CurrentMesh | null;
  /** Called after each change, in the order of the changes. Returns the function that unsubscribes. */
  onChange(listener: (change: MeshChange) => void): () => void;
  sources(): readonly SourceStatus[];
  discovered(): readonly OfferedEdge[];
  /** Computes the change that a Mesh document of this name would make (null: its deletion). Changes no state. */
  propose(name: string, mesh: Mesh | null): MeshProposal;
  /**
   * Puts a document in force. `record` stores the document and is called only if the document fits; if `record`
   * rejects, the mesh is unchanged and the error goes to the caller. Concurrent calls run in sequence.
   */
  apply(name: string, mesh: Mesh | null, by: string, record: () => Promise<void>): Promise<MeshProposal>;
  /** Registers the edges that an agent's hello offers; the caller passes only edges that the agent's service carries. */
  offered(from: { readonly instance: Instance; readonly service: ServiceName }, offers: readonly PlacedOffer[]): void;
  /** Reads the watched file now, instead of at the next poll (SIGHUP). */
  reload(): Promise<void>;
  close(): void;
}
