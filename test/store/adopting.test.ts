/** Copied databases beside the original: no server starts on a copy before the copy was adopted. */
import { Client } from "pg";
import { expect } from "vitest";
import { enqueueDelivery, recordDeliveryOutcome } from "../../server/store/deliveries.ts";
import { acquireLeaderRowAlone } from "../../server/store/leader-row.ts";
import { DatabaseUnreachable, openStore } from "../../server/store/open.ts";
import { openYard } from "../cli/squall.ts";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { errorOf, withFolder } from "./databases.ts";
import { leaderRow, NOON } from "./samples.ts";

const query = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};

itOnPostgres("is refused at start, and is another cluster above every epoch of the first once it is adopted", () =>
  withPostgres((url) =>
    withFolder(async (folder) => {
      const yard = openYard();
      const name = new URL(url).pathname.slice(1);
      const copy = `${name}_copy`;
      // Role as platform teams grant it: owner of one database, without other privileges.
      const as = (database: string): string => {
        const own = new URL(url);
        [own.username, own.pathname] = ["plain", `/${database}`];
        return own.href;
      };
      const admin = new URL(url);
      admin.pathname = "/postgres";
      await query(admin.href, "create role plain login", `alter database ${name} owner to plain`);
      try {
        const original = await openStore({ folder, databaseUrl: as(name) });
        const epoch = await acquireLeaderRowAlone(original.db, "first", "http://first");
        await original.db
          .updateTable("leader")
          .set({ expires_ms: Date.now() + 600_000 })
          .execute();
        const delivery = await enqueueDelivery(original.db, {
          webhook: "chat",
          event: "verdict",
          body: "{}",
          atMs: NOON,
        });
        await enqueueDelivery(original.db, { webhook: "chat", event: "verdict", body: "{}", atMs: NOON });
        await recordDeliveryOutcome(original.db, delivery, { doneMs: NOON, problem: null });
        const { cluster } = original;
        await original.close();
        await query(admin.href, `create database ${copy} template ${name} owner plain`);

        const refused = await errorOf(openStore({ folder, databaseUrl: as(copy) }));
        expect(refused).toBeInstanceOf(DatabaseUnreachable);
        expect(refused.message).toMatch(/is a copy of another database, or was moved.*squall adopt/);
        const served = await yard.squall(["serve", "--folder", "s", "--listen", "127.0.0.1:0"], {
          DATABASE_URL: as(copy),
        });
        expect(served).toMatchObject({ code: 2, stderr: expect.stringContaining("squall adopt") });

        const adopt = () => yard.squall(["adopt"], { DATABASE_URL: as(copy) });
        expect(await adopt(), "the row says that a server uses it").toMatchObject({
          ...{ code: 2, stderr: expect.stringContaining("the server at http://first is using this database") },
        });
        await query(as(copy), "update leader set expires_ms = 0");
        expect(await adopt()).toMatchObject({ code: 0, stderr: expect.stringContaining("is the cluster") });
        const adopted = await openStore({ folder, databaseUrl: as(copy) });
        expect(adopted.cluster).not.toBe(cluster);
        expect(await leaderRow(adopted)).toMatchObject({ holder: null, expires_ms: null });
        expect((await leaderRow(adopted)).epoch).toBeGreaterThan(epoch + 100_000);
        const open = adopted.db.selectFrom("deliveries").selectAll().where("done_ms", "is", null);
        expect(await open.execute(), "the first one tells its webhooks").toEqual([]);
        await adopted.close();
        const again = await openStore({ folder, databaseUrl: as(name) });
        expect(again.cluster, "the original is what it was").toBe(cluster);
        await again.close();
        expect((await yard.squall(["adopt"])).stderr).toContain("DATABASE_URL");
      } finally {
        await query(
          admin.href,
          `drop database if exists ${copy} with (force)`,
          `drop database ${name} with (force)`,
          "drop role plain",
        );
        yard.remove();
      }
    }),
  ),
);
