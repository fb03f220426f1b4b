/**
 * Mesh files, read in a process of their own: the parsers and their garbage end with that process, and are no
 * weight of an agent for the rest of its life (with 1,000 edges a third of the resident memory).
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EdgeOffer, EdgeOrder } from "./contract/messages.ts";
import type { EdgeSource } from "./flags.ts";

/** Agent that reads its edges from a mesh. */
export interface EdgeReader {
  /** null: the agent carries the calls of every service. */
  readonly service: string | null;
  /** True: the kernel redirects connections to the agent. Without that no connection at the callee would reach it. */
  readonly intercepts?: boolean;
}
/** Offers of a hello: those of edges at the callee have a key of their own (`agent/contract/schemas/to-server.ts`). */
export interface Offers {
  readonly offers: readonly EdgeOffer[];
  readonly calleeOffers: readonly EdgeOffer[];
}
/** Mesh with the orders for its edges. */
export interface MeshEdges {
  /** The mesh as JSON: seldom read, and a tenth of the memory. */
  readonly mesh: string;
  readonly edges: readonly EdgeOrder[];
}
/** Query to the reader; the answer is that of the function of the same name in `standalone.ts`. */
export type MeshQuery =
  | { readonly read: "meshEdgesIn"; readonly path: string; readonly reader: EdgeReader }
  | { readonly read: "offersIn"; readonly path: string; readonly reader: EdgeReader }
  | { readonly read: "ownEdgesIn"; readonly source: EdgeSource; readonly reader: EdgeReader };
export type MeshAnswer = { readonly value: unknown } | { readonly problem: string };

/** More than the largest mesh that the file form allows. */
const MOST_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);

/** Reads mesh files for an agent whose built files are in `folder`. */
export const meshFilesFrom = (folder: string) => {
  const ask = async (query: MeshQuery, env: NodeJS.ProcessEnv = {}): Promise<unknown> => {
    const argv = [join(folder, "mesh-reader.js"), JSON.stringify(query)];
    const { stdout } = await run(process.execPath, argv, { env, maxBuffer: MOST_BYTES });
    const answer = JSON.parse(stdout) as MeshAnswer;
    if ("problem" in answer) throw new Error(answer.problem);
    return answer.value;
  };
  return {
    /** Edges of a mesh file. Rejects with every problem of the file. */
    meshEdgesIn: (path: string, reader: EdgeReader) => ask({ read: "meshEdgesIn", path, reader }) as Promise<MeshEdges>,
    /** Edges of a mesh file that this agent offers to the server. */
    offersIn: (path: string, reader: EdgeReader) => ask({ read: "offersIn", path, reader }) as Promise<Offers>,
    /** Edges of a mesh that this agent serves with or without a server. */
    ownEdgesIn: (source: EdgeSource, reader: EdgeReader) =>
      ask(
        { read: "ownEdgesIn", source, reader },
        "variable" in source ? { [source.variable]: process.env[source.variable] } : {},
      ) as Promise<readonly EdgeOrder[]>,
  };
};
