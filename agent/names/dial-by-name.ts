/** Transports that dial names, too: a tier dials addresses, the agent's resolver finds the addresses of a name. */
import { isIP } from "node:net";
import type { Clock } from "../clock/clock.ts";
import type { Transports } from "../transport/transport.ts";
import { NameResolver } from "./name-resolver.ts";
import { NamedTransport } from "./named-transport.ts";
import type { NameSources } from "./system-names.ts";

/** Returns the tier with dials by name, all over a single resolver. */
export const dialByName = (transports: Transports, clock: Clock, sources: NameSources): Transports => {
  const resolver = new NameResolver(clock, sources);
  const named = { clock, transports, lookup: (name: string) => resolver.lookup(name) };
  return {
    tier: transports.tier,
    listen: (address, accept) => transports.listen(address, accept),
    dial: (address, receiver, timeoutMs) =>
      isAddress(address.host)
        ? transports.dial(address, receiver, timeoutMs)
        : new NamedTransport(named, address, receiver, timeoutMs),
  };
};

/** Cached, since the few hosts of a mesh are dialled again and again, and `isIP` runs two regular expressions. */
const isAddress = (host: string): boolean => {
  let known = addresses.get(host);
  if (known === undefined) {
    known = isIP(host) !== 0;
    if (addresses.size >= MOST_HOSTS) addresses.clear();
    addresses.set(host, known);
  }
  return known;
};
const MOST_HOSTS = 1_000;
const addresses = new Map<string, boolean>();
