/** The HTTP server: contract → routes, behind one request guard. */
import cookies from "@fastify/cookie";
import websocket from "@fastify/websocket";
import Fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { ServerConfig } from "../config/config.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import { cookieName, isSecure } from "../security/sessions.ts";
import { serveAgents } from "./agents/route.ts";
import { LARGEST_MESSAGE_BYTES } from "./agents/socket.ts";
import { auditWrites } from "./audit-writes.ts";
import { closeConnections } from "./close-connections.ts";
import { compressResponses } from "./compression.ts";
import type { Context } from "./context.ts";
import { serveDashboard } from "./dashboard.ts";
import { handleErrors, handleUnreadable } from "./error-handler.ts";
import { addEtags } from "./etag.ts";
import { type Health, serveHealth } from "./health.ts";
import { answerMethods } from "./methods.ts";
import { createRateLimits } from "./rate-limits.ts";
import { registerRoutes } from "./register-routes.ts";
import { requestGuard } from "./request-guard.ts";
import { answerRequestIds, requestIdOf } from "./request-id.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { compileCheck } from "./validation.ts";

const LARGEST_BODY_BYTES = 2 * 2 ** 20;
/** Time for a whole request to arrive; a client that trickles holds a connection no longer. */
const REQUEST_MS = 30_000;

export interface AppConfig extends Health {
  readonly context: Context;
}

/** TLS options. A client certificate is requested of every client and required of agents: browsers have none. */
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
    // Fastify would take a request id of any length from any header.
    ...{ requestIdHeader: false, genReqId: ({ headers }) => requestIdOf(headers) },
    // As long as a request line can be: the router would refuse a longer name before the role is asked.
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: handleUnreadable,
    // A trusted proxy sets `request.ip` to the client's address; any other peer's forwarding headers are ignored.
    trustProxy: [...(context.config.trustedProxies ?? [])],
  };
  const app = Fastify({ ...options, ...tlsOf(context.config) }) as unknown as FastifyInstance;
  app.setValidatorCompiler(compileCheck);
  app.decorateRequest("credential", null);
  app.decorateRequest("guessed");
  app.decorateRequest("isGuess", false);
  app.decorateRequest("isNamed", false);
  const methods = answerMethods(app);
  addSecurityHeaders(app, isSecure(context.config));
  answerRequestIds(app);
  auditWrites(app, clock, store.db, log);
  addEtags(app);
  compressResponses(app);
  const sparse = new RateLimitedLog(log, clock);
  app.addHook("onClose", async () => sparse.close());
  handleErrors(app, { log, sparse }, methods);
  closeConnections(app, clock);
  await app.register(cookies);
  // Registered before the request guard: the plugin closes the socket of a refused upgrade, which the HTTP server no
  // longer owns.
  await app.register(websocket, { options: { maxPayload: LARGEST_MESSAGE_BYTES } });
  const limits = await createRateLimits(app, context.config.rates);
  const cookie = cookieName(isSecure(context.config), store.cluster);
  app.addHook("onRequest", requestGuard({ log: sparse, tokens, cookie, limits, methods, config: context.config }));
  serveHealth(app, config);
  await serveDashboard(app);
  serveAgents(app, context, sparse);
  registerRoutes(app, context);
  return app;
};
