/** Halts of all runs, and changes around runs: in fake time, on a real store and a real fleet. */
import { describe, expect, it } from "vitest";
import { asEdgeId, asInstance } from "../../../experiments/model/names.ts";
import { AgentInTime } from "../../../test/run/agent-in-time.ts";
import { ALICE, OPERATOR, stage } from "../../../test/run/stage-in-time.ts";
import { experimentInTime, meshInTime, pass, passUntil, submissionOf } from "../../../test/run/term-in-time.ts";
import { readGate } from "../../store/gate.ts";
import { PendingHalt } from "./pending-halt.ts";

describe("a halt of everything", () => {
  it("takes every fault away, and nothing starts until it is released", async () => {
    const { agent, start, live, term, ended, clock } = await stage();
    const shop = await agent("shop");
    const id = await start();
    await live(id);
    const waiting = await start();
    const acknowledged = term.runs.haltAll({ ...OPERATOR, reason: "the site is down" }, { latch: true, by: ALICE });
    await pass(clock, 100);
    expect(await acknowledged).toEqual([id, waiting]);
    expect(shop.live).toEqual([]);
    expect(await ended(id)).toMatchObject({ verdict: "HALTED", because: "operator" });
    expect(await ended(waiting)).toMatchObject({ verdict: "HALTED", injected: false });
    await expect(start()).rejects.toMatchObject({
      code: "halted",
      message: expect.stringMatching(/alice.*the site is down/),
    });
    expect(await term.runs.gate()).toMatchObject({ reason: "the site is down", by: "alice" });
    await term.runs.release(ALICE);
    expect(await ended(await start())).toMatchObject({ verdict: "HELD" });
  });
  it("lasts over a change of leaders", async () => {
    const { term, begin } = await stage();
    await term.runs.haltAll(OPERATOR, { latch: true, by: ALICE });
    term.kill();
    const next = await begin();
    expect(next.runs.isHalted).toBe(true);
    await expect(next.runs.start(submissionOf(experimentInTime()))).rejects.toMatchObject({ code: "halted" });
  });
  it("without a latch only halts", async () => {
    const { agent, start, live, term, ended } = await stage();
    await agent("shop");
    const id = await start();
    await live(id);
    void term.runs.haltAll(OPERATOR, { latch: false, by: ALICE });
    expect(await ended(id)).toMatchObject({ verdict: "HALTED" });
    expect(await ended(await start())).toMatchObject({ verdict: "HELD" });
  });
  it("that could not be written down is not acknowledged, and nothing is let through all the same", async () => {
    const { agent, start, live, term, store, ended } = await stage();
    const shop = await agent("shop");
    const id = await start();
    await live(id);
    await store.db.schema.alterTable("gate").renameTo("elsewhere").execute();
    const acknowledged = term.runs.haltAll(OPERATOR, { latch: true, by: ALICE });
    await expect(acknowledged).rejects.toThrow();
    expect(await ended(id)).toMatchObject({ verdict: "HALTED" });
    expect(shop.live).toEqual([]);
    await store.db.schema.alterTable("elsewhere").renameTo("gate").execute();
    await expect(start()).rejects.toMatchObject({ code: "halted" });
  });
});

describe("a halt of everything while the database is locked", () => {
  it("is answered once the agents have attested; it is written down when that can be done, and nothing starts before", async () => {
    const { agent, start, live, term, store, ended, clock } = await stage();
    const shop = await agent("shop");
    const id = await start();
    await live(id);
    const { transaction } = store.db;
    store.db.transaction = () => {
      throw Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
    };
    let answered: readonly string[] | null = null;
    term.runs.haltAll(OPERATOR, { latch: true, by: ALICE }).then((ids) => {
      answered = ids;
    }, expect.fail);
    await passUntil(clock, "it is answered", () => answered !== null, 3_000);
    expect([answered, shop.live]).toEqual([[id], []]);
    expect(await term.runs.gate()).toMatchObject({ reason: "enough", by: "alice" });
    await expect(start()).rejects.toMatchObject({ code: "halted", message: expect.stringContaining("enough") });
    store.db.transaction = transaction;
    await pass(clock, 1_000);
    expect(await readGate(store.db)).toMatchObject({ reason: "enough" });
    expect(await ended(id)).toMatchObject({ verdict: "HALTED" });
    await term.runs.release(ALICE);
    expect(await term.runs.gate()).toBeNull();
  });
  it("is told by the gate as starts are told, also where the database lost it again", async () => {
    const { agent, start, term, store, clock } = await stage();
    await agent("shop");
    const acknowledged = term.runs.haltAll(OPERATOR, { latch: true, by: ALICE });
    await pass(clock, 100);
    await acknowledged;
    await store.db.updateTable("gate").set({ halted_reason: null, halted_by: null, halted_ms: null }).execute();
    await expect(start()).rejects.toMatchObject({ code: "halted" });
    expect(await term.runs.gate()).toMatchObject({ reason: "enough", by: "alice" });
    await pass(clock, 1_500);
    expect(await readGate(store.db)).toMatchObject({ reason: "enough", by: "alice" });
    await term.runs.release(ALICE);
    await pass(clock, 3_000);
    expect(await readGate(store.db)).toBeNull();
    await start();
  });
});

