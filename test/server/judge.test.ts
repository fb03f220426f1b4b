/** Judge of bodies: a real worker thread, hostile bodies, and harmless bodies that wait behind hostile bodies. */
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { BodyCriteria } from "../../experiments/model/sample/body-criteria.ts";
import { systemClock } from "../../server/clock.ts";
import { Judge, type JudgeLimits } from "../../server/probes/judge.ts";
import { sleep } from "./house.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
/** Stage with generous limits: a hostile body takes minutes, and a busy machine may block any thread for a while. */
const stage = (limits: Partial<JudgeLimits> = {}) => {
  const judge = new Judge(systemClock, { bodyMs: 400, waitMs: 60_000, ...limits });
  return (criteria: Omit<BodyCriteria, "capture">, capture = false) => {
    const bodies = judge.open({ ...criteria, capture });
    closers.push(() => bodies.close());
    return bodies;
  };
};
/**
 * Work of chained `$..*` grows by a power with each step: 100 nested lists need about 10^9 visits, which takes minutes.
 */
const HOSTILE = { json: { "$..*..*..*..*..*..*.x": 1 } };
const NESTED = `${"[".repeat(100)}${"]".repeat(100)}`;

describe("the judge of bodies", () => {
  it("says what is good and what is bad, and why", async () => {
    const open = stage();
    const ok = open({ body: "*ok*", json: { "$.state": "ok" } });
    expect(await ok.judge('{"state":"ok"}')).toEqual({ kind: "judged", good: true, why: "" });
    expect(await ok.judge('{"state":"no ok"}')).toEqual({
      kind: "judged",
      good: false,
      why: '$.state is a string of 5 characters, expected "ok"',
    });
  });
  it("gives up a body over the limit as errored, and judges what waited behind it", async () => {
    const open = stage();
    const hostile = open(HOSTILE);
    const harmless = open({ body: "a" });
    const first = hostile.judge(NESTED);
    const others = await Promise.all(Array.from({ length: 50 }, () => harmless.judge("a")));
    expect(others).toEqual(others.map(() => ({ kind: "judged", good: true, why: "" })));
    expect(await first).toEqual({
      kind: "errored",
      why: expect.stringMatching(/^judging this answer took over 400 ms: use a simpler JSON path/),
    });
    expect(await hostile.judge('{"x":1}')).toMatchObject({ kind: "judged" });
  });
  it("lets no expectation use up the time of the others", async () => {
    const open = stage({ bodyMs: 100 });
    const hostile = open(HOSTILE);
    const harmless = open({ body: "a" });
    const order: string[] = [];
    const attacks = Array.from({ length: 4 }, () => hostile.judge(NESTED).then(() => order.push("hostile")));
    const others = Array.from({ length: 100 }, () => harmless.judge("a").then(() => order.push("harmless")));
    await Promise.all([...attacks, ...others]);
    // An attack may be under way when the harmless bodies arrive; after that the source with less used time goes first.
    expect(order.slice(0, 101).filter((who) => who === "harmless").length).toBeGreaterThanOrEqual(99);
  });
  it("takes a stack that overflows and a heap that fills up as errored looks", async () => {
    const open = stage({ bodyMs: 20_000, heapMb: 32 });
    const deep = open({ json: { "$..x": 1 } });
    expect(await deep.judge(`${"[".repeat(3_000)}${"]".repeat(3_000)}`)).toEqual({
      kind: "errored",
      why: expect.stringContaining("recursion limit"),
    });
    const whole = open({ json: { "$.a": "*" } });
    expect(await whole.judge(`{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`)).toMatchObject({ kind: "errored" });
    expect(await open(HOSTILE).judge(NESTED)).toEqual({
      kind: "errored",
      why: expect.stringMatching(/it took over 32 MB of memory|Invalid array length|Maximum call stack/),
    });
    expect(await whole.judge('{"a":"b"}')).toEqual({ kind: "judged", good: true, why: "" });
  }, 60_000);
  it("uses the bounded engine for match() and search(), whose patterns the answer itself may give", async () => {
    const open = stage();
    const filter = open({ json: { "$.list[?match(@.text, @.pattern)].text": "*" } });
    const attack = { list: [{ text: "a".repeat(30_000), pattern: "(a|aa)+(a|aa)+b" }] };
    expect(await filter.judge(JSON.stringify(attack))).toMatchObject({ kind: "judged", good: false });
    const fine = {
      list: [
        { text: "x\ny", pattern: "x.y" },
        { text: "abc", pattern: "a.c" },
      ],
    };
    expect(await filter.judge(JSON.stringify(fine))).toMatchObject({ kind: "judged", good: true });
  });
  it("bounds what waits: by size, by time, and by the run", async () => {
    const open = stage({ queued: 100_000, waitMs: 300 });
    const hostile = open(HOSTILE);
    const attack = hostile.judge(NESTED);
    expect(await hostile.judge("x".repeat(100_000))).toMatchObject({
      kind: "errored",
      why: expect.stringContaining("too many answers wait"),
    });
    expect(await hostile.judge("1")).toMatchObject({
      kind: "errored",
      why: expect.stringContaining("waited over 300 ms"),
    });
    await attack;
    const left = open({ body: "a" });
    const busy = hostile.judge(NESTED);
    const waiting = left.judge("a");
    left.close();
    expect(await waiting).toMatchObject({ kind: "errored", why: expect.stringContaining("the run ended") });
    expect(await left.judge("1")).toMatchObject({ kind: "errored", why: expect.stringContaining("the run ended") });
    await busy;
  });
  it("says so when its thread cannot start", async () => {
    const open = stage({ startMs: 0 });
    expect(await open({ body: "a" }).judge("a")).toMatchObject({
      kind: "errored",
      why: expect.stringContaining("the judge could not be started"),
    });
  });
  it("ends its thread with the last expectation", async () => {
    const threads = () => readdirSync("/proc/self/task").length;
    // Threads of earlier tests may still be ending.
    let before = 0;
    for (let same = 0; same < 10; await sleep(30)) {
      same = threads() === before ? same + 1 : 0;
      before = threads();
    }
    const bodies = stage()({ body: "a" });
    await bodies.judge("a");
    expect(threads()).toBeGreaterThan(before);
    bodies.close();
    for (let i = 0; i < 100 && threads() > before; i++) await sleep(20);
    expect(threads()).toBe(before);
  });
});
