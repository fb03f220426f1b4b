/** Long-term storage: backups, retention sweeps, and the proof that the rest was not changed. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { asAgentBoot, asInstance, asRunId, type RunId } from "../../experiments/model/names.ts";
import { insertAudit } from "../../server/store/audit.ts";
import { backup, TABLES } from "../../server/store/backup.ts";
import { insertClaims } from "../../server/store/claims.ts";
import { enqueueDelivery, recordDeliveryOutcome } from "../../server/store/deliveries.ts";
import { getDocument, putDocument } from "../../server/store/documents.ts";
import { closeGate, readGate } from "../../server/store/gate.ts";
import { insertIdempotencyKey } from "../../server/store/idempotency-keys.ts";
import { insertInstant, upsertScheduleState } from "../../server/store/instants.ts";
import { appendRecords, readRecords } from "../../server/store/journal.ts";
import type { Store } from "../../server/store/open.ts";
import { RestoreError, restore } from "../../server/store/restore.ts";
import { DEFAULT_RETENTION, sweep } from "../../server/store/retention.ts";
import { findRun, insertRun, pageRuns, updateRun } from "../../server/store/runs.ts";
import { insertToken } from "../../server/store/tokens.ts";
import { type JournalCheck, verifyJournals } from "../../server/store/verify-journals.ts";
import { itOnPostgres } from "../postgres.ts";
import { errorOf, onBoth, withPostgresStore, withSqlite } from "./databases.ts";
import { chainOf, closed, finishedRun, lead, leaderRow, NOON, runRow } from "./samples.ts";

const DAY = 86_400_000;
const audited = { principal: "ada", role: "admin", action: "halt", target: "all", outcome: "ok", detail: "a\0b" };

/** Fills every table; two runs are finished and a third is under way. */
const fill = async (store: Store) => {
  const { db } = store;
  const epoch = await lead(store);
  const labels = JSON.stringify({ team: "pay" });
  await finishedRun(store, epoch, asRunId("old"), { labels }, 600);
  await finishedRun(store, epoch, asRunId("new"), { started_ms: NOON + 10 * DAY });
  await insertRun(db, runRow(asRunId("live")));
  await appendRecords(db, asRunId("live"), chainOf(4), epoch);
  await db.transaction().execute(async (tx) => {
    await insertClaims(tx, asRunId("live"), [{ resource: "a->b", mode: "exclusive" }]);
    await insertIdempotencyKey(tx, { key: "k", principal: "ci", bodyDigest: "d" }, asRunId("old"), NOON);
    const outcome = { outcome: "started", reason: "", reacted: 1, run: asRunId("old"), at_ms: NOON };
    await insertInstant(tx, { schedule: "nightly", instant_ms: NOON, ...outcome });
  });
  await upsertScheduleState(db, "nightly", { considered_ms: NOON });
  for (const version of [1, 2]) {
    const content = { version, text: "Grüße \u{1f4a5}" };
    await putDocument(db, { kind: "Mesh", name: "shop", content, by: "ada", atMs: NOON });
  }
  const token = { id: "t", name: "ci", role: "operator", hash: "h", created_by: "ada", created_ms: NOON };
  await insertToken(db, token);
  await insertAudit(db, { ...audited, at_ms: NOON });
  const delivery = await enqueueDelivery(db, { webhook: "chat", event: "verdict", body: "{}", atMs: NOON });
  await recordDeliveryOutcome(db, delivery, { doneMs: NOON, problem: null });
  await db
    .insertInto("boots")
    .values({
      ...{ boot: asAgentBoot("b"), instance: asInstance("i"), service: "s", credential: "t", met_ms: NOON },
      ...{ pid: 1, pid_started: null, machine_boot: null },
    })
    .execute();
  await closeGate(db, { reason: "stop", by: "ada", atMs: NOON });
  return epoch;
};
const linesOf = async (store: Store): Promise<string[]> => {
  let text = "";
  for await (const piece of backup(store, NOON)) text += piece;
  return text.trimEnd().split("\n");
};
async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
const results = async (store: Store): Promise<JournalCheck[]> => {
  const all: JournalCheck[] = [];
  for await (const verified of verifyJournals(store.db)) all.push(verified);
  return all;
};
/** Rows of a backup without those that belong to the restored database alone. */
const rowsIn = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith("[") && !/^\["(meta|leader)"/.test(line));

