/**
 * `npm run bench:starts`: cost of a command before the real work begins, beside a bare Node: CPU of the process and
 * wall time, in turn, medians of `--rounds N` (default 15). Wall times are meaningful on a quiet machine only; CPU and
 * the surplus over the bare Node of the same round hold on a busy machine too.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const ROOT = resolve(import.meta.dirname, "../..");
const SQUALL = "cli/squall.js";
const FILE = "experiments/shop/checkout-survives-slow-payments.yaml";
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": ["-e", "0"],
  "squall complete -- runs --verdict=H": [SQUALL, "complete", "--", "runs", "--verdict=H"],
  "squall complete -- explain fault.": [SQUALL, "complete", "--", "explain", "fault."],
  "squall --help": [SQUALL, "--help"],
  "squall validate FILE": [SQUALL, "validate", FILE],
};
interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}
const SECONDS = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/;
/** `times` of the shell reports the kernel's account of the children that have ended. */
const costOf = (argv: readonly string[]): Cost => {
  const startedMs = performance.now();
  const line = '"$0" "$@" > /dev/null; times';
  const { stdout } = spawnSync("sh", ["-c", line, process.execPath, ...argv], { cwd: ROOT, encoding: "utf8" });
  const wallMs = performance.now() - startedMs;
  const [userMin, user, systemMin, system] = SECONDS.exec(stdout)!.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { cpuMs: 1_000 * (60 * (userMin + systemMin) + user + system), wallMs };
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const rounds = Array.from({ length: Number(values.rounds) }, () =>
  Object.fromEntries(Object.entries(COMMANDS).map(([name, argv]) => [name, costOf(argv)])),
);
const [bare] = Object.keys(COMMANDS) as [string];
const print = (...cells: readonly string[]) =>
  process.stdout.write(
    `${cells[0]!.padEnd(38)}${cells
      .slice(1)
      .map((cell) => cell.padStart(14))
      .join("")}\n`,
  );
print("median, ms", "CPU", "over bare", "wall", "over bare");
for (const name of Object.keys(COMMANDS)) {
  const of = (pick: (cost: Cost) => number) => [
    median(rounds.map((round) => pick(round[name]!))),
    median(rounds.map((round) => pick(round[name]!) - pick(round[bare]!))),
  ];
  const figures = [...of(({ cpuMs }) => cpuMs), ...of(({ wallMs }) => wallMs)];
  print(name, ...figures.map((figure) => figure.toFixed(0)));
}
