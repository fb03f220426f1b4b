/** Permission to start, and the order of turns: in fake time, on a real store and a real fleet. */
import { describe, expect, it } from "vitest";
import { ALICE, OPERATOR, stage } from "../../../test/run/stage-in-time.ts";
import { experimentInTime, pass, submissionOf, type Wanted } from "../../../test/run/term-in-time.ts";
import { listInstants } from "../../store/instants.ts";

describe("the queue", () => {
  const CATALOG = { from: "gateway", to: "catalog" };

  it("lets two runs be live at once that have nothing in common", async () => {
    const { agent, start, live, ended } = await stage();
    const { live: _, ...shop } = { live: null, made: await agent("shop") };
    const [a, b] = [await start(), await start(CATALOG)];
    await live(a);
    await live(b);
    expect(new Set(shop.made.live.map(({ run }) => run))).toEqual(new Set([a, b]));
    for (const id of [a, b]) expect(await ended(id)).toMatchObject({ verdict: "HELD" });
  });
  it("keeps a run waiting that would strike the same edge, or whose damage it would see", async () => {
    const { agent, start, live, state, ended, clock, term } = await stage();
    await agent("shop");
    const first = await start();
    const same = await start();
    const looking = await start({ ...CATALOG, probe: "checkout" });
    for (const waiting of [same, looking]) expect(term.runs.blockerOf(waiting)?.id).toBe(first);
    expect(term.runs.blockerOf(first)).toBeNull();
    await live(first);
    await pass(clock, 500);
    expect([state(same), state(looking)]).toEqual(["queued", "queued"]);
    for (const id of [first, same]) expect(await ended(id)).toMatchObject({ verdict: "HELD" });
    // No fault lies on the path that the probe samples.
    expect(await ended(looking)).toMatchObject({ verdict: "INCONCLUSIVE", because: "could-not-break" });
    expect(term.runs.blockerOf(same)).toBeNull();
  });
  it("takes up the higher priority first, then the older, and lets nobody overtake for the same thing", async () => {
    const { agent, start, ended, live, term } = await stage();
    const order: string[] = [];
    term.runs.onLifecycleEvent(({ what, id }) => what === "started" && order.push(id));
    await agent("shop");
    const first = await start();
    await live(first);
    const low = await start();
    const both = await start({ from: "*", to: "*" }, { priority: 1 });
    // Free at this moment, but the run ahead waits for this edge too.
    const small = await start(CATALOG);
    for (const id of [first, both, low, small]) await ended(id);
    expect(order[0]).toBe(first);
    expect(order[1]).toBe(both);
    expect(new Set(order.slice(2))).toEqual(new Set([low, small]));
  });
  it("starts no more than the caps allow at once, and refuses what alone is above them", async () => {
    const { agent, start, live, state, ended } = await stage({ caps: { edges: 1, share: 0.5 } });
    await agent("shop");
    const half = (wanted: Wanted) => {
      const { spec } = experimentInTime(wanted);
      return { ...wanted, spec: { faults: spec.faults.map((fault) => ({ ...fault, share: "50%" })) } };
    };
    const [a, b] = [await start(half({})), await start(half(CATALOG))];
    await live(a);
    expect(state(b)).toBe("queued");
    await ended(a);
    // Half of the requests are no more than may be bad.
    expect(await ended(b)).toMatchObject({ verdict: "INCONCLUSIVE", because: "could-not-break" });
    await expect(start()).rejects.toMatchObject({
      code: "policy-refused",
      message: expect.stringMatching(/100%.*50%/),
    });
    await expect(start(half({ from: "*", to: "*" }))).rejects.toMatchObject({ code: "policy-refused" });
  });
  it("takes so many and tells one more when to come again; what was let in before is told all the same", async () => {
    const { agent, start, live, term, ended } = await stage({ caps: { queued: 2 } });
    await agent("shop");
    const first = await start();
    await live(first);
    const keyed = () => term.runs.start(submissionOf(experimentInTime(), { idempotencyKey: "k", by: ALICE }));
    const [second, third] = [await keyed(), await start()];
    const full = { code: "queue-full", headers: { "retry-after": "30" } };
    await expect(start()).rejects.toMatchObject(full);
    const fresh = submissionOf(experimentInTime(), { idempotencyKey: "another", by: ALICE });
    await expect(term.runs.start(fresh)).rejects.toMatchObject(full);
    await expect(
      term.runs.start(submissionOf(experimentInTime(), { schedule: "nightly", instantMs: 1_700_000_000_000 })),
    ).rejects.toMatchObject(full);
    expect(await keyed()).toEqual({ id: second.id, again: true });
    expect((await term.runs.list({ limit: 10 })).runs).toHaveLength(3);
    await term.runs.halt(third, OPERATOR);
    await ended(third);
    const many = await Promise.allSettled([start(), start(), start()]);
    expect(many.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
  it("is left by a run that is halted while it waits, with nothing injected", async () => {
    const { agent, start, live, term, ended } = await stage();
    await agent("shop");
    const first = await start();
    const second = await start();
    await live(first);
    await term.runs.halt(second, OPERATOR);
    expect(await ended(second)).toMatchObject({ verdict: "HALTED", because: "operator", injected: false });
    expect(await ended(first)).toMatchObject({ verdict: "HELD" });
  });
});

describe("a start", () => {
  it("with a key that was used before is the first one, and another one under it is refused", async () => {
    const { agent, term } = await stage();
    await agent("shop");
    const ask = (name: string, by = ALICE) =>
      term.runs.start(submissionOf(experimentInTime({ name }), { idempotencyKey: "k", by }));
    const first = await ask("one");
    expect(await ask("one")).toEqual({ id: first.id, again: true });
    await expect(ask("two")).rejects.toThrow(/already started run/);
    expect(await ask("two", { ...ALICE, token: "t2" })).toMatchObject({ again: false });
  });
  it("with a key, sent twice at the same time, makes one run", async () => {
    const { term } = await stage();
    const ask = () => term.runs.start(submissionOf(experimentInTime(), { idempotencyKey: "k" }));
    const all = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all.filter(({ again }) => !again)).toHaveLength(1);
  });
  it("invariant 22: for an instant of a schedule makes one run, however often it is tried", async () => {
    const { term, store } = await stage();
    const instant = { schedule: "nightly", instantMs: 1_700_000_000_000 };
    const ask = () => term.runs.start(submissionOf(experimentInTime(), instant));
    const all = await Promise.all([ask(), ask()]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await listInstants(store.db, "nightly")).toMatchObject([{ outcome: "started", run: all[0]!.id }]);
    expect((await term.runs.list({ limit: 10 })).runs).toHaveLength(1);
  });
  it("is refused by a preflight, before anything is written", async () => {
    const { start, term } = await stage({
      preflight: async () => ({ allowed: false, webhook: "change-board", reason: "no ticket" }),
    });
    await expect(start()).rejects.toMatchObject({
      code: "preflight-refused",
      message: expect.stringMatching(/no ticket/),
    });
    expect((await term.runs.list({ limit: 10 })).runs).toEqual([]);
  });
});
