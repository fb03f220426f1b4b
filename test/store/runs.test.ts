import { expect, it } from "vitest";
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import { type LabelSelector, readRunSelector } from "../../experiments/model/notation/label-selector.ts";
import { chainRecord } from "../../server/store/chain.ts";
import { insertClaims, listClaims, releaseClaims } from "../../server/store/claims.ts";
import { Fenced, JournalGap, KeyReused } from "../../server/store/errors.ts";
import { closeGate, lockGate, readGate, releaseGate } from "../../server/store/gate.ts";
import { findIdempotentRun, insertIdempotencyKey } from "../../server/store/idempotency-keys.ts";
import { appendRecords, readRecords } from "../../server/store/journal.ts";
import { acquireLeaderRowAlone } from "../../server/store/leader-row.ts";
import {
  findRun,
  insertRun,
  listUnfinishedRuns,
  pageRuns,
  type RunsQuery,
  updateRun,
} from "../../server/store/runs.ts";
import { readTrends } from "../../server/store/trends.ts";
import { sleep } from "../waiting.ts";
import { errorOf, onBoth } from "./databases.ts";
import { chainOf, closed, lead, NOON, runRow } from "./samples.ts";

onBoth("journals", (withStore) => {
  it("come back as they were written, whole or in part", () =>
    withStore(async (store) => {
      const epoch = await lead(store);
      await insertRun(store.db, runRow(asRunId("a")));
      const records = closed(chainOf(1_300));
      await appendRecords(store.db, asRunId("a"), records, epoch);
      expect(await readRecords(store.db, asRunId("a"))).toEqual(records);
      expect(await readRecords(store.db, asRunId("a"), 1_290)).toEqual(records.slice(1_290));
      expect(await readRecords(store.db, asRunId("a"), 10, 5)).toEqual(records.slice(10, 15));
      expect(await readRecords(store.db, asRunId("a"), 10, 700)).toEqual(records.slice(10, 710));
      expect(await readRecords(store.db, asRunId("a"), Number.MAX_SAFE_INTEGER)).toEqual([]);
    }));
  it("take no record of a leader whose epoch is over, and none whose number is taken", () =>
    withStore(async (store) => {
      const old = await lead(store);
      await insertRun(store.db, runRow(asRunId("a")));
      const records = chainOf(3);
      await appendRecords(store.db, asRunId("a"), records.slice(0, 1), old);
      const epoch = await acquireLeaderRowAlone(store.db, "another", "http://127.0.0.1:2");
      expect(await errorOf(appendRecords(store.db, asRunId("a"), records.slice(1), old))).toBeInstanceOf(Fenced);
      expect(await readRecords(store.db, asRunId("a"))).toHaveLength(1);
      await appendRecords(store.db, asRunId("a"), records.slice(1), epoch);
      const other = chainRecord(records[1]!, NOON + 9, { kind: "event", event: { type: "woke", atMs: 9 } });
      const error = await errorOf(appendRecords(store.db, asRunId("a"), [other], epoch));
      expect(error).toBeInstanceOf(JournalGap);
      expect(error.message).toMatch(/run a .* record 3 is there already, and is another one/);
      expect(await readRecords(store.db, asRunId("a"))).toEqual(records);
    }));
  it("take no record whose predecessor is gone, or is another one than the record states", () =>
    withStore(async (store) => {
      const epoch = await lead(store);
      await insertRun(store.db, runRow(asRunId("a")));
      const records = chainOf(6);
      await appendRecords(store.db, asRunId("a"), records.slice(0, 4), epoch);
      await store.db.deleteFrom("journal").where("sequence", ">", 2).execute();
      const missing = await errorOf(appendRecords(store.db, asRunId("a"), records.slice(4), epoch));
      expect(missing).toBeInstanceOf(JournalGap);
      expect(missing.message).toMatch(/record 4 is missing, which record 5 follows/);
      const strange = chainRecord(records[1]!, NOON + 9, { kind: "event", event: { type: "woke", atMs: 9 } });
      await appendRecords(store.db, asRunId("a"), [strange], epoch);
      const other = await errorOf(appendRecords(store.db, asRunId("a"), records.slice(3), epoch));
      expect(other).toBeInstanceOf(JournalGap);
      expect(other.message).toMatch(/record 3 is another one than record 4 follows/);
      expect(await readRecords(store.db, asRunId("a"))).toEqual([...records.slice(0, 2), strange]);
    }));
  it("take what is there already once more, for who never heard that it was written", () =>
    withStore(async (store) => {
      const epoch = await lead(store);
      await insertRun(store.db, runRow(asRunId("a")));
      const records = closed(chainOf(5));
      await appendRecords(store.db, asRunId("a"), records.slice(0, 3), epoch);
      await appendRecords(store.db, asRunId("a"), records.slice(1), epoch);
      await appendRecords(store.db, asRunId("a"), records.slice(1), epoch);
      expect(await readRecords(store.db, asRunId("a"))).toEqual(records);
    }));
});

