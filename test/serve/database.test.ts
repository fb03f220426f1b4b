/**
 * Server on a real PostgreSQL under production conditions: connection resets, and database restarts during live runs.
 */
import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { describeOnPostgres, startPostgres, withPostgres } from "../postgres.ts";
import { startResetting } from "../store/resetting-line.ts";
import {
  agentReady,
  ask,
  eventually,
  experimentOf,
  finished,
  type Ground,
  openGround,
  type Process,
  sleep,
  start,
  throughEdge,
} from "./ground.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

type Line = Awaited<ReturnType<typeof startResetting>>;
const state = async (url: string, id: string) =>
  (
    (await ask(url, "/api/v1/runs?limit=5").catch(() => null))?.body as { runs?: { id: string; state: string }[] }
  )?.runs?.find((run) => run.id === id)?.state;
const injecting = (url: string, id: string) =>
  eventually("it injects", async () => (await state(url, id)) === "injecting" || undefined);
/** Retries the start, like a client that gets a retryable error. */
const startPatiently = (url: string, experiment: unknown) =>
  eventually("it is started", () => start(url, experiment).catch(() => undefined));

const withClient = async (url: string, use: (client: Client) => Promise<unknown>): Promise<void> => {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  await use(client);
  await client.end().catch(() => {});
};
/** Crashes a PostgreSQL backend: the database ends every connection and recovers. */
const crashDatabase = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    const { rows } = await client.query("select pg_backend_pid() as pid");
    process.kill(rows[0].pid, "SIGKILL");
  });
/** Holds table locks meanwhile, like a long `ALTER TABLE` or a forgotten session. */
const whileLocked = (url: string, tables: string, use: () => Promise<unknown>): Promise<void> =>
  withClient(url, async (client) => {
    await client.query(`begin; lock table ${tables} in access exclusive mode`);
    await use();
    await client.query("rollback");
  });
/** Makes the database's commits so far durable. */
const checkpoint = (url: string): Promise<void> => withClient(url, (client) => client.query("checkpoint"));

const expectHeld = ({ verdict, reason }: RunReport, { text }: Process): void =>
  expect(verdict, `${reason}\n${text()}`).toBe("HELD");

describeOnPostgres("a run", () => {
  /**
   * Checks that a run holds although the database's network resets connections; `inject` is called while the fault is
   * live.
   */
  const overLine = (share: number, inject: (line: Line) => Promise<unknown>) =>
    withPostgres(async (databaseUrl) => {
      const line = await startResetting(databaseUrl, { share, seed: 11 });
      try {
        const server = await ground.serve("a", [], { DATABASE_URL: line.url });
        await ground.agent([server.url]);
        await agentReady(server.url);
        line.begin();
        const id = await startPatiently(server.url, experimentOf(ground, { during: "4s" }));
        await injecting(server.url, id);
        await inject(line);
        expectHeld(await finished(server.url, id), server);
      } finally {
        line.stop();
      }
    });
  it("goes on although 2% of what is sent to and from the database resets its connection", () =>
    overLine(0.02, async (line) => {
      await sleep(3_000);
      expect(line.resets()).toBeGreaterThan(3);
    }));
  it("goes on although the database is away for 0.7 s in mid-fault", () => overLine(0, (line) => line.restart(700)));

  it("ends HALTED, journal-lost, where a crash of the database loses records that were confirmed", async () => {
    // The commit is confirmed before the WAL reaches the disk, as with an asynchronous standby before the WAL reaches
    // the other machine.
    const postgres = await startPostgres({ more: ["wal_writer_delay=10s"] });
    try {
      const server = await ground.serve("a", [], { DATABASE_URL: postgres.url() });
      await ground.agent([server.url]);
      await agentReady(server.url);
      const id = await start(server.url, experimentOf(ground, { during: "4s" }));
      await injecting(server.url, id);
      await checkpoint(postgres.url());
      await sleep(1_000);
      await crashDatabase(postgres.url());
      const { verdict, because } = await finished(server.url, id);
      expect({ verdict, because }, server.text()).toEqual({ verdict: "HALTED", because: "journal-lost" });
      expect(await throughEdge(ground)).toBeLessThan(1_000);
      await eventually("its journal in the database is whole", async () => {
        const { body } = await ask(server.url, "/api/v1/verify");
        return /"closed":true,"problem":null/.test(body as string) || undefined;
      });
    } finally {
      await postgres.stop();
    }
  });
});

describeOnPostgres("while a table is locked by somebody else", () => {
  it("a start is told to come again, and a halt of everything is answered by the agents, and written down in the end", () =>
    withPostgres(async (DATABASE_URL) => {
      const server = await ground.serve("a", [], { DATABASE_URL });
      await ground.agent([server.url]);
      await agentReady(server.url);
      const id = await start(server.url, experimentOf(ground, { during: "60s", delay: "1500ms", within: "1900ms" }));
      await eventually("the fault is felt", async () => ((await throughEdge(ground)) ?? 0) > 1_400 || undefined);
      await whileLocked(DATABASE_URL, "gate, runs", async () => {
        const sentMs = performance.now();
        const experiment = experimentOf(ground);
        const starting = ask(server.url, "/api/v1/runs", { method: "POST", body: { experiment, attached: false } });
        const halted = await ask(server.url, "/api/v1/halt", { method: "POST" });
        expect(halted).toMatchObject({ status: 200, body: { halted: [id] } });
        // The bound is well below the timeout of the statement that waits for the lock.
        expect(performance.now() - sentMs).toBeLessThan(4_500);
        expect(await throughEdge(ground)).toBeLessThan(1_000);
        const { status, headers, body } = await starting;
        expect({ status, body }).toMatchObject({ status: 503, body: { code: "store-unavailable" } });
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      });
      await eventually("the halt is written down", async () => {
        let isWritten = false;
        await withClient(DATABASE_URL, async (client) => {
          const { rows } = await client.query("select from gate where halted_reason is not null");
          isWritten = rows.length > 0;
        });
        return isWritten || undefined;
      });
      server.child.kill("SIGKILL");
      const next = await ground.serve("b", [], { DATABASE_URL });
      await eventually("the next one has it", async () => {
        const { status, body } = await ask(next.url, "/api/v1/gate");
        return (status === 200 && (body as { halted: unknown }).halted !== null) || undefined;
      });
      expect(await finished(next.url, id)).toMatchObject({ verdict: "HALTED" });
    }));
});
