/** The agent of this checkout, or of another one, alone: edges from a mesh file, faults through the control socket. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../ports.ts";
import { untilListening, untilReady } from "../listening.ts";
import { startPinned, stopPinned } from "../pinned.ts";
import { callApi, type ProxyFault, type ProxyKind, type ProxySetup } from "./proxy.ts";

const EDGE = { from: "caller", to: "*" };
/** A fault in the form of an experiment file. */
const inFileForm = (fault: ProxyFault): object => {
  const named = { name: "bench", edge: EDGE, for: "2h" };
  if (fault.kind === "abort") return { ...named, abort: { status: 503 }, share: `${fault.percent}%` };
  if (fault.kind === "unmatched") return { ...named, latency: { delay: "5ms" }, match: { path: "/never" } };
  const at = fault.toward === "callee" ? "request" : "response";
  return { ...named, latency: { delay: `${fault.delayMs}ms`, at } };
};

/** Address of the nth listener: a thousand free ports are hard to find, and 127.0.0.0/8 has an address for each. */
const addressOf = (index: number): string => (index === 0 ? "127.0.0.1" : `127.1.${index >> 8}.${index & 255}`);
const meshFile = ({ folder, protocol, upstream, edges }: ProxySetup, name: string, port: number): string => {
  const file = join(folder, `${name}.json`);
  const callees = Array.from({ length: edges }, (_, i) => `callee-${i}`);
  const services = {
    caller: {},
    ...Object.fromEntries(callees.map((callee) => [callee, { endpoints: [`127.0.0.1:${upstream}`] }])),
  };
  const spec = {
    services,
    edges: callees.map((to, i) => ({ from: "caller", to, listen: `${addressOf(i)}:${port}`, protocol })),
  };
  const mesh = { apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "bench" }, spec };
  writeFileSync(file, JSON.stringify(mesh));
  return file;
};

interface Status {
  /** Absent before 0.1.0. */
  readonly transport?: { readonly tier: string; readonly because: string | null };
}

/** Agent of the checkout at `root`. */
export const agentKind = (name: string, root: string): ProxyKind => ({
  name,
  find: () => join(root, "cli/squall.js"),
  version: () => null,
  protocols: ["http", "tcp"],
  faults: (protocol) => (protocol === "http" ? ["latency", "abort", "unmatched"] : ["latency"]),
  async start(setup) {
    const port = await freePort();
    const id = `agent-${port}`;
    const socketPath = join(setup.folder, `${id}.sock`);
    const argv = ["agent", "--mesh", meshFile(setup, id, port), "--control", socketPath];
    const child = startPinned("proxies", [process.execPath, join(root, "cli/squall.js"), ...argv]);
    let status: Status = {};
    await untilReady(child, `${name} answers on its control socket`, async () => {
      status = (await callApi({ socketPath }, { method: "GET", path: "/v1/status" })) as Status;
    });
    if (setup.edges > 0) await untilListening(child, port);
    const { tier = "unknown", because = null } = status.transport ?? {};
    return {
      ...{ name, port: setup.edges > 0 ? port : 0, pid: child.pid! },
      remark: `transport ${tier}${because === null ? "" : ` (${because})`}`,
      async put(fault) {
        const faults = fault === null ? [] : [inFileForm(fault)];
        await callApi({ socketPath }, { method: "POST", path: "/v1/apply", body: { faults } });
      },
      stop: () => stopPinned(child),
    };
  },
});
