import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instance, instant, next, page, text } from "./words.ts";

/** An agent as the server sees it. */
export const agentView = z.object({
  instance: z.string(),
  boot: z.string(),
  version: z.string(),
  pid: z.int(),
  connected: z.boolean(),
  /** Connected, of this server's contract version, and heard of by a pulse: it can be given faults. */
  ready: z.boolean(),
  /**
   * `connecting`: heard, and not ready. `gone`: silent for 5 s, or its connection ended without a goodbye; until it comes
   * back, its credential ends or it is retired. `left`: it said goodbye, was retired, or another process of its instance
   * stands for it.
   */
  state: z.enum(["ready", "connecting", "gone", "left"]),
  /** The service in whose name it calls; null: of an embedded run, it serves every edge. */
  service: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  /** Ids of the edges it is to serve. */
  edges: z.array(z.string()),
  /** Those of them that it cannot serve, and why. */
  failed: z.array(z.object({ id: z.string(), why: z.string() })),
  /** Fault ids it said it holds, in its last pulse. */
  live: z.array(z.string()),
  lastPulseAgoMs: z.number().nullable(),
});
export type AgentView = Frozen<z.output<typeof agentView>>;

export const agents = {
  "GET /api/v1/agents": {
    summary: "Lists the agents that the server knows, by instance",
    query: z.strictObject({
      ...page.shape,
      limit: z.coerce.number<number>().int().min(1).max(5_000).default(1_000),
      service: text(63).optional(),
    }),
    reply: z.object({ agents: z.array(agentView), next }),
  },
  "DELETE /api/v1/agents/:instance": {
    summary: "Retires an agent that is gone: nobody misses it any more",
    params: z.strictObject({ instance }),
    reply: z.object({ instance: z.string() }),
  },
  "POST /api/v1/agents/join": {
    summary: "Exchanges a join token for the credential of one instance",
    body: z.strictObject({ instance }),
    reply: z.object({
      id: z.string(),
      /** Shown this once; the server keeps its hash only. */
      token: z.string(),
      instance: z.string(),
      service: z.string().nullable(),
      edges: z.array(z.string()).nullable(),
      /** null: it does not expire. */
      expiresAt: instant.nullable(),
    }),
    status: 201,
  },
} as const satisfies Record<string, Route>;
