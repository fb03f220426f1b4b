/** Addresses in the notation of mesh files: `host:port`. */
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
