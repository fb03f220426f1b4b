/**
 * Leftovers of a term for the next term, and claims that RESIDUE keeps: in fake time, on a real store and a real fleet.
 */
import type { Transaction } from "kysely";
import { describe, expect, it } from "vitest";
import { checkJournal } from "../../../experiments/model/journal/journal.ts";
import { asInstance } from "../../../experiments/model/names.ts";
import { AgentInTime } from "../../../test/run/agent-in-time.ts";
import { ALICE, OPERATOR, stage } from "../../../test/run/stage-in-time.ts";
import {
  beginInTime,
  experimentInTime,
  meshInTime,
  openInMemory,
  pass,
  passUntil,
  submissionOf,
  type TermInTime,
  type TermOptions,
} from "../../../test/run/term-in-time.ts";
import { FakeClock } from "../../../test/server/fake-clock.ts";
import { LOCAL } from "../../security/roles.ts";
import { listAudit } from "../../store/audit.ts";
import { digest } from "../../store/chain.ts";
import { listClaims } from "../../store/claims.ts";
import { closeGate } from "../../store/gate.ts";
import { acquireLeaderRowAlone } from "../../store/leader-row.ts";
import type { Store } from "../../store/open.ts";
import { listUnfinishedRuns } from "../../store/runs.ts";
import type { Schema } from "../../store/schema.ts";

describe("a run that waits for its turn when its server ends", () => {
  const lasting = { spec: { phases: { warmup: "0s", baseline: "1s", during: "60s" } } };
  const waiting = async () => {
    const staged = await stage({ keepsQueue: true });
    const shop = await staged.agent("shop");
    const live = await staged.start(lasting);
    await staged.live(live);
    const queued = await staged.start();
    expect(staged.state(queued)).toBe("queued");
    return { ...staged, shop, first: live, queued };
  };
  const expectHeldAt = async (
    next: TermInTime,
    { ended, queued, first, shop }: Awaited<ReturnType<typeof waiting>>,
  ) => {
    shop.connect(next.fleet);
    expect(await ended(first, next)).toMatchObject({ verdict: "HALTED" });
    expect(await ended(queued, next)).toMatchObject({ verdict: "HELD" });
  };

  it("waits on at the next one, whether that server was lost or drained", async () => {
    const lost = await waiting();
    lost.term.kill();
    lost.shop.cut();
    await expectHeldAt(await lost.begin(), lost);
    const drained = await waiting();
    const draining = drained.term.runs.drain({ because: "interrupted", reason: "stop", recover: false });
    await passUntil(drained.clock, "it is drained", () => drained.term.runs.active(drained.first) === null);
    await draining;
    // A long drain takes up no run that was left to the next term.
    await pass(drained.clock, 12_000);
    drained.term.kill();
    drained.shop.cut();
    await expectHeldAt(await drained.begin(), drained);
  });
  it("ends HALTED where everything is halted, its secrets were in that server's memory, its edge is gone, or it is a day old", async () => {
    const unwanted = async (
      change: (staged: Awaited<ReturnType<typeof waiting>>) => unknown,
      more: TermOptions = {},
    ) => {
      const staged = await waiting();
      staged.term.kill();
      staged.shop.cut();
      await change(staged);
      const next = await staged.begin(more);
      staged.shop.connect(next.fleet);
      expect(await staged.ended(staged.queued, next)).toMatchObject({
        verdict: "HALTED",
        because: "server-lost",
        injected: false,
      });
    };
    await unwanted(({ store }) => closeGate(store.db, { reason: "stop", by: "ada", atMs: 1 }));
    await unwanted(({ store, queued }) =>
      store.db.updateTable("runs").set({ queued_ms: 0 }).where("id", "=", queued).execute(),
    );
    await unwanted(() => {}, { mesh: () => meshInTime({ edges: [] }) });
    await unwanted(() => {}, { keepsQueue: false });
    const staged = await stage({ keepsQueue: true });
    await staged.agent("shop");
    await staged.live(await staged.start(lasting));
    const secret = await staged.start({ name: "s3cret" }, { redact: ["slow"] });
    staged.term.kill();
    const next = await staged.begin();
    expect(await staged.ended(secret, next)).toMatchObject({ verdict: "HALTED", because: "server-lost" });
  });
});

