/**
 * `npm run bench:fleet`: how a server carries 100, 300, 1,000 and 3,000 agents. Each agent is real, with a separate
 * WebSocket, lease and fault table; the agents share a few processes, and the server has a process to itself. `--agents
 * 100,1000`, `--rounds N` halts (default 3; the slowest is reported).
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { FromRun, FromServer, ToServer } from "./fleet-words.ts";

const { values } = parseArgs({
  options: { agents: { type: "string", default: "100,300,1000,3000" }, rounds: { type: "string", default: "3" } },
});
const counts = values.agents.split(",").map(Number);
const rounds = Number(values.rounds);
/** Agents per process: a process cannot open more sockets than the limit of file descriptors allows. */
const A_PROCESS = 1_000;

type Did<D, From = FromServer> = Extract<From, { did: D }>;
const children = new Set<ChildProcess>();
const begin = (name: string): ChildProcess => {
  const child = fork(join(import.meta.dirname, name), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  children.add(child);
  return child;
};
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});
const hear = async <From extends { readonly did: string }>(child: ChildProcess, did: string): Promise<From> => {
  for (;;) {
    const [message] = (await once(child, "message")) as [From];
    if (message.did === did) return message;
  }
};
const ask = <From extends FromServer | FromRun, D extends ToServer["do"]>(
  child: ChildProcess,
  order: D,
  count: number,
) => {
  const heard = hear<Did<D, From> & { readonly did: string }>(child, order);
  child.send({ do: order, count } satisfies ToServer);
  return heard;
};
/** Starts a fresh server and connects `count` agents. */
const stage = async (program: string, count: number) => {
  const server = begin(program);
  const { port } = await hear<Did<"listen">>(server, "listen");
  const full = Math.floor(count / A_PROCESS);
  const crowds = [...Array<number>(full).fill(A_PROCESS), count % A_PROCESS].filter((size) => size > 0);
  const agents = crowds.map((size) => {
    const child = begin("fleet-agents.ts");
    child.send({ url: `http://127.0.0.1:${port}`, count: size });
    return child;
  });
  await ask<FromServer, "ready">(server, "ready", count);
  return { server, end: () => [...agents, server].map((child) => child.kill("SIGKILL")) };
};

interface Row {
  readonly count: number;
  readonly apply: Pick<Did<"apply">, "tookMs" | "cpuMs">;
  readonly halt: Pick<Did<"halt">, "tookMs" | "cpuMs">;
  readonly missing: number;
  readonly live: Did<"live">;
}
const measure = async (count: number): Promise<Row> => {
  const { server, end } = await stage("fleet-server.ts", count);
  const applies: Did<"apply">[] = [];
  const halts: Did<"halt">[] = [];
  let live!: Did<"live">;
  for (let round = 0; round < rounds; round++) {
    applies.push(await ask<FromServer, "apply">(server, "apply", count));
    if (round === 0) live = await ask<FromServer, "live">(server, "live", count);
    halts.push(await ask<FromServer, "halt">(server, "halt", count));
  }
  end();
  const missing = halts.reduce((sum, { attested }) => sum + count - attested, 0);
  return { count, apply: slowest(applies), halt: slowest(halts), missing, live };
};
const slowest = <T extends { readonly tookMs: number }>(all: readonly T[]): T =>
  all.reduce((slow, one) => (one.tookMs > slow.tookMs ? one : slow));

const print = (line: string) => process.stdout.write(`${line}\n`);
print(`${rounds} rounds each, the slowest is told; server and agents share this machine; node ${process.version}\n`);
print(
  "| agents | apply: all applied (CPU) | halt-all: all attested (CPU) | not attested | pulses/s | silent | CPU of a core | loop late, p99 | RSS |",
);
print("|---|---|---|---|---|---|---|---|---|");
const ms = (value: number) => `${value.toFixed(0)} ms`;
for (const wanted of counts) {
  const { count, apply, halt, missing, live } = await measure(wanted);
  const took = [apply, halt].map(({ tookMs, cpuMs }) => `${ms(tookMs)} (${ms(cpuMs)})`);
  const share = `${(live.cpuShare * 100).toFixed(0)}%`;
  const cells = [count, ...took, missing, live.pulsesPerSecond.toFixed(0), live.silent, share];
  print(`| ${[...cells, ms(live.delayMs), `${live.residentMb.toFixed(0)} MB`].join(" | ")} |`);
}

print("\nThe whole server, with one run over all agents: its journal on disk, a probe, the audit.\n");
print(
  "| agents | apply: all applied | CPU of a core | loop late, p99 (most) | halt: answered | all graded | attested | records | RSS |",
);
print("|---|---|---|---|---|---|---|---|---|");
for (const count of counts) {
  const { server, end } = await stage("fleet-run.ts", count);
  const run = await ask<FromRun, "run">(server, "run", count);
  const halt = await ask<FromRun, "halt">(server, "halt", count);
  end();
  const late = `${ms(run.delayMs)} (${ms(run.slowestMs)})`;
  const cells = [count, ms(run.tookMs), `${(run.cpuShare * 100).toFixed(0)}%`, late, ms(halt.answeredMs)];
  print(
    `| ${[...cells, ms(halt.gradedMs), halt.attested, halt.records, `${run.residentMb.toFixed(0)} MB`].join(" | ")} |`,
  );
}
process.exit(0);
