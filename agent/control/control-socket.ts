/**
 * Local control: HTTP on a unix socket that only this user can open. Local control works without any server, so that
 * `squall halt` reaches an agent whose server is dead.
 */
import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Agent } from "../agent.ts";
import type { Clock } from "../clock/clock.ts";
import { LARGEST_ORDER_BYTES, SMALLER_ORDER } from "../contract/limits.ts";
import { chooseSocketPath } from "./socket-path.ts";

export interface ControlResponse {
  readonly status: number;
  readonly body: unknown;
}
/** `body` is null for a GET. */
export type ControlRoute = (body: unknown) => ControlResponse | Promise<ControlResponse>;
/** Routes by method and path: `POST /v1/drop`. */
export type ControlRoutes = Readonly<Record<string, ControlRoute>>;

/** Routes of every agent: report the held faults, and drop all faults. */
export const commonRoutes = (agent: Agent, clock: Clock): ControlRoutes => ({
  "GET /v1/status": () => {
    const nowMs = clock.nowMs();
    const remains = agent.remains();
    const faults = agent.table.held.map(({ id, name, run, edge, action: { kind } }) => {
      const endsInMs = Math.round(Math.min(agent.table.endsAtMs(id), agent.lease.untilMs) - nowMs);
      return { id, name, run, edge, kind, endsInMs };
    });
    const { boot, edges, table, transport } = agent;
    const receipts = edges.receipts(nowMs);
    const who = { boot, pid: process.pid, transport };
    const body = { ...who, edges: edges.listening(), table: table.mark, remains, faults, receipts };
    return { status: 200, body };
  },
  "POST /v1/drop": () => {
    agent.dropAll("asked for on the control socket");
    return { status: 200, body: { boot: agent.boot, remains: agent.remains() } };
  },
});

/**
 * Serves the routes at `path`; when `path` is too long for a socket, at the target of a link left there. Takes over a
 * socket without a listener. Rejects when the agent could not be reached at the path.
 */
export const openControlSocket = async (path: string, routes: ControlRoutes): Promise<{ close(): void }> => {
  const { socket, link } = chooseSocketPath(path);
  if (await isAlive(socket)) throw new Error(`another agent listens on ${socket}`);
  for (const each of [socket, path]) rmSync(each, { force: true });
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    answer(routes, request).then(
      (reply) => write(response, reply),
      (error) => write(response, { status: 500, body: { message: String(error) } }),
    );
  });
  // The mode must be right from the first moment, hence the umask around the bind and not only a chmod after the bind.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  } finally {
    process.umask(mask);
  }
  chmodSync(socket, 0o600);
  if (link !== null) symlinkSync(socket, link);
  server.on("error", () => {});
  return {
    close() {
      server.close();
      server.closeAllConnections();
      if (link !== null) rmSync(link, { force: true });
    },
  };
};

const isAlive = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = request({ socketPath, path: "/v1/status", agent: false, timeout: 1_000 }, (response) => {
      response.destroy();
      resolve(true);
    });
    probe.on("error", () => resolve(false)).on("timeout", () => probe.destroy());
    probe.end();
  });

const answer = async (routes: ControlRoutes, request: IncomingMessage): Promise<ControlResponse> => {
  const route = routes[`${request.method} ${request.url}`];
  if (route === undefined) return { status: 404, body: { message: `expected ${Object.keys(routes).join(", ")}` } };
  if (request.method === "GET") return route(null);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_ORDER_BYTES) return { status: 413, body: { message: `expected an order of ${SMALLER_ORDER}` } };
    parts.push(part);
  }
  try {
    return await route(JSON.parse(Buffer.concat(parts).toString() || "null"));
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 400, body: { message: `expected JSON: ${error.message}` } };
    throw error;
  }
};

const write = (response: ServerResponse, { status, body }: ControlResponse): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
};
