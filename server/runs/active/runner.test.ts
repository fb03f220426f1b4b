import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../../experiments/model/journal/journal.ts";
import { asAgentBoot, asInstance } from "../../../experiments/model/names.ts";
import type { Effect } from "../../../experiments/model/run/effect.ts";
import { begin } from "../../../experiments/model/run/run.ts";
import { FakeClock } from "../../../test/server/fake-clock.ts";
import { planOf } from "../../../test/server/plans.ts";
import { findChainBreak } from "../../store/chain.ts";
import { JournalAppender } from "./journal-appender.ts";
import { Runner } from "./runner.ts";

/** A runner whose effects and writes are recorded in a single list, in order. `disk` decides how each write goes. */
const stage = (disk: (records: readonly JournalRecord[]) => Promise<void> = async () => {}) => {
  const clock = new FakeClock();
  const plan = planOf();
  const done: string[] = [];
  const effects: Effect[] = [];
  const records: JournalRecord[] = [];
  const state = { disk };
  const journal = new JournalAppender({
    clock,
    last: null,
    write: async (batch) => {
      await state.disk(batch);
      records.push(...batch);
      done.push(...batch.map(({ entry }) => (entry.kind === "event" ? entry.event.type : entry.kind)));
    },
  });
  const crashes: unknown[] = [];
  const runner = new Runner({
    ...{ clock, startedMs: clock.nowMs(), run: begin(plan), journal, secrets: ["s3cret"] },
    perform: (effect) => {
      effects.push(effect);
      done.push(`do ${effect.do}`);
      if (effect.do === "settle") runner.post({ type: "settled", phase: effect.phase });
      if (effect.do === "revert")
        runner.post({
          type: "graded",
          boot: asAgentBoot("b1"),
          revision: effect.revision,
          grade: "attested",
          detail: "",
        });
      if (effect.do === "publish") runner.stop();
    },
    withdraw: () => done.push("withdraw"),
    onCrash: (error) => crashes.push(error),
  });
  const inject = async () => {
    runner.post({ type: "started" });
    runner.post({ type: "ready", agents: [{ instance: asInstance("a"), boot: asAgentBoot("b1") }] });
    await clock.advance(1_100);
    runner.post({ type: "applied", boot: asAgentBoot("b1"), revision: 1 });
    await clock.advance(10);
  };
  return { clock, runner, done, effects, records, state, inject, journal, crashes };
};
const full = () => Promise.reject(new Error("database or disk is full"));
const hanging = () => new Promise<void>(() => {});

