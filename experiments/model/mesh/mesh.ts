/** The Mesh file: services and the edges between them. */
import type { Protocol } from "../faults/fault.ts";
import type { EdgeId, ServiceName } from "../names.ts";

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
