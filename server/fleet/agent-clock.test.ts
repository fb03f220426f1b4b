import { expect, it } from "vitest";
import { AgentClock } from "./agent-clock.ts";

it("knows an agent's time as well as its quickest message lets it, however late the others came", () => {
  const clock = new AgentClock();
  // The agent's clock is 5,000 ms behind; messages take 2 to 400 ms.
  for (const [sentMs, delayMs] of [
    [0, 400],
    [1_000, 2],
    [2_000, 90],
  ] as const)
    clock.heard(sentMs, sentMs + 5_000 + delayMs);
  expect(clock.serverMs(500)).toBe(5_502);
  expect(clock.serverMs(2_000)).toBe(7_002);
});
it("compares only what is near, because clocks drift", () => {
  const clock = new AgentClock();
  clock.heard(0, 5_001);
  clock.heard(60_000, 65_031);
  expect(clock.serverMs(100)).toBe(5_101);
  expect(clock.serverMs(65_000)).toBe(70_031);
  // Clock differences for that time are unknown: the newest difference is the best estimate.
  expect(clock.serverMs(600_000)).toBe(605_031);
});
it("knows nothing of an agent that was never heard", () => {
  expect(new AgentClock().serverMs(5)).toBeNaN();
});
it("knows the time of an agent on the same machine exactly, however late each message came", () => {
  const clock = new AgentClock(5_000);
  clock.heard(0, 5_030);
  expect(clock.serverMs(500)).toBe(5_500);
  expect(clock.serverMs(600_000)).toBe(605_000);
});
it("believes no offset that a message refutes: one that came before its sending, or took far too long", () => {
  for (const offsetMs of [5_040, -1_000]) {
    const clock = new AgentClock(offsetMs);
    clock.heard(0, 5_030);
    expect(clock.serverMs(500)).toBe(5_530);
  }
});
