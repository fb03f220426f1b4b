/**
 * A whole server under a real run over all agents: journal on disk, probes, audit. Driven over the server's HTTP API.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId } from "../../experiments/model/names.ts";
import type { RunEvent } from "../../experiments/model/run/event.ts";
import { noLog } from "../../server/log.ts";
import { startServer } from "../../server/server.ts";
import type { FromRun, ToServer } from "./fleet-words.ts";

const TOKEN = "bench";
const LIVE_MS = 5_000;
const LOOK_MS = 50;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const callee = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
await new Promise((resolve) => callee.once("listening", resolve));
const address = `127.0.0.1:${(callee.address() as AddressInfo).port}`;
const service = (name: string) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [{ address, labels: {} }] },
  ...{ ready: { tcp: true } as const, startMs: 1_000, protected: false },
});
const mesh: Mesh = {
  ...{ name: "bench", directory: null, services: [service("a"), service("b")] },
  edges: [{ id: asEdgeId("a->b"), from: "a", to: "b", listen: "127.0.0.1:1", protocol: "http" }],
};
const EXPERIMENT = {
  ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "bench" } },
  spec: {
    phases: { warmup: "1s", baseline: "2s", during: "60s", recovery: { within: "5s", hold: "1s" } },
    hypothesis: [
      {
        ...{ name: "b answers", http: { url: `http://${address}/`, every: "100ms", timeout: "1s" } },
        ...{ good: { status: "2xx" }, objective: "50%" },
      },
    ],
    faults: [{ name: "b is slow", edge: { from: "a", to: "b" }, latency: { delay: "50ms" } }],
  },
};

const folder = mkdtempSync(join(tmpdir(), "squall-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const listen = { host: "127.0.0.1", port: 0 };
const server = await startServer({ folder, mesh, listen, token: TOKEN, allowExec: false, log: noLog });

const call = async <T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> => {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(`${server.url}${path}`, init);
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
};
let run = "";
const events: RunEvent[] = [];
let last = 0;
/** Reads the journal records written since the last call. */
const read = async (): Promise<void> => {
  for (;;) {
    const { records } = await call<{ records: JournalRecord[] }>("GET", `/api/v1/runs/${run}/journal?after=${last}`);
    if (records.length === 0) return;
    last = records.at(-1)!.sequence;
    for (const { entry } of records) if (entry.kind === "event") events.push(entry.event);
  }
};
const of = <T extends RunEvent["type"]>(type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
const PATIENCE_MS = 60_000;
/** Summary of the run's events for the error message, when the run does not reach the expected state. */
const told = () => {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  const odd = events.filter(({ type }) => ["failed", "halted", "lost", "refused"].includes(type)).slice(0, 3);
  return JSON.stringify({ counts, odd });
};
const until = async (isTrue: () => boolean): Promise<void> => {
  const lastMs = performance.now() + PATIENCE_MS;
  for (await read(); !isTrue(); await read()) {
    if (performance.now() > lastMs) throw new Error(`the run does not get on: ${told()}`);
    await sleep(LOOK_MS);
  }
};

const orders = {
  ready: async (count: number): Promise<FromRun> => {
    for (;;) {
      const { agents } = await call<{ agents: { ready: boolean }[] }>("GET", "/api/v1/agents?limit=5000");
      if (agents.filter(({ ready }) => ready).length === count) return { did: "ready" };
      await sleep(LOOK_MS);
    }
  },
  run: async (count: number): Promise<FromRun> => {
    run = (await call<{ id: string }>("POST", "/api/v1/runs", { experiment: EXPERIMENT, seed: 7 })).id;
    await until(
      () =>
        new Set(
          of("applied")
            .filter(({ revision }) => revision > 0)
            .map(({ boot }) => boot),
        ).size === count,
    );
    const applied = of("applied").map(({ atMs }) => atMs);
    const before = events.findLast(({ type, atMs }) => type === "settled" && atMs <= Math.min(...applied))!;
    const tookMs = Math.max(...applied) - before.atMs;

    const delay = monitorEventLoopDelay({ resolution: 5 });
    const [sinceMs, cpu] = [performance.now(), process.cpuUsage()];
    delay.enable();
    await sleep(LIVE_MS);
    delay.disable();
    const seconds = (performance.now() - sinceMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const residentMb = process.memoryUsage().rss / 2 ** 20;
    return {
      ...{ did: "run", tookMs, residentMb, cpuShare: (user + system) / 1e6 / seconds },
      ...{ delayMs: delay.percentile(99) / 1e6, slowestMs: delay.max / 1e6 },
    };
  },
  halt: async (count: number): Promise<FromRun> => {
    const sinceMs = performance.now();
    await call("POST", "/api/v1/halt", { reason: "the bench is over" });
    const answeredMs = performance.now() - sinceMs;
    await until(() => of("graded").length >= count);
    const halted = of("halted")[0]?.atMs;
    if (halted === undefined) throw new Error(`the run ended by itself: ${told()}`);
    const graded = of("graded");
    return {
      ...{ did: "halt", answeredMs, gradedMs: Math.max(...graded.map(({ atMs }) => atMs)) - halted },
      attested: graded.filter(({ grade }) => grade === "attested").length,
      records: last,
    };
  },
};
const say = (message: FromRun) => void process.send!(message);
process.on("message", ({ do: order, count }: ToServer) => void orders[order as keyof typeof orders](count).then(say));
process.on("disconnect", () => process.exit(0));
say({ did: "listen", port: Number(new URL(server.url).port) });
