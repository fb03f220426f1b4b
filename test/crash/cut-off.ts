/** Isolated agent: an agent in mid-fault that is cut off from the server for longer than the lease, by any means. */
import { expect } from "vitest";
import { agentsReady, LONG, type PlaneAgent, sleepUntil, type Traffic, type Wanted } from "./plane.ts";
import { ended, expectGone, expectHeld, expectNothingHeld, GONE_MS, injecting, now, untilNoClaims } from "./proofs.ts";

/** Time longer than a lease, after which no run is in doubt any more. */
export const LATE_MS = GONE_MS + 1_000;

export interface Reach {
  readonly url: string;
  readonly agent: Pick<PlaneAgent, "name" | "held" | "text">;
  readonly traffic: Traffic;
  start(wanted?: Wanted): Promise<string>;
  cut(): void;
  heal(): void;
}
/**
 * Checks that an isolated agent ends the faults alone, that no fault comes back on reconnection, that the run is not
 * HELD, and that the next run is.
 */
export const expectOutlasted = async ({ url, agent, traffic, start, cut, heal }: Reach): Promise<void> => {
  const run = await injecting(url, () => start(LONG), [traffic]);
  const mishap = now();
  cut();
  await sleepUntil(mishap.atMs + LATE_MS);
  await expectNothingHeld([agent]);
  expect(agent.text()).toContain("dropped all faults: the lease is over");
  heal();
  const { report, verdict } = await ended(url, run);
  expect(["HALTED", "INCONCLUSIVE"], report.reason).toContain(verdict);
  await untilNoClaims(url, [run]);
  await agentsReady(url, agent.name);
  await expectNothingHeld([agent]);
  expectGone([traffic], mishap);
  await expectHeld(url, start);
};
