/** The HTTP server: contract → routes, behind one entrance. */
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import websocket from "@fastify/websocket";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Clock } from "../clock.ts";
import { serveDashboard } from "../dashboard.ts";
import { AGENT_PATH, LARGEST_MESSAGE_BYTES, serveAgent } from "./agents/socket.ts";
import type { Asked, Context, Handler, RouteName } from "./context.ts";
import { type EntranceConfig, entrance } from "./entrance.ts";
import { bodyOf, ERRORS, type ErrorCode, type ErrorDetails, Refusal } from "./errors.ts";
import { bodies, routes } from "./routes.ts";

const LARGEST_BODY_BYTES = 2 * 2 ** 20;

export interface AppConfig extends EntranceConfig {
  readonly context: Context;
  readonly log: (line: string) => void;
  readonly isReady: () => boolean;
}

const answer = (reply: FastifyReply, code: ErrorCode, message: string, details?: ErrorDetails) =>
  reply.code(ERRORS[code]).send(bodyOf(code, message, details));

/** Fastify's own errors, by its status. */
const codeOf = (status: number | undefined): ErrorCode => {
  if (status === 413) return "body-too-large";
  if (status === 415) return "not-json";
  return status !== undefined && status >= 400 && status < 500 ? "bad-request" : "internal";
};
const detailsOf = ({ validation }: FastifyError): ErrorDetails =>
  (validation ?? []).map(({ instancePath, message = "not valid" }) => ({
    path: instancePath.split("/").filter((part) => part !== ""),
    message,
  }));

const addRoute = <K extends RouteName>(app: FastifyInstance, name: K, context: Context): void => {
  const [method, url] = name.split(" ") as ["GET" | "POST", string];
  const body = (bodies as Partial<Record<RouteName, unknown>>)[name];
  app.route({
    method,
    url,
    schema: body === undefined ? {} : { body },
    handler: async (request, reply) => {
      const asked = { params: request.params, body: request.body, request, reply } as Asked<K>;
      const result = await (routes[name] as Handler<K>)(context, asked);
      if (result instanceof Readable) reply.type("text/event-stream; charset=utf-8");
      return reply.send(result);
    },
  });
};

const GRACE_MS = 250;
/**
 * What is being said is said to its end, for a moment. A refused upgrade leaves a socket that the HTTP server counts as
 * open and cannot close any more: without this, one stray client would keep the server from ever closing.
 */
const endConnectionsWith = (app: FastifyInstance, clock: Clock): void => {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  app.addHook("preClose", async () => {
    clock.wake(clock.nowMs() + GRACE_MS, () => {
      for (const socket of sockets) socket.destroy();
    });
  });
};

export const createApp = async (config: AppConfig): Promise<FastifyInstance> => {
  const { context, log } = config;
  const app = Fastify({ bodyLimit: LARGEST_BODY_BYTES, forceCloseConnections: "idle" });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook("onRequest", entrance(config));
  app.addHook("onSend", async (_request, reply) => {
    reply.headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  });
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    if (error instanceof Refusal) return answer(reply, error.code, error.message, error.details);
    const code = codeOf(error.statusCode);
    if (code !== "internal") return answer(reply, code, error.message, detailsOf(error));
    log(`${request.method} ${request.routeOptions.url}: ${error.stack ?? error.message}`);
    return answer(reply, code, "something went wrong in the server; its log has more");
  });
  app.setNotFoundHandler((request, reply) =>
    answer(reply, "no-such-route", `${request.method} ${request.url.split("?", 1)[0]} does not exist`),
  );

  endConnectionsWith(app, context.clock);
  await app.register(websocket, { options: { maxPayload: LARGEST_MESSAGE_BYTES } });
  app.get(AGENT_PATH, { websocket: true }, (socket) => serveAgent(socket, context.fleet, context.clock, log));
  app.get("/healthz", async () => ({ ok: true }));
  app.get("/readyz", async (_request, reply) =>
    reply.code(config.isReady() ? 200 : 503).send({ ok: config.isReady() }),
  );
  await serveDashboard(app);
  for (const name of Object.keys(routes) as RouteName[]) addRoute(app, name, context);
  return app;
};
