/** Endpoints for machines: liveness, readiness and metrics. */
import type { FastifyInstance } from "fastify";

export interface Health {
  /** Reason why this server should get no work; null: ready. */
  readonly unready: () => string | null;
  /** Metrics in the text format of Prometheus. */
  readonly metrics?: () => Promise<{ readonly type: string; readonly text: string }>;
}
const OPEN = { config: { access: "open", uncounted: true, anyHost: true } } as const;

export const serveHealth = (app: FastifyInstance, { unready, metrics }: Health): void => {
  app.get("/healthz", OPEN, async () => ({ ok: true }));
  app.get("/readyz", OPEN, async ({ isNamed }, reply) => {
    const reason = unready();
    // A page that came by DNS rebinding must not learn the name of another server.
    const told = isNamed && reason !== null ? { reason } : {};
    return reply.code(reason === null ? 200 : 503).send({ ok: reason === null, ...told });
  });
  if (metrics === undefined) return;
  app.get("/metrics", { config: { access: "viewer", isScrape: true } }, async (_request, reply) => {
    const { type, text } = await metrics();
    return reply.type(type).send(text);
  });
};
