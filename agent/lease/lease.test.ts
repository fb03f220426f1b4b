import { expect, test } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { Lease } from "./lease.ts";

const setUp = () => {
  const clock = new HandClock();
  const over: number[] = [];
  const lease = new Lease(clock, () => over.push(clock.nowMs()));
  return { clock, lease, over };
};

test("a grant counts from when its pulse was sent, however late it comes", () => {
  const { clock, lease } = setUp();
  lease.sending(1);
  clock.advance(3_000);
  lease.start(lease.endOf(1, 5_000)!);
  expect(lease.over(4_999)).toBe(false);
  expect(lease.over(5_000)).toBe(true);
});

test("a grant that is over when it comes is none", () => {
  const { clock, lease } = setUp();
  lease.sending(1);
  clock.advance(5_000);
  expect(lease.endOf(1, 5_000)).toBeNull();
});

test("a pulse that was never sent, or one of another session, grants nothing", () => {
  const { lease } = setUp();
  expect(lease.endOf(7, 5_000)).toBeNull();
  lease.sending(7);
  expect(lease.endOf(7, 5_000)).toBe(5_000);
  lease.forgetPulses();
  expect(lease.endOf(7, 5_000)).toBeNull();
});

test("only the last 16 pulses grant something", () => {
  const { lease } = setUp();
  for (let n = 1; n <= 17; n++) lease.sending(n);
  expect(lease.endOf(1, 5_000)).toBeNull();
  expect(lease.endOf(2, 5_000)).not.toBeNull();
});

test("it rings once when it is over, and not before, although it was extended", () => {
  const { clock, lease, over } = setUp();
  lease.sending(1);
  lease.start(lease.endOf(1, 5_000)!);
  clock.advance(2_000);
  lease.sending(2);
  lease.extend(lease.endOf(2, 5_000)!);
  clock.advance(4_999);
  expect(over).toEqual([]);
  clock.advance(10_000);
  expect(over).toEqual([7_000]);
});

test("a grant that was overtaken on its way shortens nothing", () => {
  const { lease } = setUp();
  lease.start(8_000);
  lease.extend(5_000);
  expect(lease.untilMs).toBe(8_000);
});

test("what is over cannot be extended, even before the timer noticed", () => {
  const { clock, lease } = setUp();
  lease.start(1_000);
  clock.stall(1_000);
  lease.extend(9_000);
  expect(lease.over(clock.nowMs())).toBe(true);
});

test("without a grant it is over, and a time that is no number is over too", () => {
  const { lease } = setUp();
  expect(lease.over(0)).toBe(true);
  lease.start(1_000);
  expect(lease.over(Number.NaN)).toBe(true);
  lease.end();
  expect(lease.over(0)).toBe(true);
});
