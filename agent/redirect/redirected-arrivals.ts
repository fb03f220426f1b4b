/** Way in of an edge at the callee: the arrivals at the addresses of the callee's service that are on this machine. */
import { networkInterfaces } from "node:os";
import { spellEdge } from "../../experiments/model/names.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { type AcceptCall, type OpenWayIn, type WayIn, WayInError } from "../edge/way-in.ts";
import type { Endpoint } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import { type Arrivals, type ArrivingEdge, mayCall } from "./arrivals.ts";
import { canonicalHost } from "./grammar.ts";
import { FollowedWay, type RedirectedWayDeps } from "./redirected-way.ts";

export interface RedirectedArrivalsDeps extends RedirectedWayDeps {
  readonly arrivals: Arrivals;
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

class RedirectedArrivals extends FollowedWay implements WayIn, ArrivingEdge {
  readonly accept: AcceptCall;
  readonly #deps: RedirectedArrivalsDeps;
  #address: Address = { host: "localhost", port: 0 };
  #callers: ReadonlySet<string> = new Set();
  #own: ReadonlySet<string> = new Set();

  constructor(deps: RedirectedArrivalsDeps, order: EdgeOrder, accept: AcceptCall) {
    super(deps, order);
    this.#deps = deps;
    this.accept = accept;
  }
  async open(): Promise<void> {
    await this.look();
    if (this.targets.length === 0)
      throw new WayInError(
        `edge ${spellEdge(this.order.id)} needs an endpoint on this machine, by an address that other machines reach: ${this.order.endpoints.join(", ") || "none"} is no such address`,
      );
    this.register();
    await this.#deps.gates.taken();
  }
  get id() {
    return this.order.id;
  }
  get address(): Address {
    return this.#address;
  }
  get callers(): ReadonlySet<string> {
    return this.#callers;
  }
  isFor(from: string, to: Address): boolean {
    return this.has(to) && (this.#callers.has(from) || (!this.#own.has(from) && mayCall(this.#callers, from)));
  }
  async change(next: EdgeOrder): Promise<void> {
    this.order = next;
    await this.look();
  }
  close(): Promise<void> {
    return this.end();
  }

  protected get names(): readonly string[] {
    return this.order.callers ?? [];
  }
  protected looked(): void {
    this.#own = ownHosts();
    this.#callers = new Set(this.names.flatMap((host) => this.#deps.addresses.of(host)));
    if (this.#callers.size === 0)
      this.tell(
        "no address of the caller is known: its connections pass untouched; give the caller endpoints in the mesh",
      );
  }
  protected wants(host: string): boolean {
    return this.#own.has(host);
  }
  protected async add(key: string, target: Endpoint): Promise<void> {
    try {
      this.#address = await this.#deps.arrivals.join(this, target);
    } catch (error) {
      throw new Error(`no listener for arrivals at ${key}: ${(error as Error).message}`);
    }
  }
  protected drop(_key: string, target: Endpoint): Promise<void> {
    return this.#deps.arrivals.leave(this.order.id, target);
  }
}
