import { expect, it } from "vitest";
import { FakeClock } from "../test/server/fake-clock.ts";
import { lineLog } from "./log.ts";
import { RateLimitedLog } from "./rate-limited-log.ts";

const stage = () => {
  const lines: string[] = [];
  const clock = new FakeClock();
  const log = new RateLimitedLog(
    lineLog((line) => lines.push(line)),
    clock,
  );
  return { lines, clock, log };
};

it("tells a subject at once, then once a minute how often it came again, and nothing once it is silent", async () => {
  const { lines, clock, log } = stage();
  for (let i = 0; i < 100; i++) log.warn("10.0.0.1", "refused", { address: "10.0.0.1" });
  log.warn("10.0.0.2", "refused", { address: "10.0.0.2" });
  expect(lines).toEqual(["warn: refused address=10.0.0.1", "warn: refused address=10.0.0.2"]);
  await clock.advance(60_000);
  expect(lines.slice(2)).toEqual(["warn: refused address=10.0.0.1 more=99"]);
  await clock.advance(600_000);
  expect(lines).toHaveLength(3);
  log.warn("10.0.0.1", "refused", { address: "10.0.0.1" });
  expect(lines.at(-1)).toBe("warn: refused address=10.0.0.1");
});

it("keeps no more than a thousand subjects apart, and tells the rest as one", async () => {
  const { lines, clock, log } = stage();
  for (let i = 0; i < 5_000; i++) log.warn(`address ${i}`, "refused");
  expect(lines).toHaveLength(1_001);
  await clock.advance(60_000);
  expect(lines.slice(1_001)).toEqual(["warn: refused among=others more=3999"]);
});

it("tells what is left when it is closed, and waits for nothing after", async () => {
  const { lines, clock, log } = stage();
  log.warn("a", "refused");
  log.warn("a", "refused");
  log.close();
  expect(lines).toEqual(["warn: refused", "warn: refused more=1"]);
  await clock.advance(600_000);
  expect(lines).toHaveLength(2);
});
