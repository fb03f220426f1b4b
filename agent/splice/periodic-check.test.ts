import { expect, test } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { limitsOf } from "../edge/limits.ts";
import { PeriodicCheck } from "./periodic-check.ts";

const LIMITS = { ...limitsOf({}), unreachedMs: 1_000 };
const setUp = (limits = LIMITS) => {
  const clock = new HandClock();
  const looks: number[] = [];
  const check = (times: number) =>
    new PeriodicCheck(
      clock,
      () => limits,
      (nowMs) => {
        looks.push(nowMs);
        return --times > 0;
      },
    );
  return { clock, looks, check };
};

test("the checks of all edges ring at the same times, whenever each began", () => {
  const { clock, looks, check } = setUp();
  for (let i = 0; i < 5; i++) {
    check(3).begin();
    clock.advance(90);
  }
  clock.advance(10_000);
  expect(new Set(looks)).toEqual(new Set([500, 1_000, 1_500]));
  expect(looks).toHaveLength(15);
  expect(clock.waiting).toBe(0);
});
test("the shortest limit is looked at four times within it", () => {
  const { clock, looks, check } = setUp({ ...LIMITS, idleMs: 200 });
  clock.advance(10);
  check(4).begin();
  clock.advance(1_000);
  expect(looks).toEqual([50, 100, 150, 200]);
});
test("an ended check looks no more", () => {
  const { clock, looks, check } = setUp();
  const one = check(9);
  one.begin();
  clock.advance(1_000);
  one.end();
  one.begin();
  clock.advance(5_000);
  expect([looks, clock.waiting]).toEqual([[500, 1_000], 0]);
});
