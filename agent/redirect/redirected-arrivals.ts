/** Way in of an edge at the callee: the arrivals at the addresses of the callee's service that are on this machine. */
import { networkInterfaces } from "node:os";
import { spellEdge } from "../../experiments/model/names.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { type AcceptCall, type OpenWayIn, type WayIn, WayInError } from "../edge/way-in.ts";
import { type Endpoint, parseAddress } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import type { Addresses } from "./addresses.ts";
import { type Arrivals, type ArrivingEdge, mayCall } from "./arrivals.ts";
import type { Gates } from "./gates.ts";
import { canonicalHost, keyOf } from "./grammar.ts";
import type { RedirectedWay } from "./redirected-calls.ts";

export interface RedirectedArrivalsDeps {
  readonly gates: Gates;
  readonly addresses: Addresses;
  readonly arrivals: Arrivals;
  readonly register: (order: EdgeOrder, way: RedirectedWay) => () => void;
  readonly warn: (line: string) => void;
}

export const redirectedArrivals =
  (deps: RedirectedArrivalsDeps): OpenWayIn =>
  async (order, accept) => {
    const way = new RedirectedArrivals(deps, order, accept);
    try {
      await way.open();
    } catch (error) {
      await way.close();
      throw error;
    }
    return way;
  };

/** Addresses by which other machines reach this machine. */
const ownHosts = (): ReadonlySet<string> => {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(
    all.flatMap(({ address, internal }) => {
      const host = internal ? null : canonicalHost(address);
      return host === null ? [] : [host];
    }),
  );
};

class RedirectedArrivals implements WayIn, RedirectedWay, ArrivingEdge {
  readonly accept: AcceptCall;
  readonly #deps: RedirectedArrivalsDeps;
  readonly #targets = new Map<string, Endpoint>();
  #address: Address = { host: "localhost", port: 0 };
  #callers: ReadonlySet<string> = new Set();
  #own: ReadonlySet<string> = new Set();
  #order: EdgeOrder;
  #leave: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;
  readonly #told = new Set<string>();

  constructor(deps: RedirectedArrivalsDeps, order: EdgeOrder, accept: AcceptCall) {
    this.#deps = deps;
    this.#order = order;
    this.accept = accept;
  }
  async open(): Promise<void> {
    await this.look();
    if (this.#targets.size === 0)
      throw new WayInError(
        `edge ${spellEdge(this.#order.id)} needs an endpoint on this machine, by an address that other machines reach: ${this.#order.endpoints.join(", ") || "none"} is no such address`,
      );
    this.#leave = this.#deps.register(this.#order, this);
    await this.#deps.gates.taken();
  }
  get id() {
    return this.#order.id;
  }
  get address(): Address {
    return this.#address;
  }
  get callers(): ReadonlySet<string> {
    return this.#callers;
  }
  get targets(): readonly Address[] {
    return [...this.#targets.values()];
  }
  isFor(from: string, to: Address): boolean {
    return (
      this.#targets.has(keyOf(to)) &&
      (this.#callers.has(from) || (!this.#own.has(from) && mayCall(this.#callers, from)))
    );
  }
  async change(next: EdgeOrder): Promise<void> {
    this.#order = next;
    await this.look();
  }
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leave();
    await this.#looking;
    await Promise.all([...this.#targets.values()].map((target) => this.#drop(target)));
  }
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }
  async #look(): Promise<void> {
    if (this.#isClosed) return;
    const { addresses } = this.#deps;
    const { callers = [] } = this.#order;
    const endpoints = this.#order.endpoints.map(parseAddress);
    await addresses.look([...endpoints.map(({ host }) => host), ...callers]);
    this.#callers = new Set(callers.flatMap((host) => addresses.of(host)));
    if (this.#callers.size === 0)
      this.#tell(
        "no address of the caller is known: its connections pass untouched; give the caller endpoints in the mesh",
      );
    const own = ownHosts();
    this.#own = own;
    const wanted = new Map<string, Endpoint>();
    for (const { name, host: declared, port } of endpoints)
      for (const host of addresses.of(declared))
        if (own.has(host) && !wanted.has(keyOf({ host, port })))
          wanted.set(keyOf({ host, port }), { name, host, port });
    const gone = [...this.#targets].filter(([key]) => !wanted.has(key));
    await Promise.all(gone.map(([, target]) => this.#drop(target)));
    for (const [key, target] of wanted) if (!this.#targets.has(key)) await this.#add(key, target);
  }
  async #add(key: string, target: Endpoint): Promise<void> {
    try {
      this.#address = await this.#deps.arrivals.join(this, target);
      this.#targets.set(key, target);
    } catch (error) {
      this.#tell(`no listener for arrivals at ${key}: ${(error as Error).message}`);
    }
  }
  async #drop(target: Endpoint): Promise<void> {
    this.#targets.delete(keyOf(target));
    await this.#deps.arrivals.leave(this.#order.id, target);
  }
  #tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#deps.warn(line);
  }
}
