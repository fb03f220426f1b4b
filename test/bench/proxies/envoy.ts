/** Envoy with a single worker: the fault filter on HTTP, switched through the runtime layer of its admin API. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENVOY } from "../../../scripts/envoy.ts";
import { freePort } from "../../ports.ts";
import { untilListening } from "../listening.ts";
import { startPinned, stopPinned } from "../pinned.ts";
import { callApi, type ProxyFault, type ProxyKind, type ProxySetup, printedVersion } from "./proxy.ts";

const typed = (type: string, config: object) => ({ "@type": `type.googleapis.com/${type}`, ...config });
const address = (port: number) => ({ socket_address: { address: "127.0.0.1", port_value: port } });
const percent = (numerator: number) => ({ numerator, denominator: "HUNDRED" });

const FILTER = "envoy.filters.http.fault";
/** Fault filter at 0%: the runtime keys below override the numbers. */
const faultFilter = (delayed: number) =>
  typed("envoy.extensions.filters.http.fault.v3.HTTPFault", {
    delay: { fixed_delay: "0.005s", percentage: percent(delayed) },
    abort: { http_status: 503, percentage: percent(0) },
  });

const httpFilters = (faults: ProxySetup["faults"]) => [
  ...(faults.length === 0 ? [] : [{ name: FILTER, typed_config: faultFilter(0) }]),
  {
    name: "envoy.filters.http.router",
    typed_config: typed("envoy.extensions.filters.http.router.v3.Router", { suppress_envoy_headers: true }),
  },
];
const routes = (faults: ProxySetup["faults"]) => [
  ...(faults.includes("unmatched")
    ? [{ match: { path: "/never" }, route: { cluster: "u" }, typed_per_filter_config: { [FILTER]: faultFilter(100) } }]
    : []),
  { match: { prefix: "/" }, route: { cluster: "u", timeout: "0s" } },
];
const networkFilter = ({ protocol, faults }: ProxySetup) =>
  protocol === "tcp"
    ? {
        name: "envoy.filters.network.tcp_proxy",
        typed_config: typed("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", {
          ...{ stat_prefix: "bench", cluster: "u" },
        }),
      }
    : {
        name: "envoy.filters.network.http_connection_manager",
        typed_config: typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
          ...{ stat_prefix: "bench", codec_type: "HTTP1", generate_request_id: false },
          route_config: { virtual_hosts: [{ name: "v", domains: ["*"], routes: routes(faults) }] },
          http_filters: httpFilters(faults),
        }),
      };

const configOf = (setup: ProxySetup, port: number, adminPort: number): object => {
  const most = { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000 };
  const endpoint = { endpoint: { address: address(setup.upstream) } };
  return {
    admin: { address: address(adminPort) },
    layered_runtime: { layers: [{ name: "admin", admin_layer: {} }] },
    static_resources: {
      listeners: Array.from({ length: setup.edges }, (_, i) => ({
        name: `edge-${i}`,
        address: address(i === 0 ? port : 0),
        filter_chains: [{ filters: [networkFilter(setup)] }],
      })),
      clusters: [
        {
          ...{ name: "u", type: "STATIC", connect_timeout: "5s", circuit_breakers: { thresholds: [most] } },
          load_assignment: { cluster_name: "u", endpoints: [{ lb_endpoints: [endpoint] }] },
        },
      ],
    },
  };
};

/** Runtime keys of a fault; an empty value takes an override away. */
const runtimeOf = (fault: ProxyFault | null): string => {
  const [delayed, delayMs] = fault?.kind === "latency" ? [100, fault.delayMs] : ["", ""];
  const aborted = fault?.kind === "abort" ? fault.percent : "";
  return [
    `fault.http.delay.fixed_delay_percent=${delayed}`,
    `fault.http.delay.fixed_duration_ms=${delayMs}`,
    `fault.http.abort.abort_percent=${aborted}`,
  ].join("&");
};

export const ENVOY_KIND: ProxyKind = {
  name: "Envoy",
  find: ENVOY.find,
  version: () => printedVersion(ENVOY.find(), "--version"),
  protocols: ["http", "tcp"],
  faults: (protocol) => (protocol === "http" ? ["latency", "abort", "unmatched"] : []),
  async start(setup) {
    const [port, adminPort] = [await freePort(), await freePort()];
    const file = join(setup.folder, `envoy-${port}.json`);
    writeFileSync(file, JSON.stringify(configOf(setup, port, adminPort)));
    const flags = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"];
    const child = startPinned("proxies", [ENVOY.find()!, "-c", file, ...flags]);
    await untilListening(child, setup.edges > 0 ? port : adminPort);
    return {
      ...{ name: "Envoy", port: setup.edges > 0 ? port : 0, pid: child.pid! },
      remark: setup.protocol === "http" ? "connections to the upstream are pooled" : null,
      async put(fault) {
        if (setup.faults.length === 0) return;
        await callApi({ port: adminPort }, { method: "POST", path: `/runtime_modify?${runtimeOf(fault)}` });
      },
      stop: () => stopPinned(child),
    };
  },
};