describe("a halt that was acknowledged while the database was away, by a server that then lost the lead", () => {
  /** A halt acknowledged by a server that another server has overtaken since, and still not written. */
  const acknowledged = async () => {
    const first = await stage();
    const { term, store, clock, begin } = first;
    const { transaction } = store.db;
    const away = () => {
      throw Object.assign(new Error("Connection terminated unexpectedly"), { code: undefined });
    };
    store.db.transaction = away;
    let isAnswered = false;
    const pendingHalt = new PendingHalt();
    const mine = await begin({ pendingHalt });
    mine.runs.haltAll(OPERATOR, { latch: true, by: ALICE }).then(() => {
      isAnswered = true;
    }, expect.fail);
    await passUntil(clock, "it is answered", () => isAnswered, 8_000);
    expect(pendingHalt.halted).toMatchObject({ reason: "enough" });
    return { ...first, term, mine, pendingHalt, back: () => Object.assign(store.db, { transaction }) };
  };
  it("is found by the one that leads now: it halts what it has let in, and lets nothing in any more", async () => {
    const { begin, back, store, clock, pendingHalt } = await acknowledged();
    const agent = new AgentInTime(clock, asInstance("shop"));
    const next = await begin();
    expect(next.runs.isHalted).toBe(false);
    agent.connect(next.fleet);
    await pass(clock, 100);
    back();
    const { id } = await next.runs.start(submissionOf(experimentInTime()));
    await passUntil(clock, "its row is written", () => pendingHalt.halted === null, 3_000);
    await passUntil(clock, "the next one knows", () => next.runs.isHalted, 3_000);
    await passUntil(clock, "the run is over", () => next.runs.active(id) === null, 60_000);
    expect(await next.runs.report(id)).toMatchObject({ verdict: "HALTED", because: "operator", injected: false });
    expect(await readGate(store.db)).toMatchObject({ reason: "enough", by: "alice" });
    await next.runs.release(ALICE);
    await pass(clock, 3_000);
    expect([await readGate(store.db), next.runs.isHalted]).toEqual([null, false]);
  });
  it("shuts the gate of a later term of that server from its beginning", async () => {
    const { begin, pendingHalt } = await acknowledged();
    const next = await begin({ pendingHalt });
    expect(next.runs.isHalted).toBe(true);
    await expect(next.runs.start(submissionOf(experimentInTime()))).rejects.toMatchObject({ code: "halted" });
  });
});

describe("what changes around a run", () => {
  const FREEZE = [
    {
      ...{ name: "christmas", labels: {}, annotations: {}, description: "", who: null, where: null, allow: null },
      ...{ protected: [], timeZone: "UTC", windows: [] },
      freezes: [
        {
          from: { year: 2020, month: 1, day: 1, minute: 0 },
          to: { year: 2030, month: 1, day: 1, minute: 0 },
          reason: "holidays",
        },
      ],
    },
  ];
  it("invariant 21: a freeze halts live and waiting runs, and refuses starts", async () => {
    let frozen = false;
    const { agent, agents, start, live, ended, clock } = await stage({ policies: async () => (frozen ? FREEZE : []) });
    await agent("shop");
    const id = await start({ spec: { phases: { warmup: "0s", baseline: "1s", during: "20s" } } });
    const waiting = await start();
    await live(id);
    frozen = true;
    await pass(clock, 1_500);
    expect(agents[0]!.live).toEqual([]);
    for (const run of [id, waiting]) expect(await ended(run)).toMatchObject({ verdict: "HALTED", because: "freeze" });
    await expect(start()).rejects.toMatchObject({ code: "policy-refused", message: expect.stringMatching(/holidays/) });
  });
  it("invariant 21: a policy that came while a run waited keeps it from being taken up", async () => {
    let allow: { faults: []; share: number } | null = null;
    const policies = async () => [{ ...FREEZE[0]!, freezes: [], allow }];
    const { agent, start, live, ended, agents } = await stage({ policies });
    await agent("shop");
    const first = await start();
    const waiting = await start();
    await live(first);
    allow = { faults: [], share: 1 };
    expect(await ended(waiting)).toMatchObject({ verdict: "HALTED", because: "policy", injected: false });
    expect(await ended(first)).toMatchObject({ verdict: "HELD" });
    expect(agents[0]!.taken.flatMap(({ faults }) => faults).every(({ run }) => run === first)).toBe(true);
  });
  it("a mesh with other edges halts the runs on those, and no others", async () => {
    const { agent, start, live, ended, term } = await stage();
    await agent("shop");
    const [a, b] = [await start(), await start({ from: "gateway", to: "catalog" })];
    await live(a);
    await live(b);
    term.runs.meshChanged(new Set([asEdgeId("checkout->payments")]), "the file mesh.yaml changed");
    const report = await ended(a);
    expect(report).toMatchObject({ verdict: "HALTED", because: "mesh-changed" });
    expect(report.reason).toMatch(/mesh\.yaml/);
    expect(await ended(b)).toMatchObject({ verdict: "HELD" });
  });
  it("a mesh that changed while the run was being let in halts it before it begins", async () => {
    let mesh = meshInTime();
    const { start, ended, agent } = await stage({
      mesh: () => mesh,
      preflight: async () => {
        mesh = meshInTime({ edges: [] });
        return { allowed: true };
      },
    });
    await agent("shop");
    expect(await ended(await start())).toMatchObject({ verdict: "HALTED", because: "mesh-changed", injected: false });
  });
});
