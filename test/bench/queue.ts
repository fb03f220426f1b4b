/**
 * `npm run bench:queue`: cost of a start to the server, CPU and time, on a mesh of 300 services, with few and with many
 * runs queued. A single run holds an edge, all others want the same edge, so each start waits. The server has its own
 * process, and the CPU used in the same time without a start is subtracted. `--services N` (300), `--queued 0,120,500`,
 * `--starts N` (20).
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId } from "../../experiments/model/names.ts";
import { noLog } from "../../server/log.ts";
import { startServer } from "../../server/server.ts";
import { ScriptedAgent } from "../server/scripted-agent.ts";

const TOKEN = "bench";
const { values } = parseArgs({
  options: {
    child: { type: "boolean", default: false },
    services: { type: "string", default: "300" },
    queued: { type: "string", default: "0,120,250,500" },
    starts: { type: "string", default: "20" },
  },
});
const services = Number(values.services);
const starts = Number(values.starts);

const service = (name: string) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [{ address: "127.0.0.1:9", labels: {} }] },
  ...{ ready: { tcp: true } as const, startMs: 1_000, protected: false },
});
/** Builds a tree in which each service calls three others. */
const meshOf = (count: number): Mesh => {
  const names = Array.from({ length: count }, (_, i) => `s${i}`);
  const edges = names.slice(1).map((to, i) => ({ from: names[Math.floor(i / 3)]!, to }));
  return {
    ...{ name: "bench", directory: null, services: names.map(service) },
    edges: edges.map(({ from, to }, i) => ({
      ...{ id: asEdgeId(`${from}->${to}`), from, to, listen: `127.0.0.1:${10_000 + i}`, protocol: "http" as const },
    })),
  };
};
const EXPERIMENT = {
  ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "bench" } },
  spec: {
    phases: { warmup: "30m", baseline: "5s", during: "5s", recovery: { within: "5s", hold: "1s" } },
    hypothesis: [
      {
        ...{ name: "it answers", http: { to: "s0", path: "/", every: "1s", timeout: "1s" } },
        ...{ good: { status: "2xx", within: "500ms" }, objective: "50%" },
      },
    ],
    faults: [{ name: "slow", edge: { from: "s0", to: "s1" }, latency: { delay: "50ms" } }],
    limits: { deadline: "1h" },
  },
};

const serve = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "squall-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await startServer({
    ...{ folder, mesh: meshOf(services), listen, token: TOKEN, allowExec: false, log: noLog },
    rates: { token: 1e9 },
  });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send!((user + system) / 1_000);
  });
  process.on("disconnect", () => process.exit(0));
  process.send!(server.url);
};

const measure = async (): Promise<void> => {
  const child = fork(import.meta.filename, ["--child", "--services", String(services)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  const [url] = (await once(child, "message")) as [string];
  const agent = await ScriptedAgent.connect({ url, token: TOKEN });
  const cpuMs = async (): Promise<number> => {
    child.send("cpu");
    const [used] = (await once(child, "message")) as [number];
    return used;
  };
  const start = async (): Promise<void> => {
    const answer = await fetch(`${url}/api/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ experiment: EXPERIMENT }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.text();
  };
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  /** Measures CPU and time of `work`, ms. */
  const cost = async (work: () => Promise<void>) => {
    const [before, sinceMs] = [await cpuMs(), performance.now()];
    await work();
    return { cpu: (await cpuMs()) - before, took: performance.now() - sinceMs };
  };
  const many = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await start();
    // Work caused by a start, such as choosing the next run, goes on after the response.
    await sleep(500);
  };
  await many(1 + starts);
  let queued = starts;
  process.stdout.write(`${services} services\n queued   CPU ms a start   ms a start   CPU of a second without\n`);
  for (const wanted of values.queued.split(",").map(Number)) {
    if (wanted > queued) await many(wanted - queued);
    queued = Math.max(queued, wanted);
    const idle = await cost(() => sleep(3_000));
    const busy = await cost(() => many(starts));
    const share = idle.cpu / idle.took;
    const row = [(busy.cpu - share * busy.took) / starts, (busy.took - 500) / starts, share * 1_000];
    process.stdout.write(`${String(queued).padStart(7)} ${row.map((one) => one.toFixed(1).padStart(14)).join("")}\n`);
    queued += starts;
  }
  agent.close();
  child.kill("SIGKILL");
};

await (values.child ? serve() : measure());
