/** Scheduler on a real database with a hand-driven clock: outcomes of instants, and consequences of verdicts. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asRunId } from "../../experiments/model/names.ts";
import { ApiError } from "../../server/errors.ts";
import { listScheduledRuns } from "../../server/store/scheduled-runs.ts";
import { Stage } from "./stage.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const ANNA = { name: "anna", role: "operator", token: "1" } as const;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open("2026-07-15T08:00:30Z");
});
afterEach(() => stage.close());

const outcomes = async (name: string): Promise<string[]> =>
  (await listScheduledRuns(stage.store.db, name, 100))
    .reverse()
    .map(({ instantMs, outcome }) => `${new Date(instantMs).toISOString().slice(11, 16)} ${outcome}`);
const reasonOf = async (name: string) => (await listScheduledRuns(stage.store.db, name, 1))[0]?.reason;
const hourly = { cron: "0 * * * *" };

describe("a start", () => {
  it("carries what the schedule says, in the name of whoever applied it", async () => {
    const select = { checkout: { labels: { track: "canary" }, instances: 1 } };
    await stage.apply("s", { ...hourly, select, priority: 3, seed: 7, mode: "shadow", static: true, version: 1 });
    await stage.elect("a");
    await stage.pass(HOUR_MS);
    expect(stage.started).toHaveLength(1);
    expect(stage.started[0]!.submission).toMatchObject({
      ...{
        schedule: "s",
        instantMs: Date.parse("2026-07-15T09:00:00Z"),
        priority: 3,
        seed: 7,
        mode: "shadow",
        static: true,
      },
      ...{
        select: { checkout: { labels: { track: "canary" }, instances: { count: 1 } } },
        version: 1,
        attached: false,
      },
      by: { name: "anna", role: "operator", token: null },
    });
  });
  it("of schedules of the same name in two namespaces is of the experiment beside each", async () => {
    await stage.applyExperiment("x", "of default");
    await stage.applyExperiment("shop/x", "of shop");
    await stage.apply("nightly", { ...hourly, experiment: "x" });
    await stage.apply("shop/nightly", { ...hourly, experiment: "x" });
    await stage.apply("bank/nightly", { ...hourly, experiment: "default/x" });
    const scheduler = await stage.elect("a");
    await scheduler.pause("bank/nightly", "release", ANNA);
    await stage.pass(HOUR_MS);
    await scheduler.resume("bank/nightly", ANNA);
    await stage.pass(HOUR_MS);
    const started = stage.started.map(({ submission: { schedule, experiment } }) => [
      schedule,
      (experiment as { spec: { description: string } }).spec.description,
    ]);
    expect(started.slice(0, 2).sort()).toEqual([
      ["nightly", "of default"],
      ["shop/nightly", "of shop"],
    ]);
    expect(started.slice(2)).toContainEqual(["bank/nightly", "of default"]);
    expect(await outcomes("nightly")).toEqual(["09:00 started", "10:00 overlapped"]);
    expect(await outcomes("shop/nightly")).toEqual(["09:00 started", "10:00 overlapped"]);
    expect(await outcomes("bank/nightly")).toEqual(["10:00 started"]);
    await stage.remove("shop/nightly");
    await scheduler.changed();
    expect((await scheduler.list()).map(({ name }) => name)).toEqual(["bank/nightly", "nightly"]);
  });
  it("takes a fresh seed each time where the schedule asks for it, and else leaves it to the experiment", async () => {
    await stage.apply("fresh", { ...hourly, seed: "fresh", concurrency: "queue" });
    await stage.apply("same", { ...hourly, concurrency: "queue" });
    await stage.elect("a");
    await stage.pass(3 * HOUR_MS, 10_000);
    const seeds = (name: string) =>
      stage.started.filter(({ submission }) => submission.schedule === name).map(({ submission }) => submission.seed);
    expect(new Set(seeds("fresh")).size).toBe(3);
    expect(seeds("same")).toEqual([null, null, null]);
  });
  it("is none of what fell before the schedule was applied, or while it was changed", async () => {
    await stage.apply("s", { cron: "0 8 * * *" });
    await stage.elect("a");
    await stage.pass(MINUTE_MS);
    expect(stage.started).toEqual([]);
  });
  it("follows a schedule that is changed, deleted and applied again", async () => {
    await stage.apply("s", { ...hourly, concurrency: "queue" });
    const scheduler = await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    await stage.apply("s", { cron: "30 * * * *", concurrency: "queue" });
    await scheduler.changed();
    await stage.pass(HOUR_MS, 10_000);
    await stage.remove("s");
    await scheduler.changed();
    await stage.pass(HOUR_MS, 10_000);
    await expect(scheduler.view("s")).rejects.toThrow("there is no schedule");
    await stage.apply("s", { cron: "30 * * * *", concurrency: "queue" });
    await scheduler.changed();
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.instants("s")).toEqual(["07-15T09:00", "07-15T09:30", "07-15T11:30"]);
  });
});

describe("a missed start", () => {
  it("is made up for while it is not too late, and many collapse to the last", async () => {
    await stage.apply("s", { cron: "*/10 * * * *", startWithin: "5m", concurrency: "queue" });
    await stage.pass(HOUR_MS - 30 * SECOND_MS + 4 * MINUTE_MS, 60_000);
    await stage.elect("a");
    await stage.idle();
    expect(stage.instants("s")).toEqual(["07-15T09:00"]);
    expect(await outcomes("s")).toEqual(["09:00 started"]);
  });
  it("is told and not made up for once it is too late", async () => {
    await stage.apply("s", { ...hourly, startWithin: "5m" });
    await stage.pass(HOUR_MS + 10 * MINUTE_MS, 60_000);
    await stage.elect("a");
    await stage.idle();
    expect(stage.started).toEqual([]);
    expect(await outcomes("s")).toEqual(["09:00 missed"]);
    expect(stage.counted).toEqual(["missed"]);
    expect(await reasonOf("s")).toBe("it was 630 s late, and may be 300 s");
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.instants("s")).toEqual(["07-15T10:00"]);
  });
});

