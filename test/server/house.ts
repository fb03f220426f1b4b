/** Test house: a real server with a real upstream and a scripted agent, for the tests of this folder. */
import { mkdtempSync } from "node:fs";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { ServerConfig } from "../../server/config/config.ts";
import { lineLog } from "../../server/log.ts";
import { type Server, startServer } from "../../server/server.ts";
import { checkJournals } from "../journals.ts";
import { sleep, until } from "../waiting.ts";
import { type Script, ScriptedAgent } from "./scripted-agent.ts";

export const TOKEN = "a-token-for-tests";
export const newFolder = () => mkdtempSync(join(tmpdir(), "squall-server-"));
export { sleep, until };

export const meshOf = (address: string): Mesh => ({
  name: "tiny",
  directory: null,
  services: ["gateway", "payments"].map((name) => ({
    name,
    labels: {},
    command: null,
    env: {},
    endpoints: [{ address, labels: {} }],
    ready: { http: "/healthz" },
    startMs: 1_000,
    protected: false,
  })),
  edges: [
    { id: asEdgeId("gateway->payments"), from: "gateway", to: "payments", listen: "127.0.0.1:1", protocol: "http" },
  ],
});

interface Wanted {
  readonly during?: string;
  readonly objective?: string;
  readonly within?: string;
  /** Pace of the probe; default: a poll, which is never late, however busy the machine that runs the tests. */
  readonly pace?: { readonly every: string } | { readonly rate: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}
const POLL = { every: "20ms" };
/** Experiment in file form: short phases, an HTTP probe, a latency fault. Holds while answers come `within`. */
export const experimentOf = ({
  during = "2s",
  objective = "90%",
  within = "800ms",
  pace = POLL,
  spec = {},
}: Wanted = {}) => ({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name: "tiny" },
  spec: {
    phases: { warmup: "1s", baseline: "1s", during, recovery: { within: "5s", hold: "1s" } },
    hypothesis: [
      {
        name: "the gateway answers",
        http: { to: "gateway", path: "/", timeout: "1s", ...pace },
        good: { status: "2xx", within },
        objective,
      },
    ],
    faults: [
      {
        name: "payments is slow",
        edge: { from: "gateway", to: "payments" },
        latency: { delay: "60ms" },
        hits: { atLeast: 5 },
      },
    ],
    ...spec,
  },
});

export interface House {
  readonly folder: string;
  readonly server: Server;
  readonly upstream: HttpServer;
  readonly agent: ScriptedAgent;
  readonly log: string[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  start(experiment: unknown, more?: Record<string, unknown>): Promise<string>;
  report(id: string): Promise<RunReport>;
  journal(id: string): Promise<JournalRecord[]>;
  /** Waits until a fault of the run is live; fails with the run's reason when the run ends without a fault. */
  live(id: string): Promise<void>;
  /** Waits until the run has ended, judged by the run's events. */
  ended(id: string): Promise<RunReport>;
  close(): Promise<void>;
}
export interface HouseOptions {
  readonly folder?: string;
  /** Delay of the upstream's answers while a fault is live. */
  readonly lateMs?: number;
  /** Handler in place of the default upstream. */
  readonly upstream?: (agent: () => ScriptedAgent) => RequestListener;
  readonly script?: Partial<Script>;
  readonly config?: Partial<ServerConfig>;
}

/** Upstream that behaves as if the agent's fault made every request late. */
const struck =
  (lateMs: number) =>
  (agent: () => ScriptedAgent): RequestListener =>
  (_request, response) => {
    const { isLive } = agent();
    agent().pass();
    setTimeout(() => response.end("ok"), isLive ? lateMs : 0);
  };

export const listen = (server: HttpServer): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

export const openHouse = async (options: HouseOptions = {}): Promise<House> => {
  const { folder = newFolder(), lateMs = 60, upstream: respond = struck(lateMs), script = {}, config = {} } = options;
  let agent!: ScriptedAgent;
  const upstream = createServer(respond(() => agent));
  const address = await listen(upstream);
  const log: string[] = [];
  const server = await startServer({
    ...{ folder, mesh: meshOf(address), listen: { host: "127.0.0.1", port: 0 }, token: TOKEN, allowExec: false },
    log: lineLog((line) => log.push(line)),
    ...config,
  });
  agent = await ScriptedAgent.connect({ url: server.url, token: TOKEN, ...script });

  const call: House["call"] = (method, path, body, headers = {}) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async <T>(path: string) => (await (await call("GET", path)).json()) as T;
  const report = (id: string) => read<RunReport>(`/api/v1/runs/${id}`);
  return {
    ...{ folder, server, upstream, agent, log, call, report },
    async start(experiment, more = {}) {
      const response = await call("POST", "/api/v1/runs", { experiment, seed: 7, ...more });
      const reply = (await response.json()) as { id: string };
      if (!response.ok) throw new Error(JSON.stringify(reply));
      return reply.id;
    },
    journal: async (id) => (await read<{ records: JournalRecord[] }>(`/api/v1/runs/${id}/journal`)).records,
    live: (id) =>
      until("the fault is live", async () => {
        const { state, reason } = await report(id);
        if (state === "finished") throw new Error(`the run ended before any fault was live: ${reason}`);
        return agent.isLive;
      }),
    async ended(id) {
      const response = await call("GET", `/api/v1/runs/${id}/events`);
      await response.text();
      return report(id);
    },
    async close() {
      agent.close();
      await server.close();
      upstream.closeAllConnections();
      upstream.close();
      checkJournals(folder);
    },
  };
};
