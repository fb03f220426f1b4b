/**
 * `npm run bench:mesh`: how long `squall up` takes, from the command to the exit with every edge listening, for meshes
 * of a single started service and `--edges 10,100,500` edges. Medians of `--rounds N` (default 5), in turn, beside a
 * bare Node.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { freePorts } from "../ports.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, edges: { type: "string", default: "10,100,500" } },
});
const SQUALL = resolve(import.meta.dirname, "../../cli/squall.js");
const SERVICE = `require("node:http").createServer((_, response) => response.end("ok")).listen(+process.env.PORT, "127.0.0.1")`;

/** Enough services to have `edges` pairs; the first is started, the others are other names for the same endpoint. */
const meshOf = (name: string, edges: number, [port, ...listen]: readonly number[]) => {
  const names = Array.from({ length: Math.ceil(Math.sqrt(edges)) + 1 }, (_, i) => `service-${i}`);
  const address = `127.0.0.1:${port}`;
  const started = { command: [process.execPath, "-e", SERVICE], env: { PORT: String(port) }, ready: { http: "/" } };
  const services = names.map((each, i) => [each, { endpoints: [address], ...(i === 0 ? started : {}) }]);
  const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
  return {
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name } },
    spec: {
      services: Object.fromEntries(services),
      edges: listen.map((each, i) => ({ ...pairs[i], listen: `127.0.0.1:${each}`, protocol: "http" })),
    },
  };
};

const home = mkdtempSync(join(tmpdir(), "squall-bench-"));
const env = { ...process.env, SQUALL_HOME: join(home, "home") };
const timed = (argv: readonly string[]): number => {
  const fromMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - fromMs;
};
const nameOf = (edges: number): string => `bench-${edges}`;
const fileOf = (edges: number): string => join(home, `${nameOf(edges)}.yaml`);
const up = (edges: number): number => {
  try {
    return timed([SQUALL, "up", fileOf(edges), "--detach"]);
  } finally {
    spawnSync(process.execPath, [SQUALL, "down", nameOf(edges)], { env });
  }
};

const sizes = values.edges.split(",").map(Number);
const tookMs = new Map<string, number[]>();
const note = (name: string, ms: number) => tookMs.set(name, [...(tookMs.get(name) ?? []), ms]);
try {
  for (const edges of sizes)
    writeFileSync(fileOf(edges), stringify(meshOf(nameOf(edges), edges, await freePorts(edges + 1))));
  for (let round = 0; round < Number(values.rounds); round++) {
    note("node -e 0", timed(["-e", "0"]));
    for (const edges of sizes) note(`${edges} edges`, up(edges));
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
for (const [name, each] of tookMs) {
  const sorted = each.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  process.stdout.write(
    `${name.padEnd(12)} ${(median / 1_000).toFixed(2)} s (${(sorted[0]! / 1_000).toFixed(2)} to ${(sorted.at(-1)! / 1_000).toFixed(2)})\n`,
  );
}
