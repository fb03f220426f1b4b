/** The HTTP server: contract → routes, behind one entrance. */
import cookies from "@fastify/cookie";
import websocket from "@fastify/websocket";
import Fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { ServerConfig } from "../config/config.ts";
import { serveDashboard } from "../dashboard.ts";
import { cookieName, isSecure } from "../security/sessions.ts";
import { SparseLog } from "../sparse-log.ts";
import { serveAgents } from "./agents/route.ts";
import { LARGEST_MESSAGE_BYTES } from "./agents/socket.ts";
import { auditWrites } from "./audited.ts";
import { closeConnections } from "./closing.ts";
import { compressAnswers } from "./compression.ts";
import type { Context } from "./context.ts";
import { entrance } from "./entrance.ts";
import { answerErrors, answerUnreadable } from "./failure.ts";
import { type Health, serveHealth } from "./health.ts";
import { openLimits } from "./limits.ts";
import { answerMethods } from "./methods.ts";
import { protect } from "./protection.ts";
import { answerRequestIds, requestIdOf } from "./request-id.ts";
import { addRoutes } from "./routing.ts";
import { tagAnswers } from "./tagged.ts";
import { compileCheck } from "./validation.ts";

const LARGEST_BODY_BYTES = 2 * 2 ** 20;
/** For a whole request to arrive; a client that trickles holds a connection no longer. */
const REQUEST_MS = 30_000;

export interface AppConfig extends Health {
  readonly context: Context;
}

/** A client certificate is asked of everybody and demanded of agents: browsers have none. */
const tlsOf = ({ tls }: ServerConfig) =>
  tls === undefined
    ? {}
    : {
        https: {
          ...{ cert: tls.cert, key: tls.key, minVersion: "TLSv1.2" as const },
          ...(tls.clientCa === null ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false }),
        },
      };

export const createApp = async (config: AppConfig): Promise<FastifyInstance> => {
  const { context } = config;
  const { clock, log, store, tokens } = context;
  const options: FastifyServerOptions = {
    ...{ bodyLimit: LARGEST_BODY_BYTES, requestTimeout: REQUEST_MS, exposeHeadRoutes: false },
    forceCloseConnections: "idle",
    // Fastify would take any header, of any length.
    ...{ requestIdHeader: false, genReqId: ({ headers }) => requestIdOf(headers) },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerUnreadable,
    // `request.ip` is what such a proxy says of its client; what any other peer says of itself is passed over.
    trustProxy: [...(context.config.trustedProxies ?? [])],
  };
  const app = Fastify({ ...options, ...tlsOf(context.config) }) as unknown as FastifyInstance;
  app.setValidatorCompiler(compileCheck);
  app.decorateRequest("credential", null);
  app.decorateRequest("guessed");
  app.decorateRequest("isGuess", false);
  app.decorateRequest("isNamed", false);
  const methods = answerMethods(app);
  protect(app, isSecure(context.config));
  answerRequestIds(app);
  auditWrites(app, clock, store.db, log);
  tagAnswers(app);
  compressAnswers(app);
  const sparse = new SparseLog(log, clock);
  app.addHook("onClose", async () => sparse.close());
  answerErrors(app, { log, sparse }, methods);
  closeConnections(app, clock);
  await app.register(cookies);
  // Before the entrance: it closes the socket of an upgrade that is refused, which the HTTP server has let go of.
  await app.register(websocket, { options: { maxPayload: LARGEST_MESSAGE_BYTES } });
  const limits = await openLimits(app, context.config.rates);
  const cookie = cookieName(isSecure(context.config), store.cluster);
  app.addHook("onRequest", entrance({ log: sparse, tokens, cookie, limits, methods, config: context.config }));
  serveHealth(app, config);
  await serveDashboard(app);
  serveAgents(app, context, sparse);
  addRoutes(app, context);
  return app;
};
