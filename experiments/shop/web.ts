/** JSON over HTTP: the little that the shop's services need of a server and a client. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { ownHost } from "./environment.ts";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}
export interface Call {
  /** Path that the route's `*` matched; "" without a `*`. */
  readonly rest: string;
  /** The JSON that was sent; undefined when there was none. */
  readonly body: unknown;
  /** Trace context of the request, for the calls that are made on behalf of the request. */
  readonly trace: Trace;
}
/** Headers that belong to a request and to every call that the request causes (W3C Trace Context and Baggage). */
export type Trace = Readonly<Partial<Record<(typeof TRACE_HEADERS)[number], string>>>;
const TRACE_HEADERS = ["traceparent", "tracestate", "baggage"] as const;
/** `"POST /charge"`, or `"GET /items/*"` for every path below `/items/`. */
export type Routes = Readonly<Record<string, (call: Call) => Reply | Promise<Reply>>>;

export const ok = (body: unknown): Reply => ({ status: 200, body });

const readAll = async (stream: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};
const parseJson = (text: string): unknown => (text === "" ? undefined : JSON.parse(text));

const traceOf = ({ headers }: IncomingMessage): Trace =>
  Object.fromEntries(TRACE_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

const find = (routes: Routes, method: string, path: string) => {
  const exact = routes[`${method} ${path}`];
  if (exact !== undefined) return { handle: exact, rest: "" };
  const slash = path.lastIndexOf("/") + 1;
  const below = routes[`${method} ${path.slice(0, slash)}*`];
  return below === undefined ? null : { handle: below, rest: decodeURIComponent(path.slice(slash)) };
};

const answer = async (routes: Routes, incoming: IncomingMessage): Promise<Reply> => {
  const route = find(routes, incoming.method ?? "GET", (incoming.url ?? "/").split("?")[0]!);
  if (route === null) return { status: 404, body: { error: "no such page" } };
  try {
    const body = parseJson(await readAll(incoming));
    return await route.handle({ rest: route.rest, body, trace: traceOf(incoming) });
  } catch (error) {
    return { status: 503, body: { error: (error as Error).message } };
  }
};

const send = (response: ServerResponse, { status, body }: Reply): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
};

/** Longer than any pause between two requests of an experiment, so that a connection is never closed under a request. */
const KEEP_ALIVE_MS = 65_000;

/** Serves the routes, and `GET /healthz`. */
export const serve = (port: number, routes: Routes): void => {
  const all: Routes = { "GET /healthz": () => ok({ healthy: true }), ...routes };
  const server = createServer(async (incoming, response) => send(response, await answer(all, incoming)));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(port, ownHost());
};

export interface CalleeAddress {
  readonly host: string;
  readonly port: number;
}
const connections = new Agent({ keepAlive: true });

/** Rejects when there is no whole answer in JSON, and when `signal` says so: then the connection is given up. */
export const call = (
  { host, port }: CalleeAddress,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
  trace: Trace = {},
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...trace };
    const outgoing = request({ host, port, method, path, headers, agent: connections, signal }, (response) => {
      readAll(response)
        .then((answered) => resolve({ status: response.statusCode ?? 0, body: parseJson(answered) }))
        .catch(reject);
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