onBoth("lists of runs", (withStore) => {
  it("are read in pages that show each run once, though runs start meanwhile", () =>
    withStore(async ({ db }) => {
      // Several runs share a millisecond: a page may end between such runs.
      for (let i = 0; i < 25; i++) await insertRun(db, runRow(asRunId(`run-${i}`), { started_ms: NOON + (i >> 2) }));
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await pageRuns(db, { limit: 7, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.rows.map(({ id }) => id));
        if (cursor === undefined) await insertRun(db, runRow(asRunId("late"), { started_ms: NOON + 999 }));
        cursor = page.next;
      }
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
      expect(seen).not.toContain("late");
      expect((await pageRuns(db, { limit: 1 })).rows[0]).toMatchObject({ id: "late", labels: "{}", priority: 0 });
    }));
  it("are narrowed by experiment, verdict, schedule, state, label and time", () =>
    withStore(async ({ db }) => {
      const labels = JSON.stringify({ team: "pay", "odd key": 'a"b%' });
      await insertRun(db, runRow(asRunId("a"), { labels, verdict: "HELD", state: "finished" }));
      await insertRun(db, runRow(asRunId("b"), { labels: JSON.stringify({ team: "PAY" }), started_ms: NOON + 1_000 }));
      await insertRun(db, runRow(asRunId("c"), { experiment: "f", schedule: "nightly", started_ms: NOON + 2_000 }));
      const found = async (query: Omit<RunsQuery, "limit">) =>
        (await pageRuns(db, { limit: 10, ...query })).rows.map(({ id }) => id);
      expect(await found({})).toEqual(["c", "b", "a"]);
      expect(await found({ experiment: "f" })).toEqual(["c"]);
      expect(await found({ verdict: "HELD" })).toEqual(["a"]);
      expect(await found({ schedule: "nightly" })).toEqual(["c"]);
      expect(await found({ state: "queued" })).toEqual(["c", "b"]);
      const labelled = (selector: string) => found({ labels: readRunSelector(selector) as LabelSelector });
      expect(await labelled("team=pay")).toEqual(["a"]);
      expect(await labelled('odd key=a"b%')).toEqual(["a"]);
      expect(await labelled("team!=pay")).toEqual(["c", "b"]);
      expect(await labelled("team in (pay, PAY)")).toEqual(["b", "a"]);
      expect(await labelled("team notin (pay,PAY)")).toEqual(["c"]);
      expect(await labelled("team")).toEqual(["b", "a"]);
      expect(await labelled("!team")).toEqual(["c"]);
      expect(await labelled("team,team!=pay")).toEqual(["b"]);
      expect(await labelled("constructor")).toEqual([]);
      expect(await found({ since: NOON + 1_000, until: NOON + 2_000 })).toEqual(["b"]);
      await expect(pageRuns(db, { limit: 1, cursor: "nonsense" })).rejects.toThrow(/no cursor/);
    }));
  it("give the last finished runs of every experiment in one query, however many there are", () =>
    withStore(async ({ db }) => {
      const EXPERIMENTS = 250;
      const rows = Array.from({ length: EXPERIMENTS }, (_, e) =>
        [0, 1, 2].map((i) =>
          runRow(asRunId(`${i} of ${e}`), {
            ...{
              experiment: `e${String(e).padStart(3, "0")}`,
              state: "finished",
              verdict: i === 1 ? "BROKEN" : "HELD",
            },
            started_ms: NOON + e + i * 1_000,
          }),
        ),
      ).flat();
      await db.insertInto("runs").values(rows).execute();
      await insertRun(db, runRow(asRunId("under way"), { experiment: "e000", started_ms: NOON + 99_000 }));
      await insertRun(db, runRow(asRunId("gone"), { experiment: "x", state: "finished", forgotten: 1 }));
      const { rows: found, complete } = await readTrends(db, { last: 2, most: EXPERIMENTS });
      expect(complete).toBe(true);
      expect(found).toHaveLength(2 * EXPERIMENTS);
      expect(found.slice(0, 2)).toEqual([
        { id: "1 of 0", experiment: "e000", verdict: "BROKEN", because: null, started_ms: NOON + 1_000 },
        { id: "2 of 0", experiment: "e000", verdict: "HELD", because: null, started_ms: NOON + 2_000 },
      ]);
      expect(new Set(found.map(({ experiment }) => experiment)).size).toBe(EXPERIMENTS);
      const few = await readTrends(db, { last: 1, most: 2 });
      expect([few.complete, few.rows.map(({ id }) => id)]).toEqual([false, ["2 of 248", "2 of 249"]]);
    }));
  it("know the runs that were never closed, and give numbers as numbers", () =>
    withStore(async ({ db }) => {
      for (const id of ["a", "b"].map(asRunId)) await insertRun(db, runRow(id, { seed: 2 ** 31 - 2 }));
      await updateRun(db, asRunId("a"), { closed: 1 });
      expect((await listUnfinishedRuns(db)).map(({ id }) => id)).toEqual(["b"]);
      expect(await findRun(db, asRunId("a"))).toMatchObject({ seed: 2 ** 31 - 2, started_ms: NOON });
      expect(await findRun(db, asRunId("c"))).toBeUndefined();
    }));
});

