/**
 * Policy of this agent's administrator: allowed kinds, shares and addresses, regardless of a server's orders
 * (SAFETY.md 5). A server can narrow the policy, never widen it.
 */

import { BlockList, isIP } from "node:net";
import { spellEdge } from "../experiments/model/names.ts";
import type { EdgeOrder, FaultOrder } from "./contract/messages.ts";
import { parseAddress } from "./transport/address.ts";

export interface Policy {
  /** Fault kinds that the policy allows; null: all. */
  readonly kinds: readonly string[] | null;
  /** Greatest share of the traffic that one fault may affect, 0..1. */
  readonly greatestShare: number;
  /** Allowed listen addresses, and below, allowed upstream addresses: see `AllowList`; null: anywhere. */
  readonly listen: AllowList | null;
  readonly upstream: AllowList | null;
}
export const ALLOW_ALL: Policy = { kinds: null, greatestShare: 1, listen: null, upstream: null };

/** Reason why the policy forbids a fault of this set, or null. */
export const forbiddenFault = ({ kinds, greatestShare }: Policy, faults: readonly FaultOrder[]): string | null => {
  for (const { name, action, share } of faults) {
    if (kinds !== null && !kinds.includes(action.kind))
      return `fault "${name}": this agent allows ${kinds.join(", ") || "no fault"}, not ${action.kind}`;
    const greatest = Math.max(...share.steps);
    if (greatest > greatestShare)
      return `fault "${name}": this agent allows a share of ${greatestShare * 100}% at most, not ${greatest * 100}%`;
  }
  return null;
};

/** Reason why the policy forbids an edge, or null. `chosenHere`: this agent's own flags chose the listen address. */
export const forbiddenEdge = (
  { listen, upstream }: Policy,
  { id, ...order }: EdgeOrder,
  chosenHere: boolean,
): string | null => {
  if (!chosenHere && listen !== null && !listen.allows(order.listen))
    return `edge ${spellEdge(id)}: this agent may listen on ${listen}, not on ${order.listen}: see --listen-allow`;
  const stranger = order.endpoints.find((address) => upstream !== null && !upstream.allows(address));
  return stranger === undefined
    ? null
    : `edge ${spellEdge(id)}: this agent may forward to ${upstream}, not to ${stranger}: see --upstream-allow`;
};

/**
 * Form of a place: `10.0.0.0/8`, `10.0.0.5`, `payments`, with `:port` or for every port. Names are compared, not
 * resolved.
 */
const ALLOWED_ADDRESS = /^(?:\[([^\]]+)\]|([^:\s]+|[0-9a-fA-F:.]+(?:\/\d{1,3})?))(?::(\d{1,5}))?$/;
interface AllowedAddress {
  readonly text: string;
  readonly port: number | null;
  readonly allows: (host: string) => boolean;
}
const parseAllowedAddress = (text: string): AllowedAddress => {
  const bareV6 = isIP(text.split("/")[0]!) === 6;
  const [, bracketed, plain, digits] = (bareV6 ? [text, text] : ALLOWED_ADDRESS.exec(text)) ?? [];
  const where = bracketed ?? plain;
  const port = digits === undefined ? null : Number(digits);
  if (where === undefined || (port !== null && port > 65_535))
    throw new RangeError(`"${text}" is no place: expected 10.0.0.0/8, 127.0.0.1:7204, payments or payments:8080`);
  return { text, port, allows: within(where, text) };
};
const within = (where: string, text: string): ((host: string) => boolean) => {
  const [address, bits] = where.split("/") as [string, string?];
  const version = isIP(address);
  if (version === 0) {
    if (bits !== undefined) throw new RangeError(`"${text}" is no place: a name has no /${bits}`);
    return (host) => host.toLowerCase() === address.toLowerCase();
  }
  const family = version === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  try {
    list.addSubnet(address, bits === undefined ? (version === 6 ? 128 : 32) : Number(bits), family);
  } catch {
    throw new RangeError(`"${text}" is no place: /${bits} is not the length of a network`);
  }
  return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
};

export class AllowList {
  readonly #all: readonly AllowedAddress[];
  /** Throws RangeError for an unreadable place. */
  constructor(places: readonly string[]) {
    this.#all = places.map(parseAllowedAddress);
  }
  /** Takes `host:port`. An unreadable address is not allowed. */
  allows(name: string): boolean {
    try {
      const { host, port } = parseAddress(name);
      return this.#all.some((place) => (place.port === null || place.port === port) && place.allows(host));
    } catch {
      return false;
    }
  }
  toString(): string {
    return this.#all.map(({ text }) => text).join(", ") || "nothing";
  }
}
/**
 * Default listen addresses of an agent, unless the local machine allows others: a server must not make an open proxy.
 */
export const LOOPBACK: readonly string[] = ["127.0.0.0/8", "::1", "localhost"];