describe("a window or a freeze", () => {
  it("of the schedule lets only those starts through that it is open for", async () => {
    await stage.apply("s", {
      ...{ ...hourly, concurrency: "queue", timeZone: "Europe/Berlin" },
      windows: [{ from: "11:30", to: "13:30" }],
    });
    await stage.elect("a");
    await stage.pass(5 * HOUR_MS, 10_000);
    expect(await outcomes("s")).toEqual([
      "09:00 window",
      "10:00 started",
      "11:00 started",
      "12:00 window",
      "13:00 window",
    ]);
  });
  it("invariant 21: of the schedule lets nothing start in it, not even by hand", async () => {
    const freezes = [{ from: "2026-07-15T09:30", to: "2026-07-15T10:30", reason: "the great sale" }];
    await stage.apply("s", { ...hourly, concurrency: "queue", freezes });
    const scheduler = await stage.elect("a");
    await stage.pass(2 * HOUR_MS + 10 * MINUTE_MS, 10_000);
    await expect(scheduler.trigger("s", ANNA)).rejects.toThrow("schedule s is frozen: the great sale");
    await stage.pass(HOUR_MS, 10_000);
    expect(await outcomes("s")).toEqual(["09:00 started", "10:00 freeze", "11:00 started"]);
  });
});

describe("while the run before is not over", () => {
  it("`forbid` skips the instant", async () => {
    await stage.apply("s", hourly);
    await stage.elect("a");
    await stage.pass(2 * HOUR_MS, 10_000);
    expect(await outcomes("s")).toEqual(["09:00 started", "10:00 overlapped"]);
    expect(await reasonOf("s")).toBe("run run-1 is not over");
    await stage.finish(asRunId("run-1"), "HELD");
    await stage.pass(HOUR_MS, 10_000);
    expect(await outcomes("s")).toEqual(["09:00 started", "10:00 overlapped", "11:00 started"]);
  });
  it("`queue` starts the next one, which then waits among the runs", async () => {
    await stage.apply("s", { ...hourly, concurrency: "queue" });
    await stage.elect("a");
    await stage.pass(2 * HOUR_MS, 10_000);
    expect(stage.started).toHaveLength(2);
  });
});