onBoth("claims", (withStore) => {
  it("are taken all at once or not at all, alone or beside others, until they are released", () =>
    withStore(async ({ db }) => {
      const take = (run: RunId, ...wanted: Parameters<typeof insertClaims>[2]) =>
        db.transaction().execute(async (tx) => {
          await lockGate(tx);
          return insertClaims(tx, run, wanted);
        });
      const shared = { resource: "a->b", mode: "shared" } as const;
      const alone = { resource: "a->b", mode: "exclusive" } as const;
      const other = { resource: "service:b", mode: "exclusive" } as const;
      expect(await take(asRunId("one"), shared)).toEqual([]);
      expect(await take(asRunId("two"), shared, other)).toEqual([]);
      expect(await take(asRunId("three"), alone)).toEqual([
        { ...shared, run: "one" },
        { ...shared, run: "two" },
      ]);
      expect(await take(asRunId("three"), { resource: "c->d", mode: "exclusive" }, other)).toEqual([
        { ...other, run: "two" },
      ]);
      expect((await listClaims(db, asRunId("three"))).length, "nothing of what was refused in part").toBe(0);
      expect(await releaseClaims(db, asRunId("two"))).toBe(2);
      expect(await take(asRunId("one"), shared, alone), "its own shared claim is not in its way").toEqual([]);
      expect(await take(asRunId("one"), shared), "and stays exclusive").toEqual([]);
      expect(await listClaims(db)).toEqual([{ ...alone, run: "one" }]);
      expect(await take(asRunId("two"), shared)).toEqual([{ ...alone, run: "one" }]);
    }));
  it("invariant 21: of many that claim one edge at once, one gets it alone, or several share it", () =>
    withStore(async ({ db }) => {
      const takers = Array.from({ length: 8 }, (_, i) =>
        db.transaction().execute(async (tx) => {
          await lockGate(tx);
          const mode = i % 2 === 0 ? "exclusive" : "shared";
          const conflicts = await insertClaims(tx, asRunId(`run-${i}`), [{ resource: "a->b", mode }]);
          await sleep(20); // the other transactions look meanwhile, if they can
          return conflicts.length === 0;
        }),
      );
      const won = (await Promise.all(takers)).filter(Boolean).length;
      const held = await listClaims(db);
      expect(held).toHaveLength(won);
      expect(held.length === 1 || held.every(({ mode }) => mode === "shared")).toBe(true);
    }));
  it("cannot be exclusive twice, even for who forgot to lock the gate", () =>
    withStore(async ({ db }) => {
      await db
        .insertInto("claims")
        .values({ resource: "a->b", run: asRunId("one"), mode: "exclusive" })
        .execute();
      const second = db
        .insertInto("claims")
        .values({ resource: "a->b", run: asRunId("two"), mode: "exclusive" })
        .execute();
      expect((await errorOf(second)).message).toMatch(/unique/i);
    }));
});

