/**
 * Clock offset: two servers whose clocks are ten minutes apart, by libfaketime. Schedules follow the clock of the
 * database, and the server reports the offset.
 */
import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findFaketime } from "../../scripts/faketime.ts";
import { findPostgres } from "../../scripts/postgres.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { often } from "../soak.ts";
import {
  agentReady,
  ask,
  eventually,
  experimentOf,
  type Ground,
  leads,
  openGround,
  type Serving,
  sleep,
  start,
} from "./ground.ts";

const MINUTE_MS = 60_000;
const APART_MS = 10 * MINUTE_MS;
/**
 * Time from the start of the database until the database's shifted clock shows a full minute: the test need not wait
 * for the machine's next full minute.
 */
const LEAD_MS = 14_000;

let ground: Ground;
let postgres: Postgres;
/** Environment that puts a process's clock ahead of this machine's by `ms`; timers are not affected. */
const shifted = (ms: number): NodeJS.ProcessEnv => ({
  LD_PRELOAD: findFaketime()!,
  FAKETIME: `${ms < 0 ? "-" : "+"}${Math.abs(ms) / 1_000}`,
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
});
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
  await postgres?.stop();
});

interface Instant {
  readonly instant_ms: string;
  readonly outcome: string;
  readonly run: string | null;
  readonly now: string;
}
/** Instants in order, each with the database's time at the query. */
const instants = async (): Promise<readonly Instant[]> => {
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  const { rows } = await client.query(
    "select instant_ms, outcome, run, (extract(epoch from clock_timestamp()) * 1000)::bigint as now from instants order by instant_ms",
  );
  await client.end();
  return rows;
};
const metric = async ({ url }: Serving) => {
  const { body } = await ask(url, "/metrics");
  return Number(/^squall_clock_offset_seconds (\S+)$/m.exec(body as string)?.[1]);
};
const put = async ({ url }: Serving, kind: string, name: string, spec: object) => {
  const body = { apiVersion: "squall.dev/v1", kind, metadata: { name }, spec };
  expect((await ask(url, `/api/v1/documents/${kind}/${name}`, { method: "PUT", body })).status).toBeLessThan(300);
};

const isLacking = findFaketime() === null || findPostgres() === null;
it.skipIf(isLacking)(
  `start each instant of a schedule once, by the database's clock, over a takeover${isLacking ? " (left out: no libfaketime or PostgreSQL)" : ""}`,
  { timeout: 240_000 },
  async () => {
    const toMinuteMs = MINUTE_MS - ((Date.now() + LEAD_MS) % MINUTE_MS);
    postgres = await startPostgres({ environment: shifted(toMinuteMs) });
    const serve = (name: string, aheadMs: number) =>
      ground.serve(name, [], { DATABASE_URL: postgres.url(), ...shifted(aheadMs) });
    const ahead = await serve("ahead", toMinuteMs + APART_MS);
    await eventually("it leads", async () => (await leads(ahead)) || undefined);
    const behind = await serve("behind", toMinuteMs);
    await ground.agent([ahead.url, behind.url]);
    await agentReady(ahead.url);
    await put(ahead, "Experiment", "minutely", experimentOf(ground).spec);
    await put(ahead, "Schedule", "minutely", { experiment: "minutely", cron: "* * * * *", concurrency: "queue" });

    // The log, the metric and the API (the dashboard's source) report the offset of the server ahead. The server with
    // the right clock logs no offset.
    expect(ahead.text()).toMatch(/warn: this machine's clock is (599|600|601)\.\d s ahead of the database's/);
    expect(behind.text()).not.toMatch(/clock is/);
    expect(await metric(ahead)).toBeCloseTo(-APART_MS / 1_000, -1);
    expect(Math.abs(await metric(behind))).toBeLessThan(2);
    const { body } = await ask(ahead.url, "/api/v1/server");
    expect(Math.abs((body as { clockOffsetMs: number }).clockOffsetMs + APART_MS)).toBeLessThan(2_000);

    const startedAt = async (count: number) =>
      eventually(
        `${count} instants are started`,
        async () => {
          const rows = await instants();
          return rows.length >= count ? rows : undefined;
        },
        MINUTE_MS + 30_000,
      );
    const expectOnTime = (rows: readonly Instant[]) => {
      for (const { instant_ms, outcome, run, now } of rows) {
        expect({ outcome, isRun: run !== null, isWhole: Number(instant_ms) % MINUTE_MS }).toEqual({
          ...{ outcome: "started", isRun: true, isWhole: 0 },
        });
        expect(Number(instant_ms)).toBeLessThanOrEqual(Number(now));
      }
      expect(rows.map(({ instant_ms }, i) => Number(instant_ms) - i * MINUTE_MS)).toEqual(
        rows.map(() => Number(rows[0]!.instant_ms)),
      );
      expect(new Set(rows.map(({ run }) => run)).size).toBe(rows.length);
    };
    expectOnTime(await startedAt(1));
    const next = async ({ url }: Serving) => {
      const { body } = await ask(url, "/api/v1/schedules/minutely");
      return Date.parse((body as { next: { at: string }[] }).next[0]!.at);
    };
    const [{ now } = { now: "" }] = await instants();
    expect((await next(ahead)) - Number(now)).toBeLessThanOrEqual(MINUTE_MS);

    ahead.child.kill("SIGKILL");
    await eventually("the other leads", async () => (await leads(behind)) || undefined);
    await agentReady(behind.url);
    // The wait is long enough for a second look at the schedule.
    await sleep(1_000);
    expectOnTime(await startedAt(1));
    await start(behind.url, experimentOf(ground));
    // Two more minutes follow; in the second, the first server leads again.
    if (often(false, true)) {
      expectOnTime(await startedAt(2));
      const again = await serve("ahead", toMinuteMs + APART_MS);
      behind.child.kill("SIGKILL");
      await eventually("the first leads again", async () => (await leads(again)) || undefined);
      expectOnTime(await startedAt(3));
    }
  },
);