describe("a start that fails", () => {
  it("is settled with its reason when it was refused", async () => {
    await stage.apply("s", hourly);
    await stage.elect("a");
    stage.refusal = new ApiError("policy-refused", "the policy says no");
    await stage.pass(HOUR_MS, 10_000);
    stage.refusal = null;
    await stage.pass(30 * MINUTE_MS, 10_000);
    expect(stage.started).toEqual([]);
    expect(await outcomes("s")).toEqual(["09:00 refused"]);
    expect(await reasonOf("s")).toBe("the policy says no");
  });
  it("is settled so when its experiment is not there", async () => {
    await stage.apply("s", { ...hourly, experiment: "no-such-thing" });
    await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    expect(await reasonOf("s")).toBe("there is no experiment no-such-thing");
  });
  it("is tried again when only the moment was wrong, until it is too late", async () => {
    await stage.apply("s", { ...hourly, startWithin: "5m" });
    await stage.elect("a");
    stage.refusal = new Error("the database is away");
    await stage.pass(HOUR_MS - 30 * SECOND_MS + 2 * MINUTE_MS, 10_000);
    expect(await outcomes("s")).toEqual([]);
    stage.refusal = null;
    await stage.pass(20 * SECOND_MS, 10_000);
    expect(await outcomes("s")).toEqual(["09:00 started"]);
    stage.refusal = new Error("the database is away");
    await stage.finish(asRunId("run-1"), "HELD");
    await stage.pass(HOUR_MS + 5 * MINUTE_MS, 10_000);
    expect(await outcomes("s")).toEqual(["09:00 started", "10:00 missed"]);
  });
});

describe("a verdict", () => {
  const ended = async (reactions: object, verdict: string, options?: { tell: boolean }) => {
    await stage.apply("s", { ...hourly, after: reactions });
    const scheduler = await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    await stage.finish(asRunId("run-1"), verdict, options);
    return scheduler;
  };

  it("that asks for nothing lets the schedule go on", async () => {
    const scheduler = await ended({ BROKEN: "continue" }, "BROKEN");
    expect((await scheduler.view("s")).paused).toBeNull();
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.started).toHaveLength(2);
  });
  it("can pause the schedule, until somebody resumes it; nothing of the pause is made up for", async () => {
    const scheduler = await ended({ BROKEN: "pause" }, "BROKEN");
    const { paused, next } = await scheduler.view("s");
    expect(paused).toMatchObject({ reason: "run run-1 ended BROKEN: because of that.", by: null });
    expect(next.map(({ skipped }) => skipped)).toEqual(Array.from({ length: 5 }, () => "paused"));
    await stage.pass(2 * HOUR_MS + 5 * MINUTE_MS, 10_000);
    expect(stage.started).toHaveLength(1);
    await scheduler.resume("s", ANNA);
    await stage.idle();
    expect(stage.started).toHaveLength(1);
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.instants("s")).toEqual(["07-15T09:00", "07-15T12:00"]);
  });
  it("of a fault that may still be there pauses the schedule although nothing was said of it", async () => {
    const scheduler = await ended({}, "RESIDUE");
    expect((await scheduler.view("s")).paused?.reason).toContain("RESIDUE");
  });
  it("can halt everything", async () => {
    await ended({ RESIDUE: "halt-all" }, "RESIDUE");
    expect(stage.halts).toEqual(["schedule s: run run-1 ended RESIDUE: because of that."]);
    await stage.pass(MINUTE_MS, 10_000);
    expect(stage.halts).toHaveLength(1);
  });
  it("can be tried again so often, so much later, and then no more", async () => {
    await ended({ INCONCLUSIVE: { retry: 2, wait: "10m" } }, "INCONCLUSIVE");
    await stage.pass(9 * MINUTE_MS, 10_000);
    expect(stage.started).toHaveLength(1);
    await stage.pass(2 * MINUTE_MS, 10_000);
    await stage.finish(asRunId("run-2"), "INCONCLUSIVE");
    await stage.pass(11 * MINUTE_MS, 10_000);
    await stage.finish(asRunId("run-3"), "INCONCLUSIVE");
    await stage.pass(15 * MINUTE_MS, 10_000);
    expect((await outcomes("s")).map((text) => text.slice(6))).toEqual(["started", "retried", "retried"]);
    await stage.pass(HOUR_MS, 10_000);
    await stage.finish(asRunId("run-4"), "INCONCLUSIVE");
    await stage.pass(11 * MINUTE_MS, 10_000);
    // The next instant has a retry budget too.
    expect((await outcomes("s")).map((text) => text.slice(6))).toEqual([
      ...["started", "retried", "retried", "started", "retried"],
    ]);
  });
  it("that came is tried no more", async () => {
    await ended({ INCONCLUSIVE: { retry: 2, wait: "10m" } }, "INCONCLUSIVE");
    await stage.pass(11 * MINUTE_MS, 10_000);
    await stage.finish(asRunId("run-2"), "HELD");
    await stage.pass(40 * MINUTE_MS, 10_000);
    expect(stage.started).toHaveLength(2);
  });
  it("has its consequence though the server died before it could be drawn", async () => {
    const first = await ended({ BROKEN: "pause", RESIDUE: "halt-all" }, "BROKEN", { tell: false });
    await first.end();
    const second = await stage.elect("b");
    expect((await second.view("s")).paused?.reason).toContain("BROKEN");
  });
});

