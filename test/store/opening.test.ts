/** Opening of databases that are new, old, too new, shared, away, or lost during use. */
import { join } from "node:path";
import { Migrator, sql } from "kysely";
import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { asRunId } from "../../experiments/model/names.ts";
import { Sqlite } from "../../server/store/better-sqlite3.ts";
import { readRecords } from "../../server/store/journal.ts";
import { acquireLeaderRowAlone } from "../../server/store/leader-row.ts";
import { migrations } from "../../server/store/migrations/index.ts";
import { DATABASE_FILE, DatabaseUnreachable, FolderLocked, NewerDatabase, openStore } from "../../server/store/open.ts";
import { findRun, insertRun, listRuns } from "../../server/store/runs.ts";
import { openSqlite } from "../../server/store/sqlite.ts";
import { freePort } from "../ports.ts";
import { itOnPostgres, startPostgres, withPostgres } from "../postgres.ts";
import { startLine } from "./cut-line.ts";
import { errorOf, onBoth, withFolder, withPostgresStore } from "./databases.ts";
import { NOON, runRow } from "./samples.ts";

onBoth("a database", (withStore) => {
  it("has a name of its own, and nobody leads it", () =>
    withStore(async ({ db, cluster }) => {
      expect(cluster).toMatch(/^[0-9a-f-]{36}$/);
      expect(await db.selectFrom("leader").selectAll().execute()).toEqual([
        { id: 1, epoch: 0, holder: null, url: null, beat: 0, expires_ms: null },
      ]);
    }));
  it("that a newer version has changed is refused, and stays as it is", () =>
    withStore(async ({ db }) => {
      const newer = { ...migrations, "999-later": { up: async () => {} } };
      const provider = { getMigrations: async () => newer };
      expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined();
      // Opening runs the same migration, here over the connection that is open.
      const { error } = await new Migrator({
        db,
        provider: { getMigrations: async () => ({ ...migrations }) },
      }).migrateToLatest();
      expect(String(error)).toContain("previously executed migration 999-later");
    }));
});

describe("a file", () => {
  it("of the first version keeps its runs and its count of epochs", () =>
    withFolder(async (folder) => {
      const raw = new Sqlite(join(folder, DATABASE_FILE));
      const db = openSqlite(raw);
      const provider = { getMigrations: async () => ({ "001-first": migrations["001-first"]! }) };
      await new Migrator({ db, provider }).migrateToLatest();
      await sql`insert into meta values ('epoch', '7')`.execute(db);
      await sql`insert into runs values ('a','e',null,'finished','HELD',null,'ok',1,${NOON},5,1)`.execute(db);
      await sql`insert into journal values ('a',1,${NOON},'{"kind":"event","event":{"type":"woke","atMs":0}}','h')`.execute(
        db,
      );
      await db.destroy();
      const store = await openStore({ folder });
      expect(await acquireLeaderRowAlone(store.db, "me", "http://me")).toBe(8);
      expect(await findRun(store.db, asRunId("a"))).toMatchObject({
        verdict: "HELD",
        labels: "{}",
        priority: 0,
        epoch: null,
      });
      expect(await readRecords(store.db, asRunId("a"))).toHaveLength(1);
      await store.close();
    }));
  it("that a newer version has changed says so", () =>
    withFolder(async (folder) => {
      await (await openStore({ folder })).close();
      const raw = new Sqlite(join(folder, DATABASE_FILE));
      raw.exec("insert into kysely_migration values ('999-later', '2030-01-01')");
      raw.close();
      const error = await errorOf(openStore({ folder }));
      expect(error).toBeInstanceOf(NewerDatabase);
      expect(error.message).toMatch(/newer version of squall.*999-later/);
    }));
  itOnPostgres("is one server's, of PostgreSQL's folder none is", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const file = await openStore({ folder });
        expect(await errorOf(openStore({ folder }))).toBeInstanceOf(FolderLocked);
        const shared = await Promise.all([1, 2].map(() => openStore({ folder, databaseUrl: url })));
        await Promise.all([file, ...shared].map((store) => store.close()));
      }),
    ),
  );
});

