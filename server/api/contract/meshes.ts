import { z } from "zod";
import type { Mesh } from "../../../experiments/model/mesh.ts";
import type { Frozen, Route } from "./route.ts";

const mesh = z.looseObject({
  name: z.string(),
  directory: z.string().nullable(),
  services: z.array(z.looseObject({ name: z.string(), endpoints: z.array(z.looseObject({ address: z.string() })) })),
  edges: z.array(
    z.object({ id: z.string(), from: z.string(), to: z.string(), listen: z.string(), protocol: z.string() }),
  ),
});

/** One of what the mesh is put together from. */
export const meshSource = z.object({
  kind: z.enum(["configuration", "file", "document", "agents"]),
  /** Path of the file, name of the document; empty where there is only one. */
  name: z.string(),
  services: z.int(),
  edges: z.int(),
  /** Why its newest version is not in force; empty while it is. */
  problems: z.array(z.string()),
});
/** An edge that agents offer. */
export const discoveredEdge = z.object({
  edge: z.string(),
  listen: z.string(),
  protocol: z.string(),
  instances: z.array(z.string()),
  /** Whether the mesh has this edge; if not, why. */
  adopted: z.boolean(),
  why: z.string().nullable(),
});
export type MeshSource = Frozen<z.output<typeof meshSource>>;
export type DiscoveredEdge = Frozen<z.output<typeof discoveredEdge>>;

export const meshes = {
  "GET /api/v1/mesh": {
    summary: "Tells the mesh that is in force, where it came from, and the edges that agents know beside it",
    reply: z.object({
      mesh: (mesh as unknown as z.ZodType<Mesh>).nullable(),
      /** The same for the same mesh on every server; null: there is none. */
      revision: z.string().nullable(),
      sources: z.array(meshSource),
      discovered: z.array(discoveredEdge),
    }),
  },
} as const satisfies Record<string, Route>;
