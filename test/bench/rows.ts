/** All rows of the bench, in the order of docs/performance.md. */
import { ABORT_SHARE_COLUMNS, abortShare } from "./loads/abort-share.ts";
import { BULK_COLUMNS, bulk } from "./loads/bulk.ts";
import { CLOSED_LOOP_COLUMNS, closedLoop } from "./loads/closed-loop.ts";
import { DELAY_ERROR_COLUMNS, delayError } from "./loads/delay-error.ts";
import { FAULT_SWITCH_COLUMNS, faultSwitch } from "./loads/fault-switch.ts";
import { TWO_WRITES_COLUMNS, twoWrites } from "./loads/two-writes.ts";
import { atRest, IDLE_COLUMNS, idleConnections, REST_COLUMNS } from "./loads/weight.ts";
import type { ProxyFault, ProxyProtocol } from "./proxies/proxy.ts";
import type { BenchRow } from "./row.ts";

const EVERY = ["Toxiproxy", "Envoy", "HAProxy", "nginx", "http-proxy"];
const INJECTORS = ["Toxiproxy", "Envoy"];
const CONNECTIONS = [1, 32, 256];

/** Rows differ from this one in the fields that they name. */
const USUAL = {
  ...{ protocol: "http", upstream: "answers", edges: 1, proxies: EVERY, direct: false, fresh: false },
} as const satisfies Partial<BenchRow>;

const latency = (delayMs: number): ProxyFault => ({ kind: "latency", delayMs, toward: "callee" });
const underLatency = (delayMs: number): BenchRow => ({
  ...USUAL,
  name: `latency-${delayMs}ms`,
  title: `HTTP/1.1, keep-alive, under a latency of ${delayMs} ms`,
  note: "A closed loop: each connection sends its next request once the answer has come.",
  proxies: INJECTORS,
  loads: CONNECTIONS.map((connections) => closedLoop(connections, false, latency(delayMs))),
  columns: CLOSED_LOOP_COLUMNS,
});
const bulkRow = (protocol: ProxyProtocol, title: string): BenchRow => ({
  ...USUAL,
  name: `bulk-${protocol}`,
  title,
  note:
    "Transfers of 16 MiB, one after the other, without a fault and under a latency of 100 ms on the direction of the bytes " +
    "(Envoy: on the request). Every byte is checked, so that idle the load is slower than most proxies: look at the CPU.",
  ...{ protocol, upstream: "transfers", direct: true },
  loads: ([0, 100] as const).flatMap((delayMs) => [bulk("caller", delayMs), bulk("callee", delayMs)]),
  columns: BULK_COLUMNS,
});
const IDLE_COUNT = 5_000;
const idleRow = (protocol: ProxyProtocol, title: string): BenchRow => ({
  ...USUAL,
  name: `idle-connections-${protocol}`,
  title,
  note: `${IDLE_COUNT.toLocaleString("en")} connections that had an exchange each and rest; new processes in each round.`,
  ...{ protocol, fresh: true },
  loads: [idleConnections(IDLE_COUNT)],
  columns: IDLE_COLUMNS,
});

export const ROWS: readonly BenchRow[] = [
  {
    ...USUAL,
    name: "keep-alive",
    title: "HTTP/1.1, keep-alive, no fault live",
    note: "A closed loop with small answers.",
    direct: true,
    loads: CONNECTIONS.map((connections) => closedLoop(connections, false, null)),
    columns: CLOSED_LOOP_COLUMNS,
  },
  {
    ...USUAL,
    name: "unmatched",
    title: "A fault that matches no request",
    note: "32 kept connections. Toxiproxy has no match: its toxicity is 0. Envoy's fault is that of another route.",
    proxies: INJECTORS,
    loads: [closedLoop(32, false, null, "no fault"), closedLoop(32, false, { kind: "unmatched" }, "unmatched")],
    columns: CLOSED_LOOP_COLUMNS,
  },
  {
    ...USUAL,
    name: "two-writes",
    title: "A POST in two writes",
    note:
      "Head and body in separate writes on a kept connection, through the proxy and directly in turn, with and without " +
      "Nagle's algorithm at the caller. The upstream answers once it has the body.",
    upstream: "transfers",
    loads: [twoWrites("no delay", false), twoWrites("Nagle", true)],
    columns: TWO_WRITES_COLUMNS,
  },
  {
    ...USUAL,
    name: "new-connections-http",
    title: "A new connection for each HTTP request",
    note: "HAProxy, nginx, Envoy and http-proxy keep connections to the upstream and use them for all callers.",
    direct: true,
    loads: [closedLoop(32, true, null)],
    columns: CLOSED_LOOP_COLUMNS,
  },
  {
    ...USUAL,
    name: "new-connections-tcp",
    title: "A new TCP connection for each exchange",
    note: "Each proxy opens a connection to the upstream for each connection of a caller.",
    ...{ protocol: "tcp", direct: true },
    loads: [closedLoop(32, true, null)],
    columns: CLOSED_LOOP_COLUMNS,
  },
  bulkRow("http", "Bulk over HTTP/1.1"),
  bulkRow("tcp", "Bulk over TCP"),
  underLatency(5),
  underLatency(100),
  {
    ...USUAL,
    name: "delay-error",
    title: "How exact a delay is",
    note:
      "An open loop of 300 requests a second at random times, idle and under the fault in each window: the time of a request " +
      "less the delay and less the median of an idle request.",
    proxies: INJECTORS,
    loads: [delayError(5), delayError(100)],
    columns: DELAY_ERROR_COLUMNS,
  },
  {
    ...USUAL,
    name: "abort-share",
    title: "A tenth of the requests aborted",
    note: "20,000 requests a window, on 32 connections; a share that chance does not explain fails the row.",
    proxies: INJECTORS,
    loads: [abortShare()],
    columns: ABORT_SHARE_COLUMNS,
  },
  {
    ...USUAL,
    name: "fault-switch",
    title: "A fault put and taken away",
    note:
      "A latency of 200 ms under 500 requests a second: from the order to the first request that the fault meets, and from " +
      "the order that takes the fault away to the last answer that it delayed. A proxy that sends held requests on at once " +
      "is rid of the fault at once; others let the delays end.",
    proxies: INJECTORS,
    loads: [faultSwitch()],
    columns: FAULT_SWITCH_COLUMNS,
  },
  idleRow("http", "Idle HTTP connections"),
  idleRow("tcp", "Idle TCP connections"),
  {
    ...USUAL,
    name: "many-edges",
    title: "1,000 edges with a fault each",
    note: "At rest, under a latency of 5 ms on every edge; new processes in each round.",
    ...{ edges: 1_000, proxies: INJECTORS, fresh: true },
    loads: [atRest(latency(5))],
    columns: REST_COLUMNS,
  },
  {
    ...USUAL,
    name: "no-edges",
    title: "A proxy without edges",
    note: "At rest; new processes in each round.",
    ...{ edges: 0, proxies: INJECTORS, fresh: true },
    loads: [atRest(null)],
    columns: REST_COLUMNS,
  },
];
