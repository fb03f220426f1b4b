/**
 * Callee addresses, used in turn. A dead address keeps the turn: an agent that routed around would hide the failure.
 */
import { type Endpoint, parseAddress } from "../transport/address.ts";

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
