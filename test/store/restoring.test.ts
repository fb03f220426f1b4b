/**
 * Command `squall restore` as typed: from a file, a pipe and a redirected input, small and large, into either kind of
 * database.
 */
import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { asAgentBoot, asRunId } from "../../experiments/model/names.ts";
import { insertAudit } from "../../server/store/audit.ts";
import { backup } from "../../server/store/backup.ts";
import { chainRecord } from "../../server/store/chain.ts";
import { appendRecords } from "../../server/store/journal.ts";
import { openStore } from "../../server/store/open.ts";
import { insertRun } from "../../server/store/runs.ts";
import { verifyJournals } from "../../server/store/verify-journals.ts";
import { openYard, type Yard } from "../cli/squall.ts";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { withFolder, withSqlite } from "./databases.ts";
import { finishedRun, lead, NOON, runRow } from "./samples.ts";

/** Record count of a large backup: many times above the 64 KiB that a stream hands over at once. */
const LARGE_RECORDS = 1_500;
/** Line ends to some line readers, but plain text in JSON. */
const ODD = "a line\u2028another\u2029a third\u0085";

/** Backup with a finished run, and a run under way with `records` records of 1.5 kB. */
const backupOf = (records: number): Promise<string> =>
  withSqlite(async (store) => {
    const epoch = await lead(store);
    await finishedRun(store, epoch, asRunId("finished"));
    await insertRun(store.db, runRow(asRunId("live")));
    const chain = [chainRecord(null, NOON, { kind: "event", event: { type: "woke", atMs: 0 } })];
    for (let i = 1; i < records; i++) {
      const why = ODD + "x".repeat(1_500);
      const event = { type: "refused", atMs: i, boot: asAgentBoot("b"), revision: 1, why } as const;
      chain.push(chainRecord(chain.at(-1)!, NOON + i, { kind: "event", event }));
    }
    await appendRecords(store.db, asRunId("live"), chain, epoch);
    const audited = { principal: "ada", role: "admin", action: "halt", target: "all", outcome: "ok" };
    await insertAudit(store.db, { ...audited, detail: ODD, at_ms: NOON });
    let text = "";
    for await (const piece of backup(store, NOON)) text += piece;
    return text;
  });

const SIZES = { small: 3, large: LARGE_RECORDS } as const;
const WAYS = {
  "a file": (file: string) => `restore ${file}`,
  "a pipe": (file: string) => `restore - < <(cat ${file})`,
  "a redirected input": (file: string) => `restore - < ${file}`,
} as const;

/** Runs the command in a shell, as an operator types the command. */
const restoreBy = (yard: Yard, line: string, environment: Record<string, string>) => {
  const command = `squall() { "${process.execPath}" "${join(import.meta.dirname, "../../cli/squall.js")}" "$@"; }; squall ${line}`;
  const env = { ...process.env, NO_COLOR: "1", SQUALL_HOME: yard.home, ...environment };
  return spawnSync("bash", ["-c", command], { cwd: yard.folder, env, encoding: "utf8", timeout: 15_000 });
};

describe("squall restore", () => {
  const backups = { small: "", large: "" };
  beforeAll(async () => {
    for (const size of ["small", "large"] as const) backups[size] = await backupOf(SIZES[size]);
  });
  const fills = async (size: keyof typeof SIZES, way: keyof typeof WAYS, folder: string, databaseUrl?: string) => {
    const yard = openYard();
    try {
      const file = join(yard.folder, "b.ndjson");
      writeFileSync(file, backups[size]);
      if (size === "large") expect(statSync(file).size).toBeGreaterThan(2_000_000);
      const line = `${WAYS[way](file)}${databaseUrl === undefined ? ` --folder ${folder}` : ""}`;
      const environment = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
      const { status, stderr, error } = restoreBy(yard, line, environment);
      expect(error?.message).toBeUndefined();
      expect(stderr).toContain("2 journals whole");
      expect(status).toBe(0);
      const store = await openStore({ folder, databaseUrl });
      try {
        const found = [];
        for await (const { run, records, problem } of verifyJournals(store.db)) found.push({ run, records, problem });
        expect(found).toEqual([
          { run: "finished", records: 4, problem: null },
          { run: "live", records: SIZES[size], problem: null },
        ]);
      } finally {
        await store.close();
      }
    } finally {
      yard.remove();
    }
  };
  it("fills from a large backup in a pipe an empty database of SQLite, whose journals are whole", () =>
    withFolder((folder) => fills("large", "a pipe", folder)));
  itOnPostgres.each([
    ["small", "a file"],
    ["small", "a pipe"],
    ["large", "a file"],
    ["large", "a redirected input"],
  ] as const)("fills from a %s backup in %s an empty database of PostgreSQL, whose journals are whole", (size, way) =>
    withFolder((folder) => withPostgres((url) => fills(size, way, folder, url))),
  );
  it("names a file that is not there", () => {
    const yard = openYard();
    try {
      const { status, stderr } = restoreBy(yard, "restore nowhere.ndjson --folder f", {});
      expect(stderr).toMatch(/^squall: nowhere\.ndjson: no such file/);
      expect(status).toBe(2);
    } finally {
      yard.remove();
    }
  });
});
