/** Changing metrics of a real server: queue, webhooks and database. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { openStore } from "../../server/store/open.ts";
import { itOnPostgres, startPostgres } from "../postgres.ts";
import { agentReady, ask, eventually, experimentOf, finished, openGround, start } from "../serve/ground.ts";

it("tells how long a run waits for its turn, and which webhook was not told", async () => {
  const ground = await openGround();
  try {
    const config = join(ground.folder, "server.yaml");
    const hook = `{ name: pager, url: "http://127.0.0.1:9/", events: [verdict], secret: 0123456789abcdef }`;
    writeFileSync(config, `webhooks: [${hook}]\n`);
    const serving = await ground.serve("counts", ["--config", config]);
    await ground.agent([serving.url]);
    await agentReady(serving.url);
    const reaches = (series: string, isMet: (value: number) => boolean) =>
      eventually(`${series} in time`, async () => {
        const text = String((await ask(serving.url, "/metrics")).body);
        const line = text.split("\n").find((each) => each.startsWith(`${series} `));
        return line !== undefined && isMet(Number(line.slice(series.length))) ? true : undefined;
      });
    const [first, second] = [
      await start(serving.url, experimentOf(ground)),
      await start(serving.url, experimentOf(ground)),
    ];
    await reaches("squall_queue_oldest_seconds", (seconds) => seconds > 0.5);
    await reaches('squall_runs{state="queued"}', (runs) => runs === 1);
    for (const id of [first, second]) await finished(serving.url, id);
    await reaches("squall_queue_oldest_seconds", (seconds) => seconds === 0);
    await reaches('squall_webhook_attempts_total{webhook="pager",outcome="failed"}', (count) => count >= 2);
    await reaches('squall_webhook_deliveries_pending{webhook="pager"}', (count) => count === 2);
  } finally {
    await ground.close();
  }
});

itOnPostgres("counts queries that fail and connections that are not to be had, on both databases", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-counts-"));
  const failures: string[] = [];
  const onFailure = (kind: string) => void failures.push(kind);
  const asked = (store: Awaited<ReturnType<typeof openStore>>) =>
    sql`select nothing`.execute(store.db).catch(() => null);
  try {
    const file = await openStore({ folder, onFailure });
    await asked(file);
    expect(failures.splice(0)).toEqual(["query"]);
    await file.close();
    const postgres = await startPostgres();
    const shared = await openStore({ folder, databaseUrl: await postgres.newDatabase(), onFailure });
    failures.length = 0;
    await asked(shared);
    expect(failures.splice(0)).toEqual(["query"]);
    await postgres.stop();
    await asked(shared);
    await asked(shared);
    expect(failures).toContain("connection");
    await shared.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
