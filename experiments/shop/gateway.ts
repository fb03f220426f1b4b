/**
 * The way in from outside. Passes /checkout on to checkout, with a limit of two seconds, and /items to catalog, with none:
 * that is the weakness that `browsing-waits-for-a-slow-catalog.yaml` finds.
 */
import { Agent, createServer, type ServerResponse } from "node:http";
import httpProxy from "http-proxy";
import { isDefended } from "./defences.ts";
import { neighbour, ownHost, ownPort } from "./environment.ts";

const CHECKOUT_MS = 2_000;

/**
 * Requests under way at a time in a shop without defences, across all routes: checkouts that wait leave no capacity for
 * browsing.
 */
const MOST_UNDER_WAY = 16;
let underWay = 0;
const waiting: (() => void)[] = [];
const inTurn = (response: ServerResponse, pass: () => void): void => {
  const begin = () => {
    underWay++;
    response.once("close", () => {
      underWay--;
      waiting.shift()?.();
    });
    pass();
  };
  if (isDefended) pass();
  else if (underWay < MOST_UNDER_WAY) begin();
  else waiting.push(begin);
};

interface Way {
  readonly prefix: string;
  readonly options: httpProxy.ServerOptions;
}
const way = (prefix: string, name: string, limits: httpProxy.ServerOptions): Way => {
  const { host, port } = neighbour(name);
  return { prefix, options: { target: `http://${host}:${port}`, agent: new Agent({ keepAlive: true }), ...limits } };
};
const ways = [way("/items", "CATALOG", {}), way("/checkout", "CHECKOUT", { proxyTimeout: CHECKOUT_MS })];

const say = (response: ServerResponse, status: number, body: unknown): void => {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

const proxy = httpProxy.createProxyServer({});
proxy.on("error", (error, _request, response) => {
  const { code } = error as NodeJS.ErrnoException;
  // With `proxyTimeout` the proxy aborts the upstream request, which reads as a reset.
  say(response as ServerResponse, code === "ECONNRESET" ? 504 : 502, { error: `upstream: ${error.message}` });
});

const server = createServer((request, response) => {
  const path = request.url ?? "/";
  if (path === "/healthz") return say(response, 200, { healthy: true });
  const found = ways.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  if (found === undefined) return say(response, 404, { error: "no such page" });
  inTurn(response, () => proxy.web(request, response, found.options));
});
server.keepAliveTimeout = 65_000;
server.listen(ownPort(), ownHost());
