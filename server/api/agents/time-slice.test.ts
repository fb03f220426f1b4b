import { expect, it } from "vitest";
import { FakeClock } from "../../../test/server/fake-clock.ts";
import { TimeSlice } from "./time-slice.ts";

it("hears for 10 ms in a turn of the loop, and lets everybody else have the next one", async () => {
  const clock = new FakeClock();
  const turns = new TimeSlice(clock);
  const heard: number[] = [];
  const hear = (n: number) => () => {
    heard.push(n);
    clock.stall(4);
  };
  for (let n = 0; n < 9; n++) turns.isOpen ? turns.now(hear(n)) : turns.later(hear(n));
  expect(heard).toEqual([0, 1, 2]);
  const seen: number[] = [];
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(heard.length);
  }
  // Messages are read in order, and never more than a turn holds.
  expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (let i = 1; i < seen.length; i++) expect(seen[i]! - seen[i - 1]!).toBeLessThanOrEqual(3);
  expect(turns.isOpen).toBe(true);
});
