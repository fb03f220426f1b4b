import { expect, test } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { ReleaseQueue } from "./release-queue.ts";

/** Flow that takes `partMs` for each of `parts` parts. */
const flowIn = (clock: HandClock, log: string[], name: string, parts: number, partMs: number) => {
  let left = parts;
  return {
    releaseSome() {
      clock.stall(partMs);
      log.push(name);
      return --left > 0;
    },
  };
};

test("a flow is released at once, and again behind the flows that came meanwhile", () => {
  const clock = new HandClock();
  const log: string[] = [];
  const queue = new ReleaseQueue(clock);
  queue.add(flowIn(clock, log, "a", 3, 0));
  queue.add(flowIn(clock, log, "b", 2, 0));
  expect(log).toEqual(["a"]);
  clock.advance(0);
  expect(log).toEqual(["a", "b", "a", "b", "a"]);
});

test("a turn ends after two milliseconds, and the flows that come anew have most of it", () => {
  const clock = new HandClock();
  const log: string[] = [];
  const queue = new ReleaseQueue(clock);
  const names = ["a", "b", "c", "d", "e", "f"];
  for (const name of names) queue.add(flowIn(clock, log, name, 2, 0.9));
  // The turn of the first flow is over: the others wait for turns of their own.
  expect(log.length).toBeLessThan(names.length);
  clock.advance(50);
  expect(log.length).toBe(12);
  expect(new Set(log.slice(0, 9)).size).toBe(6);
});

test("a flow that is added twice has one place", () => {
  const clock = new HandClock();
  const log: string[] = [];
  const queue = new ReleaseQueue(clock);
  const flow = flowIn(clock, log, "a", 3, 0);
  queue.add(flow);
  queue.add(flow);
  queue.add(flow);
  clock.advance(0);
  expect(log).toEqual(["a", "a", "a"]);
});

test("flows that come anew get a few bytes before others go on, which are not starved", () => {
  const clock = new HandClock();
  const log: string[] = [];
  const asked: number[] = [];
  const queue = new ReleaseQueue(clock);
  const bulk = flowIn(clock, log, "bulk", 20, 0.9);
  queue.add(bulk);
  const release = (name: string) => ({
    releaseSome(most: number) {
      asked.push(most);
      clock.stall(0.9);
      log.push(name);
      return false;
    },
  });
  for (let i = 0; i < 10; i++) queue.add(release("new"));
  clock.advance(8);
  expect(log.filter((name) => name === "new").length).toBeGreaterThanOrEqual(5);
  expect(log.filter((name) => name === "bulk").length).toBeGreaterThanOrEqual(3);
  expect(new Set(asked)).toEqual(new Set([4_096]));
});

test("an error in a flow keeps no other flow waiting, and the flow may come again", () => {
  const clock = new HandClock();
  const log: string[] = [];
  const queue = new ReleaseQueue(clock);
  queue.add(flowIn(clock, log, "first", 3, 0));
  let fails = true;
  const broken = {
    releaseSome() {
      if (fails) throw new Error("broken");
      log.push("mended");
      return false;
    },
  };
  queue.add(broken);
  queue.add(flowIn(clock, log, "other", 1, 0));
  expect(() => clock.advance(0)).toThrow("broken");
  clock.advance(0);
  expect(log.toSorted()).toEqual(["first", "first", "first", "other"]);
  fails = false;
  queue.add(broken);
  clock.advance(0);
  expect(log.at(-1)).toBe("mended");
});
