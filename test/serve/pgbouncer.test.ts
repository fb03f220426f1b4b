/** Server behind a default PgBouncer: no startup parameter that PgBouncer refuses, and no state kept in a session. */
import { expect, it } from "vitest";
import { PGBOUNCER } from "../../scripts/pgbouncer.ts";
import { POSTGRES } from "../../scripts/postgres.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { withPgbouncer } from "../pgbouncer.ts";
import { withPostgres } from "../postgres.ts";
import { agentReady, ask, eventually, experimentOf, finished, openGround, start } from "./ground.ts";

needing(it, lackOf(POSTGRES, PGBOUNCER)).each(["session", "transaction"] as const)(
  "runs in its %s mode, leads, and backs up what it did",
  (mode) =>
    withPostgres((databaseUrl) =>
      withPgbouncer(databaseUrl, mode, async (DATABASE_URL) => {
        const ground = await openGround();
        try {
          const server = await ground.serve("a", [], { DATABASE_URL });
          await ground.agent([server.url]);
          await agentReady(server.url);
          const report = await finished(server.url, await start(server.url, experimentOf(ground, { during: "4s" })));
          expect(report.verdict, `${report.reason}\n${server.text()}`).toBe("HELD");
          await eventually("its journal is whole", async () => {
            const { body } = await ask(server.url, "/api/v1/verify");
            return /"closed":true,"problem":null/.test(body as string) || undefined;
          });
          expect((await ask(server.url, "/api/v1/backup")).body).toContain(report.id);
          expect(server.text()).not.toMatch(/warn|error/);
        } finally {
          await ground.close();
        }
      }),
    ),
);