for (const [from, withFrom, itFrom] of [
  ["SQLite", withSqlite, it],
  ["PostgreSQL", withPostgresStore, itOnPostgres],
] as const)
  onBoth(`a backup from ${from}`, (withStore) => {
    itFrom("comes back row for row, in an epoch that no agent has seen, under another name", () =>
      withFrom(async (before) => {
        const epoch = await fill(before);
        const lines = await linesOf(before);
        await withStore(async (after) => {
          expect(await restore(after, each(lines))).toBe(lines.length - 2);
          const again = await linesOf(after);
          const [wanted, found] = [rowsIn(lines), rowsIn(again)].map((rows) =>
            rows.map((row) => row.replace("\\u0000", "\ufffd")),
          );
          expect(found).toEqual(wanted);
          expect(new Set(found!.map((row) => JSON.parse(row)[0])).size).toBe(TABLES.length - 2);
          const row = await leaderRow(after);
          expect(row).toMatchObject({ holder: null, expires_ms: null });
          expect(row.epoch).toBeGreaterThan(epoch + 100_000);
          expect(again.find((line) => line.startsWith('["meta"'))).not.toBe(
            lines.find((line) => line.startsWith('["meta"')),
          );
          expect(await readGate(after.db)).toMatchObject({ reason: "stop" });
          expect(await readRecords(after.db, asRunId("old"))).toEqual(closed(chainOf(600)));
          expect(await getDocument(after.db, "Mesh", "shop")).toMatchObject({ version: 2 });
          expect(
            (await pageRuns(after.db, { limit: 9, labels: [{ key: "team", values: ["pay"], isIn: true }] })).rows,
          ).toHaveLength(1);
        });
      }),
    );
  });

