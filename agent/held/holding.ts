/** Holding: what all flows of a process share for the bytes that faults hold. */
import type { Clock } from "../clock/clock.ts";
import { budgetFor, HeldMemory } from "./held-memory.ts";
import { ReleaseQueue } from "./release-queue.ts";

export interface Holding {
  readonly clock: Clock;
  readonly memory: HeldMemory;
  readonly releases: ReleaseQueue;
}
/** `budget`: most memory for held bytes, bytes; absent: that of a process without a limit. */
export const holdingOf = (clock: Clock, budget = budgetFor(0)): Holding => ({
  clock,
  memory: new HeldMemory(budget),
  releases: new ReleaseQueue(clock),
});
