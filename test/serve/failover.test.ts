/** Database failover under a server: a standby is promoted, and a read-only connection is discarded. */
import { Client } from "pg";
import { afterEach, beforeEach, expect } from "vitest";
import { openStore } from "../../server/store/open.ts";
import { freePort } from "../ports.ts";
import { itOnPostgres, startPostgres, withPostgres } from "../postgres.ts";
import {
  agentReady,
  ask,
  eventually,
  experimentOf,
  finished,
  type Ground,
  leads,
  openGround,
  sleep,
  start,
} from "./ground.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const ready = async (url: string) => (await ask(url, "/readyz")).body as { ok: boolean; reason?: string };
const untilLeads = (url: string, ms = 20_000) =>
  eventually("it leads", async () => (await leads({ url })) || undefined, ms);
const query = async (url: string, text: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
};

itOnPostgres("names both hosts, and leads on the standby once that is promoted; no run is lost", async () => {
  // A durable primary: WAL that is not on the primary's disk is sent to no standby.
  const primary = await startPostgres({ durable: true });
  const standby = await startPostgres({ primary });
  try {
    // The standby comes first in the URL: the client must pass over a host that is read-only.
    const url = `postgres://squall@127.0.0.1:${standby.port},127.0.0.1:${primary.port}/postgres?target_session_attrs=read-write`;
    const server = await ground.serve("a", [], { DATABASE_URL: url });
    await ground.agent([server.url]);
    await agentReady(server.url);
    const id = await start(server.url, experimentOf(ground, { during: "60s" }));
    await eventually("it injects", async () => {
      const { body } = await ask(server.url, `/api/v1/runs?limit=1`);
      return (body as { runs: { state: string }[] }).runs[0]?.state === "injecting" || undefined;
    });
    await sleep(500);
    await primary.stop();
    const { reason } = await eventually("it is told", async () => {
      const told = await ready(server.url);
      return told.ok ? undefined : told;
    });
    expect(reason).toMatch(/database/);
    expect(reason).not.toMatch(/squall@/);
    await standby.promote();
    await untilLeads(server.url);
    expect(await finished(server.url, id)).toMatchObject({ verdict: "HALTED" });
    await agentReady(server.url);
    const next = await finished(server.url, await start(server.url, experimentOf(ground, { during: "4s" })));
    expect(next.verdict, `${next.reason}\n${server.text()}`).toBe("HELD");
  } finally {
    await standby.stop();
    await primary.stop();
  }
});

itOnPostgres("keeps no connection that takes no writes: it leads again by itself once the database takes them", () =>
  withPostgres(async (DATABASE_URL) => {
    const server = await ground.serve("a", [], { DATABASE_URL });
    await untilLeads(server.url);
    const name = new URL(DATABASE_URL).pathname.slice(1);
    const admin = new URL(DATABASE_URL);
    admin.pathname = "/postgres";
    await query(admin.href, `alter database ${name} set default_transaction_read_only = on`);
    await query(admin.href, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const { reason } = await eventually("it is told", async () => {
      const told = await ready(server.url);
      return told.ok ? undefined : told;
    });
    await eventually("why", async () => /takes no writes/.test((await ready(server.url)).reason ?? "") || undefined);
    expect(reason).toMatch(/./);
    await query(
      admin.href,
      `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
    );
    await untilLeads(server.url);
    // The log has a line when the trouble began and a line when the trouble ended, none for each try.
    expect(server.text().match(/takes no writes/g)?.length ?? 0).toBeLessThan(6);
  }),
);

itOnPostgres("leads above the epoch that its agents know, where the database has gone back to an earlier one", () =>
  withPostgres(async (DATABASE_URL) => {
    const setEpoch = (epoch: number) => query(DATABASE_URL, `update leader set epoch = ${epoch}, holder = null`);
    const listen = ["--listen", `127.0.0.1:${await freePort()}`];
    await (await openStore({ folder: ground.folder, databaseUrl: DATABASE_URL })).close();
    await setEpoch(70);
    const late = await ground.serve("a", listen, { DATABASE_URL });
    await ground.agent([late.url]);
    await agentReady(late.url);
    expect((await finished(late.url, await start(late.url, experimentOf(ground)))).audit).toMatchObject([
      { grade: "attested" },
    ]);
    late.child.kill("SIGKILL");
    await late.ended;
    // Epoch as in a database dump of that time.
    await setEpoch(3);
    const restored = await ground.serve("a", listen, { DATABASE_URL });
    await eventually("it leads above it", async () => /leads epoch=7[2-9]/.test(restored.text()) || undefined);
    await untilLeads(restored.url);
    await agentReady(restored.url);
    const next = await finished(restored.url, await start(restored.url, experimentOf(ground, { during: "4s" })));
    expect(next.verdict, `${next.reason}\n${restored.text()}`).toBe("HELD");
  }),
);
