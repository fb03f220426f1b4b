/**
 * Test ground: real `squall serve` and `squall agent` processes around a real edge, with API calls like any client's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { checkJournals } from "../journals.ts";
import { freePort } from "../ports.ts";
import { ROOT } from "../tiny.ts";

export const TOKEN = "an-admin-token-for-tests";
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** Waits until `look` returns a value other than undefined; throws after `ms`, naming the wait. */
/**
 * Polls less often the longer the wait takes: a poll is mostly a request, and many tests wait for ten seconds and more.
 */
export const eventually = async <T>(what: string, look: () => T | undefined | Promise<T | undefined>, ms = 20_000) => {
  const begunMs = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const passedMs = performance.now() - begunMs;
    if (passedMs > ms) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await sleep(Math.min(150, Math.max(20, passedMs / 10)));
  }
};

export interface Process {
  readonly child: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}
export interface Serving extends Process {
  readonly url: string;
}
export interface Ground {
  readonly folder: string;
  /** URL of the edge, as the caller uses it. */
  readonly edge: string;
  /** `host:port` of the edge's callee. */
  readonly upstream: string;
  readonly mesh: string;
  /** Starts any process; the ground ends the process at close. */
  run(command: readonly [string, ...string[]], environment?: NodeJS.ProcessEnv): Process;
  squall(argv: readonly string[], environment?: NodeJS.ProcessEnv): Process;
  serve(name: string, argv?: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Serving>;
  agent(servers: readonly string[], argv?: readonly string[]): Promise<Process>;
  close(): Promise<void>;
}

const meshText = (upstream: string, edge: number) => `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: ground }
spec:
  services:
    caller: {}
    callee: { endpoints: ["${upstream}"] }
  edges: [{ from: caller, to: callee, listen: "127.0.0.1:${edge}", protocol: http }]
`;

/** Waits until a process prints the pattern. On a busy machine the process may take long to start. */
export const shows = async (running: Process, pattern: RegExp): Promise<RegExpExecArray> => {
  const look = () => {
    const found = pattern.exec(running.text());
    if (found === null && running.child.exitCode !== null) throw new Error(`it ended:\n${running.text()}`);
    return found ?? undefined;
  };
  try {
    return await eventually(`it says ${pattern}`, look, 60_000);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${running.text()}`);
  }
};

export const openGround = async (): Promise<Ground> => {
  const folder = mkdtempSync(join(tmpdir(), "squall-serve-"));
  const upstream = createServer((_request, response) => response.end("ok"));
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  const edgePort = await freePort();
  const mesh = join(folder, "mesh.yaml");
  const address = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  writeFileSync(mesh, meshText(address, edgePort));
  const started: Process[] = [];

  const run: Ground["run"] = ([program, ...argv], environment = {}) => {
    const env = {
      ...process.env,
      NO_COLOR: "1",
      SQUALL_HOME: join(folder, "home"),
      SQUALL_TOKEN: TOKEN,
      ...environment,
    };
    const child = spawn(program, argv, { cwd: folder, env, stdio: "pipe" });
    let heard = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        heard += text;
      });
    const ended = new Promise<number | NodeJS.Signals | null>((done) =>
      child.once("close", (code, signal) => done(code ?? signal)),
    );
    const process_ = { child, ended, text: () => heard };
    started.push(process_);
    return process_;
  };
  const squall: Ground["squall"] = (argv, environment) =>
    run([process.execPath, join(ROOT, "cli/squall.js"), ...argv], environment);
  return {
    ...{ folder, mesh, run, squall, edge: `http://127.0.0.1:${edgePort}`, upstream: address },
    async serve(name, argv = [], environment = {}) {
      const flags = ["serve", "--mesh", mesh, "--listen", "127.0.0.1:0", "--folder", join(folder, name), ...argv];
      const serving = squall(flags, environment);
      const [, url] = await shows(serving, / at (https?:\/\/\S+?);/);
      return { ...serving, url: url! };
    },
    async agent(servers, argv = []) {
      const flags = servers.flatMap((url) => ["--server", url]);
      const agent = squall(["agent", ...flags, "--instance", "caller-1", ...argv]);
      await shows(agent, /"event":"listening"/);
      return agent;
    },
    async close() {
      for (const { child } of started) child.kill("SIGKILL");
      await Promise.all(started.map(({ ended }) => ended));
      upstream.close();
      upstream.closeAllConnections();
      checkJournals(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}
export const ask = async (
  url: string,
  path: string,
  { method = "GET", body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: "error",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /^application\/json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson && text !== "" ? JSON.parse(text) : text };
};
/** True while the server leads; false also while the server cannot be reached. */
export const leads = async ({ url }: Pick<Serving, "url">): Promise<boolean> =>
  (await ask(url, "/readyz").catch(() => null))?.status === 200;

/** Experiment in file form: requests through the edge must be answered within `within` while the fault adds `delay`. */
export const experimentOf = (
  ground: Pick<Ground, "edge">,
  { name = "ground", during = "1s", delay = "30ms", within = "800ms", spec = {} } = {},
) => ({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name },
  spec: {
    phases: { warmup: "300ms", baseline: "1s", during, recovery: { within: "5s", hold: "500ms" } },
    hypothesis: [
      {
        name: "the edge answers",
        http: { url: `${ground.edge}/`, timeout: "2s", every: "25ms" },
        good: { status: "2xx", within },
        objective: "90%",
      },
    ],
    faults: [
      { name: "the edge is slow", edge: { from: "caller", to: "callee" }, latency: { delay }, hits: { atLeast: 5 } },
    ],
    ...spec,
  },
});

/** Waits until an agent that serves the edge is connected, and has pulsed. */
export const agentReady = (url: string) =>
  eventually(`an agent at ${url}`, async () => {
    const { body } = await ask(url, "/api/v1/agents").catch(() => ({ body: null }));
    const agents = (
      body as { agents?: { ready?: boolean; connected: boolean; lastPulseAgoMs: number | null }[] } | null
    )?.agents;
    return agents?.some(({ connected, lastPulseAgoMs }) => connected && lastPulseAgoMs !== null) || undefined;
  });
export const start = async (url: string, experiment: unknown, more: Record<string, unknown> = {}): Promise<string> => {
  const { status, body } = await ask(url, "/api/v1/runs", {
    method: "POST",
    body: { experiment, attached: false, ...more },
  });
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
};
export const reportOf = async (url: string, id: string): Promise<RunReport> =>
  (await ask(url, `/api/v1/runs/${id}`)).body as RunReport;
export const finished = (url: string, id: string, ms = 30_000): Promise<RunReport> =>
  eventually(
    `run ${id} is finished`,
    async () => {
      const report = await reportOf(url, id).catch(() => undefined);
      return report?.verdict === null || report?.verdict === undefined ? undefined : report;
    },
    ms,
  );
export const journalOf = async (url: string, id: string): Promise<readonly JournalRecord[]> => {
  const { body } = await ask(url, `/api/v1/runs/${id}/journal?limit=1000`);
  return (body as { records: JournalRecord[] }).records;
};
/** Duration of a request through the edge, ms; null: no answer. */
export const throughEdge = async ({ edge }: Pick<Ground, "edge">): Promise<number | null> => {
  const startedMs = performance.now();
  const response = await fetch(edge, { headers: { connection: "close" } }).catch(() => null);
  await response?.text();
  return response?.ok === true ? performance.now() - startedMs : null;
};
