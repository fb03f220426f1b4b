/** Halt on a clock jump: leases and times of a run rest on the machine's clocks, and a jump makes both worthless. */
import { type Clock, guardJumps } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Runs } from "../runs/runs.ts";
import { LOCAL } from "../security/roles.ts";

/** Halts active runs when a clock jumps, without a latch: the next start finds the clocks as they are. */
export const haltOnClockJump = (clock: Clock, log: Log, runs: Pick<Runs, "haltAll">): (() => void) => {
  const guard = guardJumps(clock, (what) => {
    log.warn(`clock jump: ${what}`);
    const halting = { because: "clock-jump", reason: `A clock jumped: ${what}.`, recover: false } as const;
    runs
      .haltAll(halting, { latch: false, by: LOCAL })
      .catch((error: Error) => log.error(`after a clock jump: ${error.message}`));
  });
  return () => guard.cancel();
};