describe("a term that ends", () => {
  const lasting = { spec: { phases: { warmup: "0s", baseline: "1s", during: "60s" } } };

  it("with its process leaves its runs to the next, which asks the agents that come back", async () => {
    const { agent, start, live, term, begin, ended, store, clock } = await stage();
    const shop = await agent("shop");
    const id = await start(lasting);
    await live(id);
    term.kill();
    shop.cut();
    await pass(clock, 300);
    expect(shop.live).not.toEqual([]);
    const next = await begin();
    shop.connect(next.fleet);
    expect(await listClaims(store.db)).not.toEqual([]);
    const report = await ended(id, next);
    expect(report).toMatchObject({ verdict: "HALTED", because: "server-lost", audit: [{ grade: "attested" }] });
    expect(shop.live).toEqual([]);
    expect(await listClaims(store.db)).toEqual([]);
  });
  it("holds the claims of what it left until nobody can have a fault of it any more", async () => {
    const { agent, start, live, term, begin, ended, clock } = await stage();
    const shop = await agent("shop");
    const left = await start(lasting);
    await live(left);
    term.kill();
    shop.cut();
    const next = await begin();
    const other = new AgentInTime(clock, asInstance("shop-2"));
    other.connect(next.fleet);
    const { id } = await next.runs.start(submissionOf(experimentInTime()));
    await passUntil(clock, "the new run strikes", () => other.live.length > 0);
    // The old agent never came back: only its expired lease says that the agent has no live fault.
    expect(shop.live).toEqual([]);
    expect(await ended(left, next)).toMatchObject({ verdict: "HALTED", audit: [{ grade: "inferred" }] });
    expect(await ended(id, next)).toMatchObject({ verdict: "HELD" });
  });
  it("finishes what only waited, with nothing injected", async () => {
    const { agent, start, live, term, begin, ended } = await stage();
    await agent("shop");
    const first = await start(lasting);
    await live(first);
    const waiting = await start();
    term.kill();
    const next = await begin();
    expect(await ended(waiting, next)).toMatchObject({ verdict: "HALTED", because: "server-lost", injected: false });
    await ended(first, next);
  });
  it("because another leads writes nothing more, and takes its faults away", async () => {
    let fenced = 0;
    const { agent, start, live, term, store, clock } = await stage({ onFenced: () => fenced++ });
    const shop = await agent("shop");
    const id = await start(lasting);
    await live(id);
    const before = (await term.runs.records(id)).length;
    await acquireLeaderRowAlone(store.db, "another", "http://127.0.0.1:2");
    await pass(clock, 2_500);
    expect(fenced).toBeGreaterThan(0);
    expect(shop.live).toEqual([]);
    expect((await term.runs.records(id)).length).toBe(before);
    await expect(start()).rejects.toMatchObject({ code: "draining" });
  });
  it("that does not know yet that another leads acknowledges no halt of everything", async () => {
    const { term, store } = await stage();
    await acquireLeaderRowAlone(store.db, "another", "http://127.0.0.1:2");
    await expect(term.runs.haltAll(OPERATOR, { latch: true, by: LOCAL })).rejects.toMatchObject({ code: "no-leader" });
  });
});

