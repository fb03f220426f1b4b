import { z } from "zod";
import { agentBoot, agentInstance, edgeId, faultId } from "./ids.ts";
import type { Frozen, Route } from "./route.ts";
import { instance, instant, next, page, text, whole } from "./words.ts";

/** An agent in the server's view. */
export const agentView = z
  .object({
    instance: agentInstance,
    boot: agentBoot,
    version: z.string(),
    pid: z.int(),
    connected: z.boolean(),
    ready: z
      .boolean()
      .describe("Connected, of this server's contract version, and heard of by a pulse: it can be given faults."),
    state: z.enum(["ready", "connecting", "gone", "left"]).meta({
      id: "AgentState",
      description:
        "`connecting`: heard, and not ready. `gone`: silent for 5 s, or its connection ended without a goodbye; until it comes " +
        "back, its credential ends or it is retired. `left`: it said goodbye, was retired, or another process of its instance " +
        "stands for it.",
    }),
    service: z
      .string()
      .nullable()
      .describe("The service in whose name it calls; null: of an embedded run, it serves every edge."),
    labels: z.record(z.string(), z.string()),
    transport: z
      .object({ tier: z.string(), because: z.string().nullable() })
      .nullable()
      .describe(
        "The transport tier that carries its edges, `raw`, `onread` or `data`, and why it is not the fastest (`raw`); " +
          "null: it does not say.",
      ),
    intercepts: z.boolean().describe("Whether the kernel redirects connections to it, as edges at the callee need."),
    edges: z.array(edgeId).describe("Ids of the edges it is to serve."),
    failed: z.array(z.object({ id: edgeId, why: z.string() })).describe("Those of them that it cannot serve, and why."),
    live: z.array(faultId).describe("Fault ids it said it holds, in its last pulse."),
    lastPulseAgoMs: z.number().nullable(),
  })
  .meta({ id: "Agent" });
export type AgentView = Frozen<z.output<typeof agentView>>;

export const agents = {
  "GET /api/v1/agents": {
    operation: "listAgents",
    summary: "Lists the agents that the server knows, by instance",
    query: z.strictObject({
      ...page.shape,
      limit: whole(1, 5_000).default(1_000).describe("Most entries of a page."),
      service: text(63).optional(),
    }),
    reply: z.object({ agents: z.array(agentView), next }),
  },
  "DELETE /api/v1/agents/:instance": {
    operation: "retireAgent",
    errors: ["no-such-agent", "in-use"],
    summary: "Retires an agent that is gone, so that the server no longer reports it as missing",
    params: z.strictObject({ instance }),
    reply: z.object({ instance: agentInstance }),
  },
  "POST /api/v1/agents/join": {
    operation: "joinAgent",
    errors: ["certificate-needed", "too-many-streams"],
    summary: "Exchanges a join token for the credential of one instance",
    body: z.strictObject({ instance }),
    reply: z.object({
      id: z.string(),
      token: z.string().describe("Shown this once; the server keeps its hash only."),
      instance: agentInstance,
      service: z.string().nullable(),
      edges: z.array(edgeId).nullable(),
      expiresAt: instant.nullable().describe("null: it does not expire."),
    }),
    status: 201,
  },
} as const satisfies Record<string, Route>;
