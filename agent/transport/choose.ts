/**
 * Choice of the transport tier on this machine. The fast tier relies on a Node option that no documentation promises,
 * so each start tries that tier over real loopback sockets: a change in a Node release costs speed, never correctness.
 */
import type { Clock } from "../clock/clock.ts";
import { dataTransports } from "./data.ts";
import { handleTransports } from "./handle.ts";
import { Listeners } from "./listen.ts";
import { onreadTransports } from "./onread.ts";
import { selfTest } from "./self-test.ts";
import { TIERS, type Tier, type Transports } from "./transport.ts";

export interface TransportChoice {
  readonly transports: Transports;
  /** Reason why the fastest tier is not used; null: it is. */
  readonly because: string | null;
}
type OpenTier = (clock: Clock, listeners?: Listeners) => Transports;

const OPEN: Readonly<Record<Tier, OpenTier>> = {
  raw: handleTransports,
  onread: onreadTransports,
  data: dataTransports,
};
const [FASTEST] = TIERS;
/** Uses documented Node only, and is not tried: there is no other tier to take in its place. */
const LAST: Tier = "data";

/** `forced`: the tier to take; null: the fastest that works. Rejects where a forced tier does not work. */
export const chooseTransports = async (
  clock: Clock,
  listeners = new Listeners(),
  forced: Tier | null = null,
): Promise<TransportChoice> => {
  if (forced !== null) {
    const failure = forced === LAST ? null : await tryTier(forced, clock);
    if (failure !== null) throw new Error(`--transport ${forced}: ${failure}`);
    const because = forced === FASTEST ? null : "asked for by --transport";
    return { transports: OPEN[forced](clock, listeners), because };
  }
  let because: string | null = null;
  for (const tier of TIERS.slice(0, -1)) {
    const failure = await tryTier(tier, clock);
    if (failure === null) return { transports: OPEN[tier](clock, listeners), because };
    because = failure;
  }
  return { transports: OPEN[LAST](clock, listeners), because };
};

/** Tries a tier with listeners of the trial alone, without any edge of the mesh. null: the tier works. */
const tryTier = async (tier: Tier, clock: Clock): Promise<string | null> => {
  try {
    const failure = await selfTest(OPEN[tier](clock), clock);
    return failure === null ? null : `the ${tier} transport does not work here: ${failure}`;
  } catch (error) {
    return `this Node lacks what the ${tier} transport needs: ${(error as Error).message}`;
  }
};