onBoth("the gate", (withStore) => {
  it("stays shut for its first reason until it is released", () =>
    withStore(async ({ db }) => {
      expect(await readGate(db)).toBeNull();
      const first = { reason: "checkout is down", by: "ada", atMs: NOON };
      expect(await closeGate(db, first)).toEqual(first);
      expect(await closeGate(db, { reason: "me too", by: "bob", atMs: NOON + 1 })).toEqual(first);
      expect(await db.transaction().execute(lockGate)).toEqual(first);
      expect(await releaseGate(db)).toEqual(first);
      expect(await releaseGate(db)).toBeNull();
      expect(await readGate(db)).toBeNull();
    }));
  it("invariant 20: who starts holds it, so that a halt comes wholly before or wholly after", () =>
    withStore(async ({ db }) => {
      const order: string[] = [];
      let open!: () => void;
      const isOpen = new Promise<void>((resolve) => {
        open = resolve;
      });
      let held!: () => void;
      const isHeld = new Promise<void>((resolve) => {
        held = resolve;
      });
      const starting = db.transaction().execute(async (tx) => {
        expect(await lockGate(tx)).toBeNull();
        held();
        await isOpen;
        await insertRun(tx, runRow(asRunId("a")));
        order.push("started");
      });
      await isHeld;
      const halting = closeGate(db, { reason: "stop", by: "ada", atMs: NOON }).then(() => order.push("halted"));
      await sleep(100);
      open();
      await Promise.all([starting, halting]);
      expect(order).toEqual(["started", "halted"]);
      expect(await db.transaction().execute(lockGate)).not.toBeNull();
    }));
});

onBoth("idempotency keys", (withStore) => {
  it("answer with the run they started, are the principal's own, and refuse another request", () =>
    withStore(async ({ db }) => {
      const start = { key: "k", principal: "ci", bodyDigest: "d1" };
      await db.transaction().execute(async (tx) => {
        expect(await findIdempotentRun(tx, start)).toBeNull();
        await insertIdempotencyKey(tx, start, asRunId("run-1"), NOON);
        expect(await findIdempotentRun(tx, start)).toBe("run-1");
        expect(await findIdempotentRun(tx, { ...start, principal: "other" })).toBeNull();
        expect(await errorOf(findIdempotentRun(tx, { ...start, bodyDigest: "d2" }))).toBeInstanceOf(KeyReused);
      });
    }));
});
