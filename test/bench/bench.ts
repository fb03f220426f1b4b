/**
 * `npm run bench`: CPU per request of the agent beside other proxies. All subjects run at once; each round gives every
 * subject a window of load, in shuffled order. Ratios are taken inside a round, and their median is the result, because
 * machines drift. `--rounds N` (default 9), `--seconds N` (default 1), `--connections N` (default 32).
 * `--against PATH`: measure the agent of another checkout beside the agent of this checkout.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cpuNs, load, residentMb, startSubjects, startUpstream, stopAll } from "./subjects.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    seconds: { type: "string", default: "1" },
    connections: { type: "string", default: "32" },
    port: { type: "string", default: "18400" },
    against: { type: "string" },
  },
});
const [rounds, seconds, connections, port] = [values.rounds, values.seconds, values.connections, values.port].map(
  Number,
) as [number, number, number, number];

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
/** Fisher-Yates with a fixed seed: each bench run has the same orders, and each round has a different order. */
const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const list = [...items];
  let state = seed * 2_654_435_761 + 1;
  for (let last = list.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const pick = state % (last + 1);
    [list[last], list[pick]] = [list[pick]!, list[last]!];
  }
  return list;
};

const folder = mkdtempSync(join(tmpdir(), "squall-bench-"));
process.on("exit", () => {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
});
const print = (line: string) => process.stdout.write(`${line}\n`);

const upstream = await startUpstream(folder, port);
const { subjects, left } = await startSubjects(folder, port, values.against);
print(
  `upstream: ${upstream}; ${rounds} rounds of ${seconds} s, ${connections} connections, keep-alive, node ${process.version}`,
);
for (const { name, tier } of subjects) if (tier !== undefined) print(`${name}: transport ${tier}`);
if (left.length > 0) print(`not installed here, left out: ${left.join(", ")}`);

interface Window {
  readonly cpuUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly rate: number;
}
const windows = new Map<string, Window[]>(subjects.map(({ name }) => [name, []]));
for (const subject of subjects) load(subject.port, connections, seconds); // warm-up, thrown away
for (let round = 0; round < rounds; round++) {
  for (const { name, port, pid } of shuffled(subjects, round + 1)) {
    const before = pid === null ? 0 : cpuNs(pid);
    const { requests, p50, p99, errors } = load(port, connections, seconds);
    if (errors) print(`round ${round + 1}: ${name} had errors`);
    const used = pid === null ? 0 : cpuNs(pid) - before;
    windows.get(name)!.push({ cpuUs: used / 1_000 / requests, p50, p99, rate: requests / seconds });
  }
  process.stderr.write(`round ${round + 1} of ${rounds}\r`);
}

const ours = windows.get("agent, idle")!;
const number = (value: number, digits = 1) => (Number.isFinite(value) && value > 0 ? value.toFixed(digits) : "–");
print("");
print("| subject | CPU µs/request | its CPU ÷ the idle agent's | p50 µs | p99 µs | requests/s | RSS MB |");
print("|---|---|---|---|---|---|---|");
for (const { name, pid } of subjects) {
  const own = windows.get(name)!;
  const of = (pick: (window: Window) => number) => median(own.map(pick));
  const ratio = pid === null ? Number.NaN : median(own.map(({ cpuUs }, round) => cpuUs / ours[round]!.cpuUs));
  const cells = [
    number(of((w) => w.cpuUs)),
    number(ratio, 2),
    number(
      of((w) => w.p50),
      0,
    ),
    number(
      of((w) => w.p99),
      0,
    ),
    number(
      of((w) => w.rate),
      0,
    ),
  ];
  print(`| ${name} | ${cells.join(" | ")} | ${pid === null ? "–" : number(residentMb(pid), 0)} |`);
}
process.exit(0);
