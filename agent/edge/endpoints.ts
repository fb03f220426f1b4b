/**
 * Callee addresses, used in turn. A dead address keeps the turn: an agent that routed around would hide the failure.
 */
import type { Address } from "../transport/transport.ts";

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

export class Endpoints {
  #all: readonly Endpoint[];
  #turn = 0;

  constructor(names: readonly string[]) {
    this.#all = parseAll(names);
  }
  /** Uses these addresses from here on. Throws, and changes nothing, when a name is no address. */
  replace(names: readonly string[]): void {
    this.#all = parseAll(names);
    this.#turn = 0;
  }
  get names(): readonly string[] {
    return this.#all.map(({ name }) => name);
  }
  next(): Endpoint {
    const endpoint = this.#all[this.#turn]!;
    this.#turn = this.#turn + 1 === this.#all.length ? 0 : this.#turn + 1;
    return endpoint;
  }
}

const parseAll = (names: readonly string[]): readonly Endpoint[] => {
  if (names.length === 0) throw new RangeError("an edge needs at least one endpoint to forward to");
  return names.map(parseAddress);
};
