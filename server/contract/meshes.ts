import { z } from "zod";
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { agentInstance, edgeId } from "./ids.ts";
import type { Frozen, Route } from "./route.ts";

const limits = z
  .object({
    connectMs: z.number().exactOptional(),
    headMs: z.number().exactOptional(),
    idleMs: z.number().exactOptional(),
    stallMs: z.number().exactOptional(),
    tunnelMs: z.number().exactOptional(),
    halfClosedMs: z.number().exactOptional(),
    lingerMs: z.number().exactOptional(),
    headBytes: z.int().exactOptional(),
  } satisfies Record<keyof EdgeLimits, z.ZodType>)
  .meta({
    id: "EdgeLimits",
    description: "`timeouts` (ms; 0: never) and `headSize` (bytes) of the edge that differ from the defaults.",
  });
const mesh = z
  .looseObject({
    name: z.string(),
    directory: z.string().nullable(),
    services: z.array(z.looseObject({ name: z.string(), endpoints: z.array(z.looseObject({ address: z.string() })) })),
    edges: z.array(
      z.object({
        ...{ id: edgeId, from: z.string(), to: z.string(), listen: z.string(), protocol: z.string() },
        at: z
          .literal("callee")
          .exactOptional()
          .describe("An agent beside the callee carries it; absent: the caller's."),
        balance: z.enum(["turn", "client"]).exactOptional(),
        limits: limits.exactOptional(),
      }),
    ),
  })
  .meta({ id: "MeshInForce" });

/** Source that the mesh is put together from. */
export const meshSource = z
  .object({
    kind: z.enum(["configuration", "file", "document", "agents"]),
    name: z.string().describe("Path of the file, name of the document; empty where there is only one."),
    services: z.int(),
    edges: z.int(),
    problems: z.array(z.string()).describe("Why its newest version is not in force; empty while it is."),
  })
  .meta({ id: "MeshSource" });
/** An edge that agents offer. */
export const discoveredEdge = z
  .object({
    edge: edgeId,
    listen: z.string(),
    protocol: z.string(),
    instances: z.array(agentInstance),
    adopted: z.boolean().describe("Whether the mesh has this edge; if not, why."),
    why: z.string().nullable(),
  })
  .meta({ id: "DiscoveredEdge" });
export type MeshSource = Frozen<z.output<typeof meshSource>>;
export type DiscoveredEdge = Frozen<z.output<typeof discoveredEdge>>;

export const meshes = {
  "GET /api/v1/mesh": {
    operation: "readMesh",
    summary: "Shows the mesh in force, its sources, and the edges that agents know besides",
    reply: z.object({
      mesh: (mesh as unknown as z.ZodType<Mesh>).nullable(),
      revision: z.string().nullable().describe("The same for the same mesh on every server; null: there is none."),
      sources: z.array(meshSource),
      discovered: z.array(discoveredEdge),
    }),
  },
} as const satisfies Record<string, Route>;
