/** Addresses in the notation of mesh files: `host:port`. */
import { isIP } from "node:net";
import type { Address } from "./transport.ts";

export interface Endpoint extends Address {
  /** Name in the order: `host:port`. */
  readonly name: string;
}

const ADDRESS = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]+)):(\d{1,5})$/;

/** Parses `127.0.0.1:7104`, `payments:80` or `[::1]:7104`. Throws RangeError. */
export const parseAddress = (name: string): Endpoint => {
  const [, bracketed, plain, digits] = ADDRESS.exec(name) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535)
    throw new RangeError(`"${name}" is no address: expected host:port with a port up to 65535, such as 127.0.0.1:7104`);
  return { name, host, port };
};

/** `host:port`, an IPv6 host in brackets. */
export const spellAddress = ({ host, port }: Address): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * IP family of a host: 4, 6, or 0 for a name. Cached: the few hosts of a mesh are dialled again and again, and `isIP`
 * runs two regular expressions.
 */
export const familyOf = (host: string): number => {
  let family = families.get(host);
  if (family === undefined) {
    family = isIP(host);
    if (families.size >= MOST_FAMILIES) families.clear();
    families.set(host, family);
  }
  return family;
};
const MOST_FAMILIES = 1_000;
const families = new Map<string, number>();