describe("a runner", () => {
  it("orders a fault only after what led to it is in the journal", async () => {
    const { inject, done } = stage();
    await inject();
    expect(done.indexOf("do apply")).toBeGreaterThan(done.indexOf("settled"));
    expect(done.filter((what) => what === "do apply")).toHaveLength(1);
  });

  it("takes faults away before it writes that it does", async () => {
    const { inject, done, runner, clock } = stage();
    await inject();
    const from = done.length;
    runner.post({ type: "halted", because: "operator", reason: "enough", recover: false });
    await clock.advance(10);
    expect(done.slice(from, from + 3)).toEqual(["withdraw", "do revert", "halted"]);
  });

  it("orders nothing when the journal cannot be written, and ends HALTED (invariant 10)", async () => {
    const { inject, state, runner, effects, clock } = stage();
    runner.post({ type: "started" });
    await clock.advance(1);
    state.disk = full;
    await inject();
    await clock.advance(3_000);
    expect(effects.map((effect) => effect.do)).not.toContain("apply");
    expect(runner.run).toMatchObject({ at: "finished", verdict: "HALTED", because: "journal" });
  });

  it("reverts while the journal cannot be written, and is never HELD (invariant 10)", async () => {
    const { inject, state, runner, effects, clock } = stage();
    await inject();
    expect(effects.at(-1)!.do).not.toBe("revert");
    state.disk = full;
    runner.post({ type: "woke" });
    await clock.advance(10);
    expect(effects.some((effect) => effect.do === "revert")).toBe(true);
    expect(runner.run).toMatchObject({ at: "finished", verdict: "HALTED", because: "journal" });
  });

  it("invariant 13: is HALTED after a freeze in mid-fault, even where it is the first to wake up", async () => {
    const { inject, runner, clock, done } = stage();
    await inject();
    clock.stall(2_600);
    const from = done.length;
    await clock.advance(1);
    expect(done.slice(from, from + 3)).toEqual(["withdraw", "do revert", "halted"]);
    await clock.advance(40_000);
    expect(runner.run).toMatchObject({ at: "finished", verdict: "HALTED", because: "journal" });
  });

  it("invariant 13: nor does it go on as if nothing had been, where a record was under way to the disk when it froze", async () => {
    const { inject, runner, clock, state } = stage();
    await inject();
    let release = () => {};
    state.disk = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    runner.post({ type: "tallied", tallies: [] });
    await clock.advance(10);
    clock.stall(30_000);
    // The agent's message is read before the database's answer, and by then the fault's time is over.
    runner.post({ type: "tallied", tallies: [] });
    state.disk = async () => {};
    release();
    await new Promise((next) => setImmediate(next));
    await clock.advance(40_000);
    expect(runner.run).toMatchObject({ at: "finished", verdict: "HALTED", because: "journal" });
  });

  it("is not disturbed by a freeze before anything was injected", async () => {
    const { runner, clock, done } = stage();
    runner.post({ type: "started" });
    runner.post({ type: "ready", agents: [{ instance: asInstance("a"), boot: asAgentBoot("b1") }] });
    await clock.advance(10);
    clock.stall(5_000);
    await clock.advance(1_100);
    expect(runner.run.at).toBe("injecting");
    expect(done).not.toContain("withdraw");
  });

  it("reverts within 2 s when a write hangs, and a halt does not wait that long", async () => {
    const slow = stage();
    await slow.inject();
    slow.state.disk = hanging;
    slow.runner.post({ type: "woke" });
    await slow.clock.advance(1_900);
    expect(slow.effects.some((effect) => effect.do === "revert")).toBe(false);
    await slow.clock.advance(200);
    expect(slow.effects.some((effect) => effect.do === "revert")).toBe(true);

    const halted = stage();
    await halted.inject();
    halted.state.disk = hanging;
    halted.runner.post({ type: "woke" });
    await halted.clock.advance(100);
    halted.runner.post({ type: "halted", because: "operator", reason: "enough", recover: false });
    expect(halted.done.slice(-2)).toEqual(["withdraw", "do revert"]);
  });

  it("does not order a fault whose halt came while the order waited for the journal", async () => {
    const { state, runner, effects, inject, clock } = stage();
    let release = () => {};
    state.disk = async (records) => {
      const entry = records.at(-1)!.entry;
      if (entry.kind === "event" && entry.event.type === "settled")
        await new Promise<void>((resolve) => {
          release = resolve;
        });
    };
    const injecting = inject();
    await injecting;
    runner.post({ type: "halted", because: "operator", reason: "enough", recover: false });
    release();
    await clock.advance(10);
    expect(effects.map((effect) => effect.do)).not.toContain("apply");
  });

  it("says when it last moved, and a write that hangs is no movement", async () => {
    const { runner, clock, state } = stage();
    runner.post({ type: "started" });
    await clock.advance(5_000);
    expect(clock.nowMs() - runner.tickedMs).toBeLessThanOrEqual(500);
    state.disk = hanging;
    runner.post({ type: "woke" });
    await clock.advance(1_900);
    expect(clock.nowMs() - runner.tickedMs).toBeGreaterThanOrEqual(1_900);
  });

  it("records no secret", async () => {
    const { runner, clock, records } = stage();
    runner.post({ type: "started" });
    runner.post({ type: "failed", verdict: "HALTED", because: "refused", reason: "login s3cret failed" });
    await clock.advance(10);
    expect(JSON.stringify(records)).not.toContain("s3cret");
    expect(JSON.stringify(runner.run)).not.toContain("s3cret");
  });
});

describe("the journal of a live run", () => {
  it("tries a write again within its 2 s, and nobody waits longer than that", async () => {
    const { journal, state, records, clock } = stage();
    const woke = { kind: "event", event: { type: "woke", atMs: 1 } } as const;
    let tries = 0;
    const reset = () => Promise.reject(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    state.disk = () => (++tries <= 3 ? reset() : Promise.resolve());
    const written = journal.append(woke);
    await clock.advance(1_000);
    expect(await written).toBe(true);
    expect([tries, records.length, journal.trouble]).toEqual([4, 1, null]);
    state.disk = reset;
    const lost = journal.append(woke);
    await clock.advance(1_900);
    state.disk = async () => {};
    await clock.advance(100);
    expect(await lost).toBe(true);
    state.disk = reset;
    const late = journal.append(woke);
    await clock.advance(2_050);
    expect(await late).toBe(false);
    expect(journal.trouble?.message).toContain("ECONNRESET");
    state.disk = async () => {};
    expect(await journal.retry()).toBe(true);
  });
  it("does not try again what cannot get better by itself", async () => {
    const { journal, state } = stage();
    let tries = 0;
    state.disk = () => {
      tries++;
      return Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" }));
    };
    expect(await journal.append({ kind: "event", event: { type: "woke", atMs: 1 } })).toBe(false);
    expect(tries).toBe(1);
  });
  it("writes what it could not write once the disk is back, in order and without a gap", async () => {
    const { journal, state, records } = stage();
    const woke = { kind: "event", event: { type: "woke", atMs: 1 } } as const;
    expect(await journal.append(woke)).toBe(true);
    state.disk = full;
    expect(await journal.append(woke)).toBe(false);
    expect(await journal.append(woke)).toBe(false);
    expect(journal.unwritten).toHaveLength(2);
    state.disk = async () => {};
    expect(await journal.retry()).toBe(true);
    await journal.close();
    expect(records.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(findChainBreak(records)).toBeNull();
  });
  it("tells its listeners also what could not be written", async () => {
    const { journal, state } = stage();
    const told: number[] = [];
    journal.listen(({ sequence }) => told.push(sequence));
    state.disk = full;
    await journal.append({ kind: "event", event: { type: "woke", atMs: 1 } });
    await journal.close();
    expect(told).toEqual([1, 2]);
  });
});
