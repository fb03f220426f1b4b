/**
 * Which tier this machine gets. The fast tier rests on a Node option that no documentation promises, so it is tried over
 * real loopback sockets at each start: what a Node release changes costs speed, never correctness.
 */
import type { Clock } from "../clock/clock.ts";
import { dataTransports } from "./data.ts";
import { handleTransports } from "./handle.ts";
import { Listeners } from "./listen.ts";
import { onreadTransports } from "./onread.ts";
import { selfTest } from "./self-test.ts";
import type { Transports } from "./transport.ts";

export interface TransportChoice {
  readonly transports: Transports;
  /** Why a faster tier was passed over; null: the fastest works. */
  readonly because: string | null;
}

/** Fastest first; the last is documented Node and is not tried. */
const TIERS = [handleTransports, onreadTransports, dataTransports];

export const chooseTransports = async (clock: Clock, listeners = new Listeners()): Promise<TransportChoice> => {
  let because: string | null = null;
  for (const tier of TIERS.slice(0, -1)) {
    try {
      const transports = tier(clock);
      // Listeners of the self-test alone: no edge of the mesh is among them.
      const failure = await selfTest(transports, clock);
      if (failure === null) return { transports: tier(clock, listeners), because };
      because = `the ${transports.tier} transport does not work here: ${failure}`;
    } catch (error) {
      because = `this Node lacks what the fastest transport needs: ${(error as Error).message}`;
    }
  }
  return { transports: TIERS.at(-1)!(clock, listeners), because };
};
