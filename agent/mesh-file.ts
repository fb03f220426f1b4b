/**
 * Mesh files, read in a process of their own: the parsers and what they leave behind end with that process, and are no
 * weight of an agent for the rest of its life (with 1,000 edges a third of the resident memory).
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EdgeOffer, EdgeOrder } from "./contract/messages.ts";
import type { EdgeSource } from "./flags.ts";

/** Mesh with the orders for its edges. */
export interface MeshEdges {
  /** The mesh as JSON: seldom read, and a tenth of the memory. */
  readonly mesh: string;
  readonly edges: readonly EdgeOrder[];
}
/** Query to the reader; the answer is that of the function of the same name in `standalone.ts`. */
export type MeshQuery =
  | { readonly read: "meshEdgesIn"; readonly path: string }
  | { readonly read: "offersIn"; readonly path: string; readonly service: string | null }
  | { readonly read: "ownEdgesIn"; readonly source: EdgeSource; readonly service: string | null };
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
    meshEdgesIn: (path: string) => ask({ read: "meshEdgesIn", path }) as Promise<MeshEdges>,
    /** Edges of a mesh file that an agent of this service offers to the server; `service` null: every edge. */
    offersIn: (path: string, service: string | null) =>
      ask({ read: "offersIn", path, service }) as Promise<readonly EdgeOffer[]>,
    /** Edges of a mesh that an agent of this service serves with or without a server; `service` null: every edge. */
    ownEdgesIn: (source: EdgeSource, service: string | null) =>
      ask(
        { read: "ownEdgesIn", source, service },
        "variable" in source ? { [source.variable]: process.env[source.variable] } : {},
      ) as Promise<readonly EdgeOrder[]>,
  };
};