onBoth("a backup", (withStore) => {
  it("is of one moment, though runs go on while it is read, and leaves nothing behind", () =>
    withStore(async (store) => {
      const epoch = await fill(store);
      const lines: string[] = [];
      for await (const piece of backup(store, NOON)) {
        lines.push(piece);
        if (lines.length === 1) {
          await insertRun(store.db, runRow(asRunId("later")));
          await appendRecords(store.db, asRunId("later"), chainOf(2), epoch);
        }
      }
      const text = lines.join("");
      expect([...text.matchAll(/^\["journal",\{"run":"later"/gm)]).toHaveLength(0);
      expect(text).not.toContain('["runs",{"id":"later"');
      expect(await readRecords(store.db, asRunId("later"))).toHaveLength(2);
    }));
  it("that was cut, changed, made longer or is none at all is refused, and nothing is changed", () =>
    withStore(async (store) => {
      await withSqlite(async (before) => {
        await fill(before);
        const lines = await linesOf(before);
        const at = lines.findIndex((line) => line.startsWith('["audit"'));
        const changed = lines.with(at, lines[at]!.replace("ada", "eve"));
        const wrong: [RegExp, readonly string[]][] = [
          [/without its end/, lines.slice(0, -1)],
          [/without its end/, []],
          [/digest/, lines.toSpliced(3, 1)],
          [/digest/, changed],
          [/behind its end/, [...lines, lines.at(-1)!]],
          [/no backup of squall/, lines.slice(1)],
          [/no JSON/, ["<html>"]],
          [/neither a row nor its end/, lines.toSpliced(1, 0, '["sqlite_master",{}]')],
          [/neither a row nor its end/, lines.toSpliced(1, 0, '["runs",{"id":["a"]}]')],
          [/form 1\/999/, lines.with(0, lines[0]!.replace(/"schema":"[^"]*"/, '"schema":"999"'))],
        ];
        for (const [why, damaged] of wrong) {
          const error = await errorOf(restore(store, each(damaged)));
          expect(error).toBeInstanceOf(RestoreError);
          expect(error.message).toMatch(why);
        }
        expect((await linesOf(store)).filter((line) => line.startsWith('["runs"'))).toEqual([]);
        expect((await leaderRow(store)).epoch).toBe(0);
        expect(await restore(store, each(lines))).toBe(lines.length - 2);
        expect((await errorOf(restore(store, each(lines)))).message).toMatch(/not empty/);
      });
    }));
});

it("a backup of a file leaves no copy of it in the folder, read to its end or not", () =>
  withSqlite(async (store) => {
    await fill(store);
    const { file } = (
      await store.db.executeQuery<{ file: string }>({
        ...{ sql: "pragma database_list", parameters: [], query: { kind: "RawNode" } as never, queryId: {} as never },
      })
    ).rows[0]!;
    const folder = file.replace(/\/[^/]*$/, "");
    await linesOf(store);
    for await (const _ of backup(store, NOON)) break;
    expect(readdirSync(folder).filter((name) => name.startsWith("copy-"))).toEqual([]);
  }));
it("a backup's digest is that of its lines, so that other tools can check it", () =>
  withSqlite(async (store) => {
    const lines = await linesOf(store);
    const hash = createHash("sha256").update(
      lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(""),
    );
    expect(JSON.parse(lines.at(-1)!)).toEqual({ end: true, rows: lines.length - 2, digest: hash.digest("hex") });
  }));

onBoth("verifying", (withStore) => {
  it("finds every chain whole, of runs under way too", () =>
    withStore(async (store) => {
      await fill(store);
      expect(await results(store)).toEqual([
        { run: "live", records: 4, closed: false, problem: null },
        { run: "new", records: 4, closed: true, problem: null },
        { run: "old", records: 601, closed: true, problem: null },
      ]);
    }));
  it("finds a record that was changed, dropped or cut off, and a journal that is not there", () =>
    withStore(async (store) => {
      const epoch = await lead(store);
      for (const id of ["changed", "cut", "dropped"].map(asRunId)) await finishedRun(store, epoch, id, {}, 9);
      await insertRun(store.db, runRow(asRunId("empty")));
      const journal = (run: RunId, sequence: number) => ({
        change: () =>
          store.db
            .updateTable("journal")
            .set({ wall_ms: 1 })
            .where("run", "=", run)
            .where("sequence", "=", sequence)
            .execute(),
        drop: () => store.db.deleteFrom("journal").where("run", "=", run).where("sequence", "=", sequence).execute(),
      });
      await journal(asRunId("changed"), 5).change();
      await journal(asRunId("dropped"), 3).drop();
      await journal(asRunId("cut"), 10).drop();
      expect((await results(store)).map(({ run, problem }) => `${run}: ${problem}`)).toEqual([
        "changed: record 5 does not follow from those before it",
        "cut: its journal ends with record 9, expected the one that closes it",
        "dropped: record 3 does not follow from those before it",
        "empty: it has no records",
      ]);
    }));
});

onBoth("retention", (withStore) => {
  it("takes what is old with all its parts, and nothing that is under way, claimed or young", () =>
    withStore(async (store) => {
      const { db } = store;
      const epoch = await fill(store);
      await finishedRun(store, epoch, asRunId("residue"));
      await db
        .transaction()
        .execute((tx) => insertClaims(tx, asRunId("residue"), [{ resource: "x->y", mode: "exclusive" }]));
      const later = await enqueueDelivery(db, { webhook: "chat", event: "verdict", body: "{}", atMs: NOON });
      const removed = await sweep(
        db,
        { ...DEFAULT_RETENTION, runsMs: 5 * DAY, auditMs: 5 * DAY, instantsMs: 5 * DAY },
        NOON + 11 * DAY,
      );
      expect(removed).toEqual({ runs: 1, audit: 1, deliveries: 1, instants: 1, starts: 1 });
      expect((await pageRuns(db, { limit: 9 })).rows.map(({ id }) => id)).toEqual(["new", "residue", "live"]);
      expect(await readRecords(db, asRunId("old"))).toEqual([]);
      expect(await db.selectFrom("run_labels").selectAll().execute()).toEqual([]);
      expect((await db.selectFrom("deliveries").select("id").execute()).map(({ id }) => id)).toEqual([later]);
      expect(await sweep(db, DEFAULT_RETENTION, NOON)).toEqual({
        runs: 0,
        audit: 0,
        deliveries: 0,
        instants: 0,
        starts: 0,
      });
    }));
  it("keeps the newest so many runs", () =>
    withStore(async (store) => {
      const epoch = await lead(store);
      for (let i = 0; i < 5; i++) await finishedRun(store, epoch, asRunId(`run-${i}`), { started_ms: NOON + i });
      await insertRun(store.db, runRow(asRunId("live"), { started_ms: NOON - 1 }));
      const { runs } = await sweep(store.db, { ...DEFAULT_RETENTION, runsMs: null, runsMost: 2 }, NOON);
      expect(runs).toBe(3);
      expect((await pageRuns(store.db, { limit: 9 })).rows.map(({ id }) => id)).toEqual(["run-4", "run-3", "live"]);
    }));
  it("goes on with a run that a server left half removed, which no list showed meanwhile", () =>
    withStore(async (store) => {
      const epoch = await lead(store);
      await finishedRun(store, epoch, asRunId("half"), {}, 9);
      await updateRun(store.db, asRunId("half"), { forgotten: 1 });
      await store.db.deleteFrom("journal").where("sequence", "<", 5).execute();
      expect(await findRun(store.db, asRunId("half"))).toBeUndefined();
      expect((await pageRuns(store.db, { limit: 9 })).rows).toEqual([]);
      expect(await results(store)).toEqual([]);
      expect((await sweep(store.db, DEFAULT_RETENTION, NOON)).runs).toBe(1);
      expect(await store.db.selectFrom("journal").selectAll().execute()).toEqual([]);
    }));
});
