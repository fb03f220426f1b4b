/**
 * `npm run bench:transparency`: what an idle agent adds to the times of pairs, as the difference of medians of runs that
 * alternate between direct and through the agent; and its memory with idle connections. `--runs N` (20), `--nth N`
 * (a sample of the pairs, 20), `--idle N` (10,000), `--tier raw|onread|data`.
 */
import { parseArgs } from "node:util";
import { TIERS, type Tier } from "../../agent/transport/transport.ts";
import { asEdgeId } from "../../experiments/model/names.ts";
import { startAgent } from "../agent/process.ts";
import { ContractServer } from "../agent/server.ts";
import { CALLEES } from "../transparency/callees.ts";
import { CALLERS } from "../transparency/callers.ts";
import { describeRun } from "../transparency/compare.ts";
import { openIdle, startCrowdCallee } from "../transparency/crowd.ts";
import { everyNth, inParallel, PAIRS } from "../transparency/pairs.ts";
import type { EndView, RunView } from "../transparency/peer.ts";
import { Rig } from "../transparency/rig.ts";
import { PROTOCOLS, type Row, rowName } from "../transparency/row.ts";
import { residentMb } from "./process-cost.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    nth: { type: "string", default: "20" },
    idle: { type: "string", default: "10000" },
    tier: { type: "string", default: "raw" },
  },
});
const [runs, nth, idle] = [values.runs, values.nth, values.idle].map(Number) as [number, number, number];
const tier: Tier = TIERS.find((known) => known === values.tier) ?? "raw";
/** Most that an agent may add (ms), by the issue of transparency. */
const BOUND_MS = 5;
/** Few at a time: pairs that wait for each other's CPU would measure the machine. */
const SLOTS = 4;

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const lastMs = (views: readonly EndView[]): number => Math.max(0, ...views.flatMap(({ times }) => times));

interface Cost {
  readonly row: Row;
  /** Difference of medians, ms: of the caller's last step, and of the callee's. */
  readonly callerMs: number;
  readonly calleeMs: number;
}
/** Costs of a pair on each protocol; a row whose outcomes differ has no times to compare. */
const measurePair = async (rig: Rig, pair: (typeof PAIRS)[number]): Promise<readonly Cost[]> => {
  const scripts = { caller: CALLERS[pair.caller], callee: CALLEES[pair.callee] };
  const direct: RunView[] = [];
  const through = PROTOCOLS.map((protocol) => ({ protocol, views: [] as RunView[] }));
  for (let run = 0; run < runs; run++) {
    direct.push(await rig.direct(scripts));
    for (const { protocol, views } of through) views.push(await rig.through(protocol, scripts));
  }
  const outcomes = new Set(direct.map(describeRun));
  return through.flatMap(({ protocol, views }) => {
    const alike = views.filter((view) => outcomes.has(describeRun(view)));
    if (alike.length < runs / 2) return [];
    const differenceOf = (side: "caller" | "callee") =>
      median(alike.map((view) => lastMs(view[side]))) - median(direct.map((view) => lastMs(view[side])));
    const row = { ...pair, protocol, tier };
    return [{ row, callerMs: differenceOf("caller"), calleeMs: differenceOf("callee") }];
  });
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`transport ${tier}`);

const measureTimes = async (): Promise<void> => {
  const rig = await Rig.start({ slots: SLOTS, tier });
  const costs = (await inParallel(SLOTS, everyNth(PAIRS, nth), (pair) => measurePair(rig, pair))).flat();
  await rig.close();
  for (const side of ["callerMs", "calleeMs"] as const) {
    const sorted = costs.map((cost) => cost[side]).toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2);
    say(`${side} of ${sorted.length} rows: median ${at(0.5)}, 95th ${at(0.95)}, greatest ${at(1)}`);
  }
  const slow = costs.filter(({ callerMs, calleeMs }) => Math.max(callerMs, calleeMs) > BOUND_MS);
  for (const { row, callerMs, calleeMs } of slow)
    say(`over ${BOUND_MS} ms: ${rowName(row)}: caller ${callerMs.toFixed(1)}, callee ${calleeMs.toFixed(1)}`);
};

const measureMemory = async (): Promise<void> => {
  const callee = await startCrowdCallee();
  const endpoints = [`127.0.0.1:${callee.port}`];
  for (const protocol of PROTOCOLS) {
    const server = await ContractServer.start([
      { id: asEdgeId("x->a"), listen: "127.0.0.1:0", protocol, endpoints, healthPath: null },
    ]);
    const agent = await startAgent(["--server", server.url, "--instance", "i", "--transport", tier]);
    await server.hears("pulse");
    const before = residentMb(agent.pid);
    const sockets = await openIdle(agent.listen["x->a"]!.port, idle);
    const after = residentMb(agent.pid);
    const each = ((after - before) * 1024) / idle;
    say(
      `${protocol}: ${idle} idle connections: ${before.toFixed(0)} → ${after.toFixed(0)} MiB, ${each.toFixed(1)} KiB each`,
    );
    for (const socket of sockets) socket.destroy();
    agent.kill("SIGKILL");
    await agent.ended;
    await server.stop();
  }
  await callee.close();
};

await measureTimes();
if (idle > 0) await measureMemory();
