/** What one term leaves to the next, and what RESIDUE keeps: in fake time, on a real store and a real fleet. */
import { describe, expect, it } from "vitest";
import { AgentInTime } from "../../test/run/agent-in-time.ts";
import { ALICE, OPERATOR, stage } from "../../test/run/stage-in-time.ts";
import { experimentInTime, pass, passUntil, submissionOf } from "../../test/run/term-in-time.ts";
import { LOCAL } from "../security/roles.ts";
import { listAudit } from "../store/audit.ts";
import { listClaims } from "../store/claims.ts";
import { takeRowAlone } from "../store/leader-row.ts";

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
    const other = new AgentInTime(clock, "shop-2");
    other.connect(next.fleet);
    const { id } = await next.runs.start(submissionOf(experimentInTime()));
    await passUntil(clock, "the new run strikes", () => other.live.length > 0);
    // The old agent never came back: only its lease says that it strikes no more.
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
    await takeRowAlone(store.db, "another", "http://127.0.0.1:2");
    await pass(clock, 2_500);
    expect(fenced).toBeGreaterThan(0);
    expect(shop.live).toEqual([]);
    expect((await term.runs.records(id)).length).toBe(before);
    await expect(start()).rejects.toMatchObject({ code: "draining" });
  });
  it("that does not know yet that another leads acknowledges no halt of everything", async () => {
    const { term, store } = await stage();
    await takeRowAlone(store.db, "another", "http://127.0.0.1:2");
    await expect(term.runs.haltAll(OPERATOR, { latch: true, by: LOCAL })).rejects.toMatchObject({ code: "no-leader" });
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
