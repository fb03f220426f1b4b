/**
 * `npm run bench:held`: bytes under a delay of a second: how long a flow takes beyond its delay and its time without a
 * fault, what the agent's memory grows by, and how soon all flows move again when the fault ends. `--held-memory SIZE`
 * (256MiB), `--flows N` (7,000: connections that are released together), `--tier raw|onread|data`, `--rows
 * times,memory,release`.
 */
import { parseArgs } from "node:util";
import type { FaultOrder } from "../../agent/contract/messages.ts";
import { TIERS, type Tier } from "../../agent/transport/transport.ts";
import { asEdgeId, asFaultId, type EdgeId } from "../../experiments/model/names.ts";
import { parseSize } from "../../experiments/model/units/size.ts";
import { type AgentProcess, startAgent } from "../agent/process.ts";
import { ContractServer, sleep } from "../agent/server.ts";
import { act, orderOf } from "../conformance/stage.ts";
import { FlowCallee, type FlowShape, openFlows, runFlow, type Way } from "../data-path/flows.ts";
import { residentMb } from "./process-cost.ts";

const { values } = parseArgs({
  options: {
    "held-memory": { type: "string", default: "256MiB" },
    flows: { type: "string", default: "7000" },
    rows: { type: "string", default: "times,memory,release" },
    tier: { type: "string", default: "raw" },
  },
});
const budget = parseSize(values["held-memory"])!;
const count = Number(values.flows);
const rows = values.rows.split(",");
const tier: Tier = TIERS.find((known) => known === values.tier) ?? "raw";
const MIB = 2 ** 20;
const DELAY_MS = 1_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
interface Bed {
  readonly server: ContractServer;
  readonly agent: AgentProcess;
  readonly callee: FlowCallee;
  readonly edges: Readonly<Record<FlowShape["protocol"], EdgeId>>;
}
const edges = { http: asEdgeId("x->web"), tcp: asEdgeId("x->data") };
const openBed = async (): Promise<Bed> => {
  const callee = await FlowCallee.start();
  const endpoints = [`127.0.0.1:${callee.port}`];
  const server = await ContractServer.start(
    (["http", "tcp"] as const).map((protocol) => ({
      ...{ id: edges[protocol], listen: "127.0.0.1:0", protocol, endpoints, healthPath: null },
    })),
  );
  const flags = ["--server", server.url, "--instance", "i", "--transport", tier];
  const agent = await startAgent([...flags, "--held-memory", values["held-memory"]]);
  await server.hears("pulse");
  return { server, agent, callee, edges };
};
const closeBed = async ({ server, agent, callee }: Bed): Promise<void> => {
  agent.kill("SIGKILL");
  await agent.ended;
  await server.stop();
  await callee.close();
};
const slow = (edge: EdgeId, way: Way, delayMs: number): FaultOrder => {
  const action = act("latency", { delay: `${delayMs}ms`, at: way === "up" ? "request" : "response" });
  return orderOf(action, { edge, id: asFaultId(`run-1/slow-${way}@${edge}`), name: `slow ${way}` });
};
const squeezedOf = async ({ server }: Bed): Promise<number> => {
  const from = server.said.length;
  const { receipts } = await server.hears("pulse", () => true, from);
  return receipts.reduce((sum, { squeezed = 0 }) => sum + squeezed, 0);
};
/** Highest resident memory while something runs, MiB. */
const peakOf = async <T>(pid: number, run: Promise<T>): Promise<readonly [T, number]> => {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid));
  }, 5);
  try {
    return [await run, peak];
  } finally {
    clearInterval(timer);
  }
};

