/** All rows of the bench, in the order of docs/performance.md. */
import { CLOSED_LOOP_COLUMNS, closedLoop } from "./loads/closed-loop.ts";
import type { ProxyFault } from "./proxies/proxy.ts";
import type { BenchRow } from "./row.ts";

const EVERY = ["Toxiproxy", "Envoy", "HAProxy", "nginx", "http-proxy"];
const INJECTORS = ["Toxiproxy", "Envoy"];
const CONNECTIONS = [1, 32, 256];

const latency = (delayMs: number): ProxyFault => ({ kind: "latency", delayMs, toward: "callee" });
const underLatency = (delayMs: number): BenchRow => ({
  name: `latency-${delayMs}ms`,
  title: `HTTP/1.1, keep-alive, under a latency of ${delayMs} ms`,
  note: "A closed loop: each connection sends its next request once the answer has come.",
  ...{ protocol: "http", edges: 1, proxies: INJECTORS, direct: false, fresh: false },
  loads: CONNECTIONS.map((connections) => closedLoop(connections, false, latency(delayMs))),
  columns: CLOSED_LOOP_COLUMNS,
});

export const ROWS: readonly BenchRow[] = [
  {
    name: "keep-alive",
    title: "HTTP/1.1, keep-alive, no fault live",
    note: "A closed loop with small answers.",
    ...{ protocol: "http", edges: 1, proxies: EVERY, direct: true, fresh: false },
    loads: CONNECTIONS.map((connections) => closedLoop(connections, false, null)),
    columns: CLOSED_LOOP_COLUMNS,
  },
  {
    name: "new-connections-http",
    title: "A new connection for each HTTP request",
    note: "HAProxy, nginx, Envoy and http-proxy keep connections to the upstream and use them for all callers.",
    ...{ protocol: "http", edges: 1, proxies: EVERY, direct: true, fresh: false },
    loads: [closedLoop(32, true, null)],
    columns: CLOSED_LOOP_COLUMNS,
  },
  {
    name: "new-connections-tcp",
    title: "A new TCP connection for each exchange",
    note: "Each proxy opens a connection to the upstream for each connection of a caller.",
    ...{ protocol: "tcp", edges: 1, proxies: ["Toxiproxy", "Envoy", "HAProxy"], direct: true, fresh: false },
    loads: [closedLoop(32, true, null)],
    columns: CLOSED_LOOP_COLUMNS,
  },
  underLatency(5),
  underLatency(100),
];
