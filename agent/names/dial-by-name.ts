/** Transports that dial names, too: a tier dials addresses, the agent's resolver finds the addresses of a name. */
import type { Clock } from "../clock/clock.ts";
import { familyOf } from "../transport/address.ts";
import type { Transports } from "../transport/transport.ts";
import type { NameResolver } from "./name-resolver.ts";
import { NamedTransport } from "./named-transport.ts";

/** Returns the tier with dials by name, all over a single resolver. */
export const dialByName = (transports: Transports, clock: Clock, resolver: NameResolver): Transports => {
  const named = { clock, transports, lookup: (name: string) => resolver.lookup(name) };
  return {
    tier: transports.tier,
    listen: (address, accept) => transports.listen(address, accept),
    dial: (address, receiver, timeoutMs) =>
      familyOf(address.host) !== 0
        ? transports.dial(address, receiver, timeoutMs)
        : new NamedTransport(named, address, receiver, timeoutMs),
  };
};
