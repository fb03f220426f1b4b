/**
 * `npm run bench:takeover`: how long two servers on one PostgreSQL are without a leader after a kill -9 of the leader,
 * with the database near, and with a round trip of 50 and 200 ms. `--times N` (default 5; the median and the slowest
 * are reported), `--round-trips 0,50,200` (ms).
 */
import { parseArgs } from "node:util";
import { openWire } from "../matrix/wire.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { agentReady, eventually, leads, openGround, type Serving, sleep } from "../serve/ground.ts";

const { values } = parseArgs({
  options: { times: { type: "string", default: "5" }, "round-trips": { type: "string", default: "0,50,200" } },
});
const PATIENCE_MS = 60_000;

/** Ms from the kill until the other server leads, and until the agent is connected there and can be granted a fault. */
interface Gap {
  readonly ready: number;
  readonly agent: number;
}
const measure = async (postgres: Postgres, roundTripMs: number): Promise<Gap> => {
  const database = await postgres.newDatabase();
  const wire = await openWire(postgres.port, { delayMs: roundTripMs / 2 });
  const ground = await openGround();
  try {
    const url = new URL(database);
    url.port = String(wire.port);
    const serve = async (name: string): Promise<Serving> => ground.serve(name, [], { DATABASE_URL: url.href });
    const first = await serve("first");
    await eventually("the first leads", async () => (await leads(first)) || undefined, PATIENCE_MS);
    const second = await serve("second");
    await ground.agent([first.url, second.url]);
    await agentReady(first.url);
    // Kill at a random moment between two renewals of the leader's lease.
    await sleep(1_000 + Math.random() * 1_000);
    const lostMs = performance.now();
    const since = () => performance.now() - lostMs;
    first.child.kill("SIGKILL");
    await eventually("the second leads", async () => (await leads(second)) || undefined, PATIENCE_MS);
    const ready = since();
    await agentReady(second.url);
    const agent = since();
    return { ready, agent };
  } finally {
    await ground.close();
    wire.stop();
    await postgres.dropDatabase(database);
  }
};

const told = (times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  const seconds = (ms = 0) => (ms / 1_000).toFixed(1);
  return `${seconds(sorted[Math.floor(sorted.length / 2)])} (${seconds(sorted.at(-1))})`;
};
const postgres = await startPostgres();
try {
  process.stdout.write("| to the database and back | leads, s: median (slowest) | has its agent |\n");
  process.stdout.write("|---|---|---|\n");
  for (const roundTripMs of values["round-trips"].split(",").map(Number)) {
    const gaps: Gap[] = [];
    for (let time = 0; time < Number(values.times); time++) gaps.push(await measure(postgres, roundTripMs));
    const row = (["ready", "agent"] as const).map((what) => told(gaps.map((gap) => gap[what])));
    process.stdout.write(`| ${roundTripMs} ms | ${row.join(" | ")} |\n`);
  }
} finally {
  await postgres.stop();
}
