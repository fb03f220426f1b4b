/** The Mesh file: services and the edges between them. */

import type { DocumentName, EdgeId, ServiceName } from "../names.ts";
import type { EdgeLimits } from "./edge-limits.ts";

export interface Endpoint {
  /** `host:port`. */
  readonly address: string;
  /** Labels of the endpoint, which win over those of the service. */
  readonly labels: Readonly<Record<string, string>>;
}
/** Readiness check of a service. `tcp`: the first endpoint accepts a connection. */
export type Ready = { readonly http: string } | { readonly tcp: true };
export interface Service {
  readonly name: ServiceName;
  readonly labels: Readonly<Record<string, string>>;
  /** argv, run without a shell in the mesh's directory; null: Squall does not start the service. */
  readonly command: readonly string[] | null;
  readonly env: Readonly<Record<string, string>>;
  readonly endpoints: readonly Endpoint[];
  readonly ready: Ready;
  /** Longest time until the service is ready. */
  readonly startMs: number;
  /** True: no fault may touch the service's edges. */
  readonly protected: boolean;
}
/** Protocol that an edge speaks. */
export type Protocol = "http" | "tcp";
/** Choice of an endpoint for a connection: each in turn, or always the same for the same caller. */
export type Balance = "turn" | "client";
export interface Edge {
  readonly id: EdgeId;
  readonly from: ServiceName;
  readonly to: ServiceName;
  /** Place at which an agent carries the edge; absent: at the caller. */
  readonly at?: "callee";
  /** `host:port` where the agent listens; `ANY_PORT`: the edge comes by the redirect, and nobody needs to know where. */
  readonly listen: string;
  readonly protocol: Protocol;
  /** Absent: `client` on tcp, `turn` on http. */
  readonly balance?: Balance;
  /** Limits that differ from the defaults; absent: none. */
  readonly limits?: Partial<EdgeLimits>;
}
/** Listen address of edges that name none: a free port, different for each edge. */
export const ANY_PORT = "localhost:0";
/** Model form of a Mesh file. */
export interface Mesh {
  readonly name: DocumentName;
  /** Working directory of commands, absolute once the CLI has read the file; null: the directory of the file. */
  readonly directory: string | null;
  readonly services: readonly Service[];
  readonly edges: readonly Edge[];
}
