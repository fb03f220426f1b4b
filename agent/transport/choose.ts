/**
 * Choice of the transport tier on this machine. The fast tier relies on a Node option that no documentation promises,
 * so each start tries that tier over real loopback sockets: a change in a Node release costs speed, never correctness.
 */
import type { Clock } from "../clock/clock.ts";
import { dialByName } from "../names/dial-by-name.ts";
import { openSystemNames } from "../names/system-names.ts";
import { dataTransports } from "./data.ts";
import { handleTransports } from "./handle.ts";
import { Listeners } from "./listen.ts";
import { onreadTransports } from "./onread.ts";
import { selfTest } from "./self-test.ts";
import type { Transports } from "./transport.ts";

export interface TransportChoice {
  readonly transports: Transports;
  /** Reason why a faster tier was passed over; null: the fastest works. */
  readonly because: string | null;
}

/** Tiers, fastest first; the last uses documented Node only and is not tried. */
const TIERS = [handleTransports, onreadTransports, dataTransports];

/** Chosen tier, with dials by name. */
export const chooseTransports = async (clock: Clock, listeners = new Listeners()): Promise<TransportChoice> => {
  const { transports, because } = await chooseTier(clock, listeners);
  return { transports: dialByName(transports, clock, openSystemNames(clock.nowMs)), because };
};

const chooseTier = async (clock: Clock, listeners: Listeners): Promise<TransportChoice> => {
  let because: string | null = null;
  for (const tier of TIERS.slice(0, -1)) {
    try {
      const transports = tier(clock);
      // Listeners of the self-test alone, without any edge of the mesh.
      const failure = await selfTest(transports, clock);
      if (failure === null) return { transports: tier(clock, listeners), because };
      because = `the ${transports.tier} transport does not work here: ${failure}`;
    } catch (error) {
      because = `this Node lacks what the fastest transport needs: ${(error as Error).message}`;
    }
  }
  return { transports: TIERS.at(-1)!(clock, listeners), because };
};
