/**
 * Callee addresses of an edge, and the choice of an address for each connection. A dead address keeps its connections:
 * an agent that routed around would hide the failure.
 */
import type { Balance } from "../../experiments/model/mesh/mesh.ts";
import { chance } from "../../experiments/model/statistics/random.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { type Endpoint, parseAddress } from "../transport/address.ts";

/** Number of callers whose endpoint is remembered; the choice itself needs no memory. */
const MAX_REMEMBERED = 1_000;

/**
 * Balance of an edge, by default that of the protocol (DATA-PATH.md 1): a database's second connection, such as a request
 * to cancel, is meant for the server of the first.
 */
const balanceOf = ({ protocol, balance }: Pick<EdgeOrder, "protocol" | "balance">): Balance =>
  balance ?? (protocol === "tcp" ? "client" : "turn");

export type EndpointsOrder = Pick<EdgeOrder, "protocol" | "endpoints" | "balance">;

export class Endpoints {
  readonly #instance: string;
  readonly #all: readonly Endpoint[];
  readonly #balance: Balance;
  #turn = 0;
  readonly #chosen = new Map<string, Endpoint>();

  /** `instance`: name of the agent, so that agents do not all choose alike. Throws RangeError when an address is none. */
  constructor(order: EndpointsOrder, instance: string) {
    this.#instance = instance;
    this.#all = parseAll(order.endpoints);
    this.#balance = balanceOf(order);
  }
  /** Endpoint of a new connection. `callerHost`: reads the caller's IP address, only if the choice needs it; null: unknown. */
  next(callerHost: () => string | null): Endpoint {
    const host = this.#balance === "client" && this.#all.length > 1 ? callerHost() : null;
    return host === null ? this.#inTurn() : this.#ofCaller(host);
  }
  #inTurn(): Endpoint {
    const endpoint = this.#all[this.#turn]!;
    this.#turn = this.#turn + 1 === this.#all.length ? 0 : this.#turn + 1;
    return endpoint;
  }
  /**
   * Rendezvous hashing (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998): when an
   * endpoint comes or goes, only that endpoint's callers change theirs.
   */
  #ofCaller(host: string): Endpoint {
    const known = this.#chosen.get(host);
    if (known !== undefined) return known;
    const weightOf = ({ name }: Endpoint) => chance(0, "balance", this.#instance, host, name);
    const weighed = this.#all.map((endpoint) => ({ endpoint, weight: weightOf(endpoint) }));
    const { endpoint } = weighed.reduce((heaviest, each) => (each.weight > heaviest.weight ? each : heaviest));
    if (this.#chosen.size === MAX_REMEMBERED) this.#chosen.clear();
    this.#chosen.set(host, endpoint);
    return endpoint;
  }
}

const parseAll = (names: readonly string[]): readonly Endpoint[] => {
  if (names.length === 0) throw new RangeError("an edge needs at least one endpoint to forward to");
  return names.map(parseAddress);
};
