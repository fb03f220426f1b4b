/** What machines ask: whether the process lives, whether it can be sent work, and how it does. */
import type { FastifyInstance } from "fastify";

export interface Health {
  /** Why no work should be sent here; null: it should. */
  readonly unready: () => string | null;
  /** In the text format of Prometheus. */
  readonly metrics?: () => Promise<{ readonly type: string; readonly text: string }>;
}
const OPEN = { config: { access: "open", uncounted: true } } as const;

export const serveHealth = (app: FastifyInstance, { unready, metrics }: Health): void => {
  app.get("/healthz", OPEN, async () => ({ ok: true }));
  app.get("/readyz", OPEN, async (_request, reply) => {
    const reason = unready();
    return reply.code(reason === null ? 200 : 503).send(reason === null ? { ok: true } : { ok: false, reason });
  });
  if (metrics === undefined) return;
  app.get("/metrics", { config: { access: "viewer" } }, async (_request, reply) => {
    const { type, text } = await metrics();
    return reply.type(type).send(text);
  });
};
