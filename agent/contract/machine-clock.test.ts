import { expect, it } from "vitest";
import { clockOffsetMs, machineClockOf, originOf } from "./machine-clock.ts";

it("compares the clocks of two processes only on one boot of a machine, in one time namespace", () => {
  const server = machineClockOf("b\n", "time:[1]", 5_000);
  expect(clockOffsetMs(server, machineClockOf("b\n", "time:[1]", 7_500)!)).toBe(2_500);
  expect(clockOffsetMs(server, machineClockOf("b\n", "time:[2]", 7_500)!)).toBeNull();
  expect(clockOffsetMs(server, machineClockOf("c\n", "time:[1]", 7_500)!)).toBeNull();
});
it("knows no offset where a process cannot tell whose clock it reads", () => {
  const known = machineClockOf("b", "time:[1]", 0);
  expect(machineClockOf("", "time:[1]", 0)).toBeNull();
  expect(machineClockOf("b", "", 0)).toBeNull();
  expect(clockOffsetMs(null, known!)).toBeNull();
  expect(clockOffsetMs(known, undefined)).toBeNull();
});
it("takes the latest of its readings for the origin, because a delay between two clocks makes one earlier", () => {
  const delays = [9n, 40n, 0n, 3n, 12n];
  let [now, i] = [1_000n, 0];
  const monotonic = () => now;
  const own = () => {
    now += delays[i++]!;
    return now - 700n;
  };
  expect(originOf(monotonic, own)).toBe(700n);
});
