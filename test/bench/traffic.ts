/**
 * `npm run bench:traffic`: cost to a server of keeping the traffic of 1,200 edges, in CPU for each second of pulses:
 * with no subscriber, with a subscriber, and each of these with a run in its baseline. `--edges N`, `--seconds N`.
 */
import { parseArgs } from "node:util";
import type { EdgeCount } from "../../agent/contract/index.ts";
import { createLatencyHistogram } from "../../agent/metrics/latency-histogram.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asAgentBoot, asEdgeId } from "../../experiments/model/names.ts";
import { begin } from "../../experiments/model/run/run.ts";
import { EdgeCounts } from "../../server/traffic/edge-counts.ts";
import type { ObservedRun } from "../../server/traffic/observed-run.ts";
import { Traffic } from "../../server/traffic/traffic.ts";
import { FakeClock } from "../server/fake-clock.ts";
import { planOf } from "../server/plans.ts";

const { values } = parseArgs({
  options: { edges: { type: "string", default: "1200" }, seconds: { type: "string", default: "20" } },
});
const [edgeCount, seconds] = [Number(values.edges), Number(values.seconds)];
/** Exchanges a second on each edge. */
const RATE = 50;
/** Edges of a single agent, which serves a service that calls as many others. */
const EDGES_OF_ONE = 4;

const edges = Array.from({ length: edgeCount }, (_, i) => {
  const [from, to] = [`s${Math.floor(i / EDGES_OF_ONE)}`, `s${(i * 7 + 1) % Math.ceil(edgeCount / EDGES_OF_ONE)}`];
  return {
    id: asEdgeId(`${from}->${to}-${i}`),
    from,
    to: `${to}-${i}`,
    listen: "127.0.0.1:1",
    protocol: "http" as const,
  };
});
const services = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].map((name) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [], ready: { tcp: true } as const },
  ...{ startMs: 1_000, protected: false },
}));
const mesh: Mesh = { name: "large", directory: null, services, edges };

/** Histograms as agents write them: 300, used again and again. */
const histograms = Array.from({ length: 300 }, (_, i) => {
  const latencies = createLatencyHistogram();
  for (let n = 0; n < RATE; n++) latencies.record(2 + ((n * 37 + i * 11) % 90) ** 1.3);
  return latencies.take();
});
const countsAt = (second: number, agent: number): EdgeCount[] =>
  edges.slice(agent * EDGES_OF_ONE, (agent + 1) * EDGES_OF_ONE).flatMap(({ id }, i) => {
    const rest = { edge: id, bytesIn: 0, bytesOut: 0 };
    const exchanges = second * RATE;
    const latencies = histograms[(second * 31 + agent * 7 + i) % histograms.length]!;
    return [
      { ...rest, group: "treated", exchanges: 0, byClass: [0, 0, 0, 0, 0, 0], open: 0, latencies: "" },
      { ...rest, group: "untreated", exchanges, byClass: [0, 0, exchanges, 0, 0, 0], open: 1, latencies },
    ];
  });

const measure = async (what: string, looksOn: boolean, isInBaseline: boolean): Promise<void> => {
  const clock = new FakeClock();
  const counts = new EdgeCounts(clock);
  const plan = planOf();
  const run = { ...begin(plan), at: "baseline", sinceMs: 0, settling: false } as const;
  const live: ObservedRun = { id: plan.run, plan, mesh, run, isOver: false, isQueued: false, startedMs: clock.nowMs() };
  const runs = isInBaseline ? [live] : [];
  const traffic = new Traffic({ clock, counts, runs: () => runs, mesh: () => ({ mesh, revision: "r" }) });
  let bytes = 0;
  if (looksOn) traffic.subscribe({ take: (event) => (bytes = event.length), end: () => {} });
  let usedUs = 0;
  for (let second = 0; second < seconds; second++) {
    const told = Array.from({ length: edgeCount / EDGES_OF_ONE }, (_, agent) => countsAt(second, agent));
    const before = process.cpuUsage();
    for (const [agent, counted] of told.entries()) counts.receive(asAgentBoot(`agent-${agent}`), counted);
    await clock.advance(1_000);
    const { user, system } = process.cpuUsage(before);
    // The first seconds allocate structures that later seconds reuse.
    if (second >= seconds / 4) usedUs += user + system;
  }
  traffic.end();
  const aSecond = usedUs / 1_000 / (seconds - Math.ceil(seconds / 4));
  const event = bytes === 0 ? "" : `, ${Math.round(bytes / 1_000)} kB an event`;
  process.stdout.write(`${what.padEnd(34)} ${aSecond.toFixed(1).padStart(6)} ms of CPU a second${event}\n`);
};

process.stdout.write(`${edgeCount} edges, ${RATE} exchanges a second on each, ${edgeCount / EDGES_OF_ONE} agents\n`);
await measure("nobody looks", false, false);
await measure("somebody looks", true, false);
await measure("somebody looks, a run's baseline", true, true);
await measure("nobody looks, a run's baseline", false, true);