/** A store that executes every request, and whose answers to commits are lost while `isDeaf`. */
const deafening = (store: Store) => {
  const state = { isDeaf: false };
  const lost = () => {
    if (state.isDeaf) throw new Error("the database did not answer");
  };
  const transaction = () => ({
    execute: async <T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> => {
      const result = await store.db.transaction().execute(work);
      lost();
      return result;
    },
  });
  const db = new Proxy(store.db, {
    get(target, name) {
      if (name === "transaction") return transaction;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { store: { ...store, db }, state };
};

describe("a database whose answers are lost", () => {
  it("leaves no run that nobody finishes: a start of which it was not known whether it was written down", async () => {
    const clock = new FakeClock();
    const { store, state } = deafening(await openInMemory());
    const { runs, fleet } = await beginInTime(clock, store);
    new AgentInTime(clock, asInstance("shop")).connect(fleet);
    await pass(clock, 100);
    state.isDeaf = true;
    await expect(runs.start(submissionOf(experimentInTime()))).rejects.toThrow("did not answer");
    await pass(clock, 5_000);
    const [lost] = await listUnfinishedRuns(store.db);
    expect(lost).toMatchObject({ state: "queued" });
    state.isDeaf = false;
    await pass(clock, 10_000);
    expect(await listUnfinishedRuns(store.db)).toEqual([]);
    expect(await runs.report(lost!.id)).toMatchObject({ verdict: "HALTED", because: "server-lost", injected: false });
    const { id } = await runs.start(submissionOf(experimentInTime()));
    expect(id).not.toBe(lost!.id);
    await store.close();
  });
  it("keeps no edge from the next run: what was written without an answer is written again", async () => {
    const clock = new FakeClock();
    const { store, state } = deafening(await openInMemory());
    const { runs, fleet } = await beginInTime(clock, store);
    const agent = new AgentInTime(clock, asInstance("shop"));
    agent.connect(fleet);
    await pass(clock, 100);
    const { id } = await runs.start(submissionOf(experimentInTime()));
    await passUntil(clock, "it strikes", () => agent.live.length > 0);
    state.isDeaf = true;
    await passUntil(clock, "its faults are gone", () => agent.live.length === 0);
    await pass(clock, 3_000);
    state.isDeaf = false;
    await passUntil(clock, "its claims are settled", () => runs.active(id) === null);
    expect(await listClaims(store.db)).toEqual([]);
    expect(await runs.report(id)).toMatchObject({ verdict: "HALTED", because: "journal" });
    expect(checkJournal(await runs.records(id), digest)).toEqual([]);
    await store.close();
  });
});

describe("a run that ended RESIDUE", () => {
  const wounded = async () => {
    const house = await stage();
    const shop = await house.agent("shop", { wounded: 0 });
    const id = await house.start();
    await house.live(id);
    shop.options.wounded = 2;
    expect(await house.ended(id)).toMatchObject({ verdict: "RESIDUE", residue: ["shop"] });
    return { ...house, shop, id };
  };
  it("keeps its claims until late evidence clears it; its verdict stays", async () => {
    const { shop, id, store, clock, start, state, report } = await wounded();
    const next = await start();
    await pass(clock, 3_000);
    expect(state(next)).toBe("queued");
    shop.options.wounded = 0;
    await passUntil(clock, "the claims are free", () => state(next) !== "queued", 130_000);
    expect(await listAudit(store.db, { limit: 5, action: "residue-cleared" })).toMatchObject([{ target: id }]);
    expect(await report(id)).toMatchObject({ verdict: "RESIDUE" });
  });
  it("keeps its claims over a change of leaders too", async () => {
    const { shop, id, store, clock, term, begin } = await wounded();
    term.kill();
    shop.cut();
    const next = await begin();
    await pass(clock, 7_000);
    expect((await listClaims(store.db)).map(({ run }) => run)).toContain(id);
    shop.options.wounded = 0;
    shop.connect(next.fleet);
    await pass(clock, 62_000);
    expect(await listClaims(store.db)).toEqual([]);
  });
  it("has its claims freed by hand", async () => {
    const { id, term, store, start, state, clock } = await wounded();
    const next = await start();
    expect(await term.runs.releaseClaims(id, ALICE)).toContain("checkout->payments");
    await pass(clock, 100);
    expect(state(next)).not.toBe("queued");
    expect((await listClaims(store.db)).every(({ run }) => run === next)).toBe(true);
  });
});