describe("invariant 22: two servers that both believe that they lead", () => {
  it("start each instant once, row against row", async () => {
    await stage.apply("s", { cron: "*/5 * * * *", concurrency: "queue" });
    // Both servers have the same epoch, so that no fence helps: only the row of the instant prevents a double start.
    await stage.elect("a");
    await stage.elect("b", { asBefore: true });
    await stage.pass(2 * HOUR_MS, 10_000);
    expect(stage.instants("s")).toHaveLength(24);
    expect(new Set(stage.instants("s")).size).toBe(24);
    expect(await outcomes("s")).toHaveLength(24);
  });
  it("start nothing any more once another one was elected, whatever they believe", async () => {
    await stage.apply("s", { cron: "*/5 * * * *", concurrency: "queue" });
    await stage.elect("a");
    await stage.elect("b");
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.started.map(({ server }) => server)).toEqual(Array.from({ length: 12 }, () => "b"));
    expect(stage.log.filter((line) => line.includes("epoch 1 is over"))).toHaveLength(1);
  });
  it("know nothing of each other and still start each retry and each made-up start once", async () => {
    await stage.apply("s", { ...hourly, after: { INCONCLUSIVE: { retry: 1, wait: "1m" } } });
    await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    await stage.elect("b");
    await stage.finish(asRunId("run-1"), "INCONCLUSIVE");
    await stage.pass(5 * MINUTE_MS, 10_000);
    expect((await outcomes("s")).map((text) => text.slice(6))).toEqual(["started", "retried"]);
  });
  it("do nothing while they do not lead", async () => {
    await stage.apply("s", hourly);
    await stage.elect("a", { leads: () => false });
    await stage.pass(HOUR_MS + MINUTE_MS, 10_000);
    expect(await outcomes("s")).toEqual([]);
  });
});

describe("a lead that could not be renewed for a moment", () => {
  it("costs no start: the instant of that moment is started once the lead is valid again, and so are those after it", async () => {
    let leads = true;
    await stage.apply("s", { ...hourly, concurrency: "queue" });
    await stage.elect("a", { leads: () => leads });
    await stage.pass(HOUR_MS - 31 * SECOND_MS);
    leads = false;
    await stage.pass(3 * SECOND_MS);
    expect(stage.started).toEqual([]);
    leads = true;
    await stage.pass(2 * HOUR_MS);
    expect(stage.instants("s")).toEqual(["07-15T09:00", "07-15T10:00", "07-15T11:00"]);
  });
  it("costs none of a whole term either, where that is the moment at which the term begins or a schedule changes", async () => {
    let leads = false;
    await stage.apply("s", { ...hourly, concurrency: "queue" });
    const scheduler = await stage.elect("a", { leads: () => leads });
    await stage.apply("t", { ...hourly, concurrency: "queue" });
    await scheduler.changed();
    leads = true;
    await stage.pass(HOUR_MS);
    expect([stage.instants("s"), stage.instants("t")]).toEqual([["07-15T09:00"], ["07-15T09:00"]]);
  });
});