describe.concurrent("PostgreSQL", { timeout: 60_000 }, () => {
  itOnPostgres("is migrated once, though eight servers start on it at once", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const stores = await Promise.all(Array.from({ length: 8 }, () => openStore({ folder, databaseUrl: url })));
        expect(new Set(stores.map(({ cluster }) => cluster)).size).toBe(1);
        await insertRun(stores[0]!.db, runRow(asRunId("a")));
        expect(await listRuns(stores[2]!.db)).toHaveLength(1);
        await Promise.all(stores.map((store) => store.close()));
      }),
    ),
  );
  it("that is not there, or is none, is told without the password", () =>
    withFolder(async (folder) => {
      const port = await freePort();
      const away = await errorOf(openStore({ folder, databaseUrl: `postgres://me:s3cret@127.0.0.1:${port}/db` }));
      expect(away).toBeInstanceOf(DatabaseUnreachable);
      expect(away.message).toContain(`127.0.0.1:${port}/db`);
      for (const databaseUrl of ["mysql://me:s3cret@host/db", "postgres://", "s3cret"]) {
        const wrong = await errorOf(openStore({ folder, databaseUrl }));
        expect(wrong).toBeInstanceOf(DatabaseUnreachable);
        expect(wrong.message).not.toContain("s3cret");
      }
      expect(String(away.message)).not.toContain("s3cret");
    }));
  itOnPostgres("that is not in UTF-8 is refused before anything is written to it", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const other = new URL(url);
        other.pathname += "_latin";
        const ask = async (statement: string) => {
          const client = new Client({ connectionString: url });
          await client.connect();
          await client.query(statement);
          await client.end();
        };
        const name = other.pathname.slice(1);
        await ask(`create database ${name} encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`);
        const error = await errorOf(openStore({ folder, databaseUrl: other.href }));
        await ask(`drop database ${name}`);
        expect(error).toBeInstanceOf(DatabaseUnreachable);
        expect(error.message).toMatch(/its encoding is LATIN1, expected UTF8/);
      }),
    ),
  );
  itOnPostgres("that cuts its connections off fails the query that is under way, and serves the next one", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const lost: string[] = [];
        const store = await openStore({ folder, databaseUrl: url, onError: ({ message }) => lost.push(message) });
        const cut = async () => {
          const client = new Client({ connectionString: url });
          await client.connect();
          await client.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'squall' and datname = current_database()",
          );
          await client.end();
        };
        const slow = errorOf(sql`select pg_sleep(4)`.execute(store.db));
        await sql`select 1`.execute(store.db); // a second connection, idle at the cut
        await cut();
        await slow;
        const within = store.db.transaction().execute(async (tx) => {
          await insertRun(tx, runRow(asRunId("a")));
          await cut(); // between two queries: no call waits for this connection
          await insertRun(tx, runRow(asRunId("b")));
        });
        await errorOf(within);
        expect(await listRuns(store.db)).toEqual([]);
        expect(lost.length).toBeGreaterThan(0);
        await store.close();
      }),
    ),
  );
  itOnPostgres("that says nothing any more fails a query within its time, and is asked again when it is back", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const line = await startLine(url);
        const store = await openStore({ folder, databaseUrl: line.url });
        await insertRun(store.db, runRow(asRunId("a")));
        line.cut();
        const { message } = await errorOf(listRuns(store.db));
        expect(message).toMatch(/timeout/i);
        line.mend();
        expect(await listRuns(store.db)).toHaveLength(1);
        await store.close();
        line.stop();
      }),
    ),
  );
  itOnPostgres("that has ended fails every query, and lets the store be closed", async () => {
    const postgres = await startPostgres();
    try {
      await withFolder(async (folder) => {
        const store = await openStore({ folder, databaseUrl: postgres.url() });
        await insertRun(store.db, runRow(asRunId("a")));
        await postgres.stop();
        await errorOf(listRuns(store.db));
        await errorOf(listRuns(store.db));
        await store.close();
      });
    } finally {
      await postgres.stop();
    }
  });
  itOnPostgres("gives numbers as numbers", () =>
    withPostgresStore(async ({ db }) => {
      const { rows } = await sql<{
        n: unknown;
        m: unknown;
      }>`select 9007199254740991::bigint as n, count(*) as m from runs`.execute(db);
      expect(rows).toEqual([{ n: 9_007_199_254_740_991, m: 0 }]);
    }),
  );
});
