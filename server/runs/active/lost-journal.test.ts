/** Loss of confirmed records under a live run: in fake time, on a real store and a real fleet. */
import { describe, expect, it } from "vitest";
import { checkJournal } from "../../../experiments/model/journal/journal.ts";
import type { RunId } from "../../../experiments/model/names.ts";
import type { State } from "../../../experiments/model/run/run.ts";
import { stage } from "../../../test/run/stage-in-time.ts";
import { pass, passUntil } from "../../../test/run/term-in-time.ts";
import { digest } from "../../store/chain.ts";
import { listClaims } from "../../store/claims.ts";
import type { Store } from "../../store/open.ts";
import { findRun } from "../../store/runs.ts";
import { verifyJournals } from "../../store/verify-journals.ts";

/** Drops the tail of the journal, as on a promoted standby that lagged behind by `records`. */
const loseTail = async ({ db }: Store, run: RunId, records: number): Promise<void> => {
  const { last } = await db
    .selectFrom("journal")
    .select(({ fn }) => fn.max("sequence").as("last"))
    .where("run", "=", run)
    .executeTakeFirstOrThrow();
  await db
    .deleteFrom("journal")
    .where("run", "=", run)
    .where("sequence", ">", last - records)
    .execute();
};
const expectWhole = async (store: Store): Promise<void> => {
  for await (const { run, closed, problem } of verifyJournals(store.db))
    expect({ run, closed, problem }).toEqual({ run, closed: true, problem: null });
};
/** Calls `call` before each transaction, until the returned function is called. */
const beforeTransactions = ({ db }: Store, call: () => Promise<void>): (() => void) => {
  const begin = db.transaction;
  db.transaction = () => {
    const builder = begin.call(db);
    const { execute } = builder;
    builder.execute = async (work) => {
      await call();
      return execute.call(builder, work) as never;
    };
    return builder;
  };
  return () => {
    db.transaction = begin;
  };
};
const STATES: readonly State[] = ["preparing", "baseline", "injecting", "recovering"];

describe("a run of which the database lost records", () => {
  it.each(STATES)("while it is %s ends HALTED, journal-lost, and what is left of its journal is whole", async (at) => {
    const { agent, start, state, ended, store, clock, term } = await stage();
    const shop = at === "preparing" ? null : await agent("shop");
    const id = await start();
    await passUntil(clock, `it is ${at}`, () => state(id) === at);
    await pass(clock, at === "preparing" ? 0 : 100);
    await loseTail(store, id, 1);
    if (shop === null) await agent("shop");
    const report = await ended(id);
    expect(report).toMatchObject({ verdict: "HALTED", because: "journal-lost" });
    expect(report.reason).toMatch(/record \d+ is missing, which record \d+ follows/);
    expect(shop?.live ?? []).toEqual([]);
    await expectWhole(store);
    expect(await listClaims(store.db)).toEqual([]);
    expect(term.log.join("\n")).toContain("journal");
  });

  it("between its last event and the record that closes it is told as HALTED too, never as HELD", async () => {
    const { agent, start, ended, store, term } = await stage();
    await agent("shop");
    const id = await start();
    const told: (string | null)[] = [];
    term.runs.onLifecycleEvent(({ what, verdict }) => what === "finished" && told.push(verdict));
    const records: string[] = [];
    term.runs.active(id)!.listen(({ entry }) => records.push(entry.kind === "event" ? entry.event.type : entry.kind));
    let writes = 0;
    const whole = beforeTransactions(store, async () => {
      // The first write of a finished run is the last event, the second write closes the journal.
      if (term.runs.active(id)?.run.at === "finished" && ++writes === 2) await loseTail(store, id, 1);
    });
    const report = await ended(id);
    whole();
    expect(report).toMatchObject({ verdict: "HALTED", because: "journal-lost" });
    expect(told).toEqual(["HALTED"]);
    expect(records.slice(-2)).toEqual(["halted", "closed"]);
    await expectWhole(store);
  });

  it("of which it does not know the run any more is over in memory, without a fault left on", async () => {
    const { agent, start, live, store, clock, term } = await stage();
    const shop = await agent("shop");
    const id = await start();
    await live(id);
    await store.db.deleteFrom("journal").where("run", "=", id).execute();
    await store.db.deleteFrom("claims").where("run", "=", id).execute();
    await store.db.deleteFrom("run_labels").where("run", "=", id).execute();
    await store.db.deleteFrom("runs").where("id", "=", id).execute();
    await passUntil(clock, "it is over", () => term.runs.active(id)?.isOver !== false);
    expect(await term.runs.report(id)).toMatchObject({ verdict: "HALTED", because: "journal-lost" });
    expect(shop.live).toEqual([]);
    expect(await findRun(store.db, id)).toBeUndefined();
  });
});

describe("a run that was over and told before the database lost records of its end", () => {
  /** A store as on a standby that lacks the last records and the changes of the same commits. */
  const over = async (records: number) => {
    const made = await stage();
    const { agent, start, ended, store, clock } = made;
    const shop = await agent("shop");
    const id = await start();
    expect(await ended(id)).toMatchObject({ verdict: "HELD" });
    await loseTail(store, id, records);
    await store.db
      .updateTable("runs")
      .set({ closed: 0, state: "recovering", verdict: null })
      .where("id", "=", id)
      .execute();
    const claimed = { run: id, resource: "checkout->payments", mode: "exclusive" } as const;
    await store.db.insertInto("claims").values(claimed).execute();
    await pass(clock, 12_000);
    return { ...made, shop, id };
  };
  it.each([
    [2, "HALTED", "journal-lost"],
    [1, "HELD", "held"],
  ] as const)("is closed anew where %i are gone: %s, as what is left shows", async (records, verdict, because) => {
    const { id, ended, store, start, shop } = await over(records);
    expect(await ended(id)).toMatchObject({ verdict, because });
    expect(await findRun(store.db, id)).toMatchObject({ verdict, closed: 1 });
    expect([shop.live, await listClaims(store.db)]).toEqual([[], []]);
    await expectWhole(store);
    // The next run is not blocked by any leftover.
    expect(await ended(await start())).toMatchObject({ verdict: "HELD" });
  });
  it("frees what it claims, where only that was lost", async () => {
    const { start, ended, agent, store, clock } = await stage();
    await agent("shop");
    const id = await start();
    await ended(id);
    await store.db
      .insertInto("claims")
      .values({ run: id, resource: "checkout->payments", mode: "exclusive" })
      .execute();
    await pass(clock, 12_000);
    expect(await listClaims(store.db)).toEqual([]);
  });
});

describe("a run whose last event could not be written in time", () => {
  it("is told as HALTED, though the event itself said HELD", async () => {
    const { agent, start, ended, store, term } = await stage();
    await agent("shop");
    const id = await start();
    const told: (string | null)[] = [];
    term.runs.onLifecycleEvent(({ what, verdict }) => what === "finished" && told.push(verdict));
    let isFull = false;
    const whole = beforeTransactions(store, async () => {
      if (term.runs.active(id)?.run.at !== "finished" || isFull) return;
      isFull = true;
      throw new Error("database or disk is full");
    });
    const report = await ended(id);
    whole();
    expect(report).toMatchObject({ verdict: "HALTED", because: "journal" });
    expect(report.reason).toContain("database or disk is full");
    expect(told).toEqual(["HALTED"]);
    expect(checkJournal(await term.runs.records(id), digest)).toEqual([]);
    await expectWhole(store);
    expect(await findRun(store.db, id)).toMatchObject({ verdict: "HALTED", closed: 1 });
  });
});