const measureTimes = async (): Promise<void> => {
  say(`a delay of ${DELAY_MS} ms, --held-memory ${values["held-memory"]}, transport ${tier}`);
  say("edge  way   MiB   idle ms   first byte ms   beyond idle + delay, ms   squeezed");
  for (const protocol of ["http", "tcp"] as const)
    for (const way of ["up", "down"] as const)
      for (const size of [2, 16, 64]) {
        const bed = await openBed();
        const shape = { protocol, way, bytes: size * MIB };
        const { port } = bed.agent.listen[edges[protocol]]!;
        const idle = await runFlow(port, bed.callee, shape);
        await bed.server.apply([slow(edges[protocol], way, DELAY_MS)]);
        const late = await runFlow(port, bed.callee, shape);
        const squeezed = await squeezedOf(bed);
        const beyond = late.lastMs - idle.lastMs - DELAY_MS;
        const cells = [size, idle.lastMs.toFixed(0), late.firstMs.toFixed(1), beyond.toFixed(0), squeezed];
        say([protocol.padEnd(5), way.padEnd(5), ...cells.map((cell) => String(cell).padEnd(12))].join(" "));
        await closeBed(bed);
      }
};

/** Callers that send `bytes` each in parts, which are all held. */
const holdAll = async (port: number, callee: FlowCallee, count: number, bytes: number, part: number) => {
  const flows = await openFlows(port, callee, count);
  const piece = Buffer.alloc(part, "x");
  for (let sent = 0; sent < bytes; sent += part) {
    for (const { caller } of flows) caller.write(piece);
    await new Promise(setImmediate);
  }
  return flows;
};

const measureMemory = async (): Promise<void> => {
  say("parts of     flows   resident MiB: before, at most, growth ÷ budget   squeezed");
  for (const [part, flows, each] of [
    [64 * 1024, 2, 200 * MIB],
    [1_448, 64, 8 * MIB],
    [1, 400, 2_000],
  ] as const) {
    const bed = await openBed();
    const { port } = bed.agent.listen[edges.tcp]!;
    await bed.server.apply([slow(edges.tcp, "up", 20_000)]);
    const before = residentMb(bed.agent.pid);
    const [held, peak] = await peakOf(
      bed.agent.pid,
      holdAll(port, bed.callee, flows, each, part).then(async (open) => {
        await sleep(1_500);
        return open;
      }),
    );
    const growth = ((peak - before) * MIB) / budget;
    const squeezed = await squeezedOf(bed);
    const cells = [part, flows, `${before.toFixed(0)}, ${peak.toFixed(0)}, ${growth.toFixed(2)}`, squeezed];
    say(cells.map((cell) => String(cell).padEnd(12)).join(" "));
    for (const { caller } of held) caller.destroy();
    await closeBed(bed);
  }
};

const measureRelease = async (): Promise<void> => {
  say("flows   bytes each   held, MiB   the fault goes → first byte of each flow: median, last, ms");
  for (const flows of [1, count]) {
    const bed = await openBed();
    const { port } = bed.agent.listen[edges.tcp]!;
    await bed.server.apply([slow(edges.tcp, "up", 60_000)]);
    const each = Math.floor((budget * 0.4) / flows);
    const arrivals: number[] = [];
    let goneMs = Number.POSITIVE_INFINITY;
    const open = await openFlows(port, bed.callee, flows);
    for (const { caller, far } of open) {
      far.once("data", () => arrivals.push(performance.now() - goneMs));
      caller.write(Buffer.alloc(each, "x"));
    }
    await sleep(3_000);
    goneMs = performance.now();
    const attested = bed.server.drop("bench").catch(() => {});
    while (arrivals.length < flows && performance.now() - goneMs < 20_000) await sleep(5);
    await attested;
    const sorted = arrivals.toSorted((a, b) => a - b);
    const cells = [flows, each, ((each * flows) / MIB).toFixed(0)];
    const [median, last] = [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => ms?.toFixed(0) ?? "–");
    say([...cells.map((cell) => String(cell).padEnd(12)), `${median}, ${last} (${sorted.length} flows)`].join(" "));
    for (const { caller } of open) caller.destroy();
    await closeBed(bed);
  }
};

if (rows.includes("times")) await measureTimes();
if (rows.includes("memory")) await measureMemory();
if (rows.includes("release")) await measureRelease();