describe("people", () => {
  it("pause and resume a schedule, and are named", async () => {
    await stage.apply("s", hourly);
    const scheduler = await stage.elect("a");
    const { paused } = await scheduler.pause("s", "payments moves house", ANNA);
    expect(paused).toEqual({ reason: "payments moves house", by: "anna", sinceMs: stage.clock.wallMs() });
    await stage.pass(HOUR_MS, 10_000);
    expect((await scheduler.resume("s", ANNA)).paused).toBeNull();
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.instants("s")).toEqual(["07-15T10:00"]);
  });
  it("cannot resume what its file pauses", async () => {
    await stage.apply("s", { ...hourly, paused: true });
    const scheduler = await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    expect(stage.started).toEqual([]);
    await expect(scheduler.resume("s", ANNA)).rejects.toThrow("its file says `paused: true`");
  });
  it("trigger a start now, though it is paused and shut, in their own name and twice if they say it twice", async () => {
    await stage.apply("s", { ...hourly, windows: [{ from: "23:00", to: "23:30" }] });
    const scheduler = await stage.elect("a");
    await scheduler.pause("s", "quiet", ANNA);
    const started = await Promise.all([scheduler.trigger("s", ANNA), scheduler.trigger("s", ANNA)]);
    expect(started.map(({ again }) => again)).toEqual([false, false]);
    expect(new Set(started.map(({ id }) => id)).size).toBe(2);
    expect(stage.started[0]!.submission.by).toEqual(ANNA);
    expect((await scheduler.view("s")).last).toMatchObject([
      { outcome: "triggered", reason: "by anna", run: "run-2", verdict: null },
      { outcome: "triggered", reason: "by anna", run: "run-1" },
    ]);
  });
  it("see what comes next and what came of the last, and why something will not be started", async () => {
    await stage.apply("s", { ...hourly, windows: [{ from: "08:30", to: "10:30" }], concurrency: "queue" });
    await stage.apply("t", { cron: "0 0 1 1 *" });
    const scheduler = await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    await stage.finish(asRunId("run-1"), "HELD");
    const [s, t] = await scheduler.list();
    expect(s).toMatchObject({ name: "s", version: 1, experiment: "checkout-survives", problem: null });
    expect(s!.next.map(({ instantMs, skipped }) => [new Date(instantMs).getUTCHours(), skipped])).toEqual([
      ...[
        [10, null],
        [11, "window"],
        [12, "window"],
        [13, "window"],
        [14, "window"],
      ],
    ]);
    expect(s!.last).toMatchObject([{ outcome: "started", run: "run-1", verdict: "HELD" }]);
    expect(t!.next[0]).toMatchObject({ instantMs: Date.parse("2027-01-01T00:00:00Z") });
    expect((await scheduler.list({ after: "s", limit: 1 })).map(({ name }) => name)).toEqual(["t"]);
    expect((await scheduler.view("s", { next: 1, last: 0 })).next).toHaveLength(1);
  });
  it("see what is wrong with a stored schedule that cannot be used, which harms no other", async () => {
    await stage.apply("bad", { cron: "61 * * * *" });
    await stage.apply("good", hourly);
    const scheduler = await stage.elect("a");
    await stage.pass(HOUR_MS, 10_000);
    expect((await scheduler.view("bad")).problem).toContain("spec.cron");
    await expect(scheduler.trigger("bad", ANNA)).rejects.toThrow("cannot be used");
    expect(stage.instants("good")).toHaveLength(1);
  });
});

describe("history", () => {
  it("remembers the last so many instants, and starts none of the forgotten ones again", async () => {
    await stage.apply("s", { cron: "*/5 * * * *", concurrency: "queue", history: 3 });
    const first = await stage.elect("a");
    for (let i = 0; i < 12; i++) {
      await stage.pass(5 * MINUTE_MS, 10_000);
      await stage.finish(asRunId(`run-${i + 1}`), "HELD");
    }
    expect((await outcomes("s")).length).toBeLessThanOrEqual(4);
    await first.end();
    await stage.elect("b");
    await stage.idle();
    expect(stage.instants("s")).toHaveLength(12);
  });
});
