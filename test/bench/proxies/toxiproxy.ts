/** Toxiproxy: forwards bytes, whatever the protocol; faults are toxics, put through its HTTP API. */
import { TOXIPROXY } from "../../../scripts/toxiproxy.ts";
import { freePort } from "../../ports.ts";
import { untilListening } from "../listening.ts";
import { startPinned, stopPinned } from "../pinned.ts";
import { callApi, type ProxyFault, type ProxyKind, printedVersion } from "./proxy.ts";

/** Toxiproxy has no match: a toxicity of 0 comes closest to a fault that meets nothing. */
const toxicOf = (fault: ProxyFault): object => {
  if (fault.kind === "abort") throw new Error("Toxiproxy cannot abort requests");
  if (fault.kind === "unmatched")
    return { name: "bench", type: "latency", toxicity: 0, stream: "downstream", attributes: { latency: 5 } };
  const stream = fault.toward === "callee" ? "upstream" : "downstream";
  return { name: "bench", type: "latency", toxicity: 1, stream, attributes: { latency: fault.delayMs } };
};

export const TOXIPROXY_KIND: ProxyKind = {
  name: "Toxiproxy",
  find: TOXIPROXY.find,
  version: () => printedVersion(TOXIPROXY.find(), "-version"),
  protocols: ["http", "tcp"],
  faults: () => ["latency", "unmatched"],
  async start({ upstream, edges }) {
    const [port, apiPort] = [await freePort(), await freePort()];
    const child = startPinned("proxies", [TOXIPROXY.find()!, "-host", "127.0.0.1", "-port", String(apiPort)], {
      env: { LOG_LEVEL: "error" },
    });
    await untilListening(child, apiPort);
    const api = { port: apiPort };
    const names = Array.from({ length: edges }, (_, i) => `edge-${i}`);
    for (const [i, name] of names.entries()) {
      const body = { name, listen: `127.0.0.1:${i === 0 ? port : 0}`, upstream: `127.0.0.1:${upstream}` };
      await callApi(api, { method: "POST", path: "/proxies", body });
    }
    let hasToxic = false;
    return {
      ...{ name: "Toxiproxy", port: edges > 0 ? port : 0, pid: child.pid!, remark: null },
      async put(fault) {
        for (const name of names) {
          const path = `/proxies/${name}/toxics`;
          if (hasToxic) await callApi(api, { method: "DELETE", path: `${path}/bench` });
          if (fault !== null) await callApi(api, { method: "POST", path, body: toxicOf(fault) });
        }
        hasToxic = fault !== null;
      },
      stop: () => stopPinned(child),
    };
  },
};
