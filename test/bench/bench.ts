/**
 * `npm run bench`: the data path of the agent beside other proxies. All proxies of a row are alive at once; each round
 * gives every proxy a window of load, in shuffled order. Ratios are taken inside a round, and their median is the
 * result, because machines drift. Before the first round of a row every proxy serves the row's heaviest load for the
 * same seconds (`rounds.ts` says why).
 *
 * The agents are those of the built dist/: `npm run build` first.
 *
 * `--rows a,b` measures the rows whose names begin so (`--list` names all), `--proxies a,b` only these beside the agent,
 * `--loads a,b` only these loads (`c=32`), `--rounds N` (default 9), `--window MS` (default 1000), `--warm-up MS` (default
 * 20000; 0: cold), `--against PATH` also the agent of another checkout, `--write` puts the tables into
 * docs/performance.md.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../tiny.ts";
import { CORES, pinBench, stopAll } from "./pinned.ts";
import { agentKind } from "./proxies/agent.ts";
import { ENVOY_KIND } from "./proxies/envoy.ts";
import { HAPROXY_KIND } from "./proxies/haproxy.ts";
import { HTTP_PROXY_KIND } from "./proxies/http-proxy.ts";
import { NGINX_KIND } from "./proxies/nginx.ts";
import type { ProxyKind } from "./proxies/proxy.ts";
import { TOXIPROXY_KIND } from "./proxies/toxiproxy.ts";
import { isWanted, measureRow } from "./rounds.ts";
import type { BenchRow } from "./row.ts";
import { ROWS } from "./rows.ts";
import { AGENT, formatSection, formatTable, writeBlock } from "./table.ts";
import { openUpstreams } from "./upstream.ts";

const DOCUMENT = join(ROOT, "docs/performance.md");

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "" },
    proxies: { type: "string" },
    loads: { type: "string", default: "" },
    rounds: { type: "string", default: "9" },
    window: { type: "string", default: "1000" },
    "warm-up": { type: "string", default: "20000" },
    against: { type: "string" },
    list: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const named = (list: string): readonly string[] => list.split(",").filter((name) => name !== "");

const loads = named(values.loads);
/** Rows whose names begin with a wanted word; no word: all. Throws: a word without a row. */
const chooseRows = (): readonly BenchRow[] => {
  const words = named(values.rows);
  const stray = words.find((word) => !ROWS.some(({ name }) => name.startsWith(word)));
  if (stray !== undefined) throw new Error(`no row "${stray}": expected ${ROWS.map(({ name }) => name).join(", ")}`);
  const rows = words.length === 0 ? ROWS : ROWS.filter(({ name }) => words.some((word) => name.startsWith(word)));
  return rows.filter((row) => row.loads.some((load) => isWanted(load, loads)));
};
const PEERS = [TOXIPROXY_KIND, ENVOY_KIND, HAPROXY_KIND, NGINX_KIND, HTTP_PROXY_KIND];
const agents: readonly ProxyKind[] = [
  agentKind(AGENT, ROOT),
  ...(values.against === undefined ? [] : [agentKind("other agent", resolve(values.against))]),
];
/** Wanted proxies besides the agents that are installed here. */
const choosePeers = (): readonly ProxyKind[] => {
  const wanted = values.proxies === undefined ? null : named(values.proxies).map((name) => name.toLowerCase());
  const chosen = PEERS.filter(({ name }) => wanted === null || wanted.includes(name.toLowerCase()));
  const missing = chosen.filter((kind) => kind.find() === null).map(({ name }) => name);
  if (missing.length > 0) print(`not installed here, left out: ${missing.join(", ")} (\`npm run setup -- --bench\`)`);
  return chosen.filter((kind) => kind.find() !== null);
};

const write = (sections: ReadonlyMap<string, string>): void =>
  writeFileSync(DOCUMENT, writeBlock(readFileSync(DOCUMENT, "utf8"), ROWS, sections));

const measureAll = async (): Promise<boolean> => {
  const [rounds, windowMs, warmUpMs] = [Number(values.rounds), Number(values.window), Number(values["warm-up"])];
  const windows = `${rounds} ${rounds === 1 ? "round" : "rounds"}, windows of ${windowMs} ms`;
  const [rows, peers] = [chooseRows(), choosePeers()];
  const upstreamOf = openUpstreams(folder);
  let isRight = true;
  const tell = (line: string) => process.stderr.write(process.stderr.isTTY ? `\u001b[2K${line}\r` : "");
  const remarks = new Set<string>();
  /** Prints each remark once. */
  const remark = (name: string, text: string) => {
    const line = `${name}: ${text}`;
    if (!remarks.has(line)) print(line);
    remarks.add(line);
  };
  for (const row of rows) {
    const own = peers.filter(({ name, protocols }) => row.proxies.includes(name) && protocols.includes(row.protocol));
    const warmth = row.fresh ? "" : ` after ${warmUpMs / 1_000} s of load`;
    const setting = `${windows}${warmth}, Node ${process.version}`;
    const conditions = [setting, ...own.map((kind) => `${kind.name} ${kind.version()}`)].join(", ");
    print(`\n${row.title} (${row.name}; ${conditions})`);
    try {
      const result = await measureRow(row, {
        kinds: [...agents, ...own],
        upstreamOf,
        folder,
        loads,
        rounds,
        windowMs,
        warmUpMs,
        tell,
        remark,
      });
      print(`\n${formatTable(result)}`);
      // After each row: a long bench that is ended early keeps the rows measured so far.
      const machine = `${CORES} cores, load average ${loadavg()[0]!.toFixed(0)}`;
      if (values.write) write(new Map([[row.name, formatSection(result, `${machine}, ${conditions}`)]]));
    } catch (error) {
      isRight = false;
      print(`FAILED: ${(error as Error).message}`);
    }
  }
  return isRight;
};

if (values.list) {
  for (const { name, title, loads } of ROWS)
    print(`${name}: ${title}; loads: ${loads.map((load) => load.name).join(", ")}`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), "squall-bench-"));
process.on("exit", () => {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
pinBench();
process.exit((await measureAll()) ? 0 : 1);
