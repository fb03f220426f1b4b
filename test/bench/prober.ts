/**
 * The prober's thread: how long it takes to start and to open an http probe, the memory cost, and how many samples are
 * late or errored from the thread and from the server's own loop while that loop is blocked for 300 ms each second.
 * `npx tsx test/bench/prober.ts`, on the built dist/.
 */
import { Worker } from "node:worker_threads";
import { sumOf } from "../../experiments/model/evidence/tally.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import { systemClock } from "../../server/clock.ts";
import { openProbe } from "../../server/probes/index.ts";
import type { ActiveSource, ProbeContext } from "../../server/probes/probe.ts";
import { Prober } from "../../server/probes/prober.ts";
import { Sampler } from "../../server/probes/sampler.ts";
import type { SampleSettings } from "../../server/probes/sampler-control.ts";
import { DenyList } from "../../server/security/deny.ts";
import { meshOf, sleep } from "../server/house.ts";

const STARTS = 7;
const SECONDS = 10;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const megabytes = () => process.memoryUsage().rss / 1_048_576;
const print = (line: string) => process.stdout.write(`${line}\n`);
const fail = (error: unknown): never => {
  throw error;
};

const good = { status: [{ least: 200, most: 299 }], withinMs: 250 };
const actionTo = (address: string): ProbeAction =>
  ({
    kind: "http",
    params: { url: `http://${address}/`, method: "GET", path: "/", headers: {}, timeout: 2_000, maxBody: 65_536 },
  }) as ProbeAction;
const tools: ProbeContext = {
  ...{ clock: systemClock, mesh: meshOf("127.0.0.1:1"), good, capture: false, traffic: { countOver: () => [] } },
};
const config = (): SampleSettings => ({
  ...{ startedMs: systemClock.nowMs(), name: "bench", good, pace: { everyMs: 10, openLoop: true } },
  ...{ timeoutMs: 2_000, capture: false, secrets: [] },
});

const measureStart = async (address: string): Promise<void> => {
  const [starts, memory]: [number[], number[]] = [[], []];
  for (let i = 0; i < STARTS; i++) {
    const prober = new Prober(systemClock, new DenyList());
    const [sinceMs, before] = [systemClock.nowMs(), megabytes()];
    await prober.open(actionTo(address), tools);
    starts.push(systemClock.nowMs() - sinceMs);
    memory.push(megabytes() - before);
    await prober.close();
  }
  print(
    `thread started, http probe open: ${median(starts).toFixed(0)} ms (median of ${STARTS}; ${starts.map((ms) => ms.toFixed(0)).join(", ")})`,
  );
  print(`memory of the process: +${memory[0]!.toFixed(1)} MB for the first, +${median(memory).toFixed(1)} MB median`);
};

const holdUp = async (): Promise<void> => {
  for (let i = 0; i < SECONDS; i++) {
    await sleep(700);
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs);
  }
};
const measureLooks = async (address: string): Promise<void> => {
  const prober = new Prober(systemClock, new DenyList());
  const there = (await prober.open(actionTo(address), tools)).startSampler(config(), { fail });
  const source = openProbe(actionTo(address), tools) as ActiveSource;
  const here = new Sampler({ ...config(), source, clock: systemClock, fail });
  await sleep(500);
  for (const sampling of [there, here]) sampling.observe("during", systemClock.nowMs());
  await holdUp();
  for (const [name, sampling] of Object.entries({ "prober's thread": there, "server's loop": here })) {
    await sampling.settle("during");
    const { good, bad, errored } = sumOf(sampling.take());
    print(`${name}: ${good} good, ${bad} bad, ${errored} errored of ${good + bad + errored} looks`);
    await sampling.stop();
  }
  await prober.close();
};

/** The upstream runs in a worker thread, because the main thread's loop is blocked and could not respond. */
const upstream = new Worker(new URL("../server/upstream-worker.mjs", import.meta.url));
const { port } = await new Promise<{ port: number }>((resolve) => upstream.once("message", resolve));
await measureStart(`127.0.0.1:${port}`);
await measureLooks(`127.0.0.1:${port}`);
await upstream.terminate();
