/** Registers every route of the contract with the HTTP server: checks, access, handler. */
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { RunId } from "../../experiments/model/names.ts";
import { api, type Route, type RouteName } from "../contract/index.ts";
import { ACCESS } from "./access.ts";
import type { Context, Handler, RouteRequest } from "./context.ts";
import { acceptAnyBody } from "./halt-body.ts";
import { LEADERLESS, URGENT } from "./route-traits.ts";
import { routes } from "./routes.ts";
import { Streams } from "./streaming.ts";

/**
 * Time after which a slow handler is answered with an error: the client can try again elsewhere. Streams have no limit.
 */
const HANDLING_MS = 30_000;

/**
 * Exceptions of the audit: a `GET` is audited only where the reply is the whole store; a plan has no effect to audit.
 */
const AUDITED: ReadonlyMap<RouteName, boolean> = new Map<RouteName, boolean>([
  ["GET /api/v1/backup", true],
  ["POST /api/v1/plan", false],
]);
/**
 * Largest body of `SMALL` routes, whose clients have shown no token yet, or only a join token. Refused before reading.
 */
const SMALL_BYTES = 8 * 1024;
const SMALL: ReadonlySet<RouteName> = new Set(["POST /api/v1/session", "POST /api/v1/agents/join"]);
/** Streams that are read to the end at once, and not as events happen. */
const BULK: ReadonlySet<RouteName> = new Set(["GET /api/v1/backup"]);

const NOTHING = z.strictObject({});
/** Schemas that a request is checked against. */
const checksOf = ({ params, query, headers, body }: Route) => ({
  ...(params === undefined ? {} : { params }),
  // A misspelt key would count as left out: `?dryrun=true` must not apply.
  querystring: query ?? NOTHING,
  ...(headers === undefined ? {} : { headers }),
  ...(body === undefined ? {} : { body }),
});

const registerRoute = <K extends RouteName>(
  app: FastifyInstance,
  name: K,
  context: Context,
  streams: Streams,
): void => {
  const [method, url] = name.split(" ") as ["GET" | "POST" | "PUT" | "DELETE", string];
  const route: Route = api[name];
  const audited = AUDITED.get(name);
  const isStream = typeof route.reply === "string";
  app.route({
    ...{ method, url, schema: checksOf(route) },
    config: {
      access: ACCESS[name],
      urgent: URGENT.has(name),
      isBulk: BULK.has(name),
      ...(audited === undefined ? {} : { audited }),
    },
    ...(isStream ? {} : { handlerTimeout: HANDLING_MS }),
    ...(SMALL.has(name) ? { bodyLimit: SMALL_BYTES } : {}),
    preValidation: async () => {
      if (!LEADERLESS.has(name)) context.controlPlane();
    },
    handler: async (request, reply) => {
      const note = (detail: string) => {
        request.note = detail;
      };
      const { params, query, body, credential } = request;
      const asked = { params, query, body, credential, principal: credential?.principal, request, reply, note };
      reply.code(route.status ?? 200);
      if (isStream && request.method === "HEAD") {
        if ("id" in (params as object)) await context.controlPlane().runs.records((params as { id: RunId }).id, 0, 1);
        return reply.type(`${route.reply}; charset=utf-8`).send(Readable.from([]));
      }
      const leave = isStream ? streams.enter(credential!, reply) : null;
      const result = await (routes[name] as Handler<K>)(context, asked as RouteRequest<K>).catch((error) => {
        leave?.();
        throw error;
      });
      if (isStream && result === null) return reply.code(204).send();
      // nginx and proxies built on nginx otherwise hold answers back, minutes of a stream at a time.
      if (result instanceof Readable) reply.type(`${route.reply}; charset=utf-8`).header("x-accel-buffering", "no");
      return reply.send(result);
    },
  });
};

export const registerRoutes = (app: FastifyInstance, context: Context): void => {
  const streams = new Streams(context.clock);
  app.addHook("onClose", async () => streams.close());
  for (const name of Object.keys(api) as RouteName[]) if (!URGENT.has(name)) registerRoute(app, name, context, streams);
  app.register((brake, _options, done) => {
    acceptAnyBody(brake, context.clock);
    for (const name of URGENT) registerRoute(brake, name, context, streams);
    done();
  });
};
