/**
 * Way in of an edge by the redirect: follows the addresses of the edge's endpoints, as names are looked up again and
 * again. Subclasses differ in the side of the wire: calls leave this machine, arrivals come to it.
 */
import type { EdgeOrder } from "../contract/messages.ts";
import { type Endpoint, parseAddress } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import type { Addresses } from "./addresses.ts";
import type { Gates } from "./gates.ts";
import { keyOf } from "./grammar.ts";

/** Way in of an edge, as the redirect sees the way in. */
export interface RedirectedWay {
  /** Looks for addresses that have come or gone. */
  look(): Promise<void>;
  /** True for connections from this host to this address, which this edge would carry. */
  isFor(from: string, to: Address): boolean;
  /** Hosts of the callers of connections that arrive here; null: programs of this machine. */
  readonly callers: ReadonlySet<string> | null;
  readonly targets: readonly Address[];
}
export interface RedirectedWayDeps {
  readonly gates: Gates;
  readonly addresses: Addresses;
  /** Registers the edge; returns the end of the registration. */
  readonly register: (order: EdgeOrder, way: RedirectedWay) => () => void;
  readonly warn: (line: string) => void;
}

export abstract class FollowedWay implements RedirectedWay {
  protected order: EdgeOrder;
  readonly #deps: RedirectedWayDeps;
  /** Redirected addresses by key, under the names of the order. */
  readonly #targets = new Map<string, Endpoint>();
  #leave: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** Complaints that the log has: a name without addresses, an address that two edges want. */
  readonly #told = new Set<string>();

  constructor(deps: RedirectedWayDeps, order: EdgeOrder) {
    this.#deps = deps;
    this.order = order;
  }
  abstract readonly callers: ReadonlySet<string> | null;
  abstract isFor(from: string, to: Address): boolean;
  /** Names besides those of the endpoints that are looked up. */
  protected abstract readonly names: readonly string[];
  /** Called when the names are looked up, before the addresses are compared. */
  protected abstract looked(): void;
  /** True for a host of an endpoint that is to be redirected. */
  protected abstract wants(host: string): boolean;
  /** Redirects an address. Rejects with the reason where that is impossible. */
  protected abstract add(key: string, target: Endpoint): Promise<void>;
  protected abstract drop(key: string, target: Endpoint): Promise<void>;

  get targets(): readonly Address[] {
    return [...this.#targets.values()];
  }
  look(): Promise<void> {
    // Looks run in turn: two at a time would listen twice for an address.
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }
  protected register(): void {
    this.#leave = this.#deps.register(this.order, this);
  }
  protected async end(): Promise<void> {
    this.#isClosed = true;
    this.#leave();
    await this.#looking;
    await Promise.all([...this.#targets.keys()].map((key) => this.#drop(key)));
  }
  protected has(address: Address): boolean {
    return this.#targets.has(keyOf(address));
  }
  /** Tells a complaint once. */
  protected tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#deps.warn(line);
  }
  protected get endpoints(): readonly Endpoint[] {
    return this.order.endpoints.map(parseAddress);
  }
  protected lookUp(): Promise<void> {
    return this.#deps.addresses.look([...this.endpoints.map(({ host }) => host), ...this.names]);
  }
  /** Endpoints by address, under the names of the order. */
  protected get wanted(): ReadonlyMap<string, Endpoint> {
    const wanted = new Map<string, Endpoint>();
    for (const { name, host: declared, port } of this.endpoints)
      for (const host of this.#deps.addresses.of(declared)) {
        const key = keyOf({ host, port });
        if (this.wants(host) && !wanted.has(key)) wanted.set(key, { name, host, port });
      }
    return wanted;
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    await this.lookUp();
    this.looked();
    const { wanted } = this;
    const gone = [...this.#targets.keys()].filter((key) => !wanted.has(key));
    await Promise.all(gone.map((key) => this.#drop(key)));
    // Side by side: an address that is silent keeps an edge waiting for its answer.
    const fresh = [...wanted].filter(([key]) => !this.#targets.has(key));
    await Promise.all(fresh.map(([key, target]) => this.#add(key, target)));
  }
  async #add(key: string, target: Endpoint): Promise<void> {
    try {
      await this.add(key, target);
      this.#targets.set(key, target);
    } catch (error) {
      this.tell((error as Error).message);
    }
  }
  async #drop(key: string): Promise<void> {
    const target = this.#targets.get(key);
    this.#targets.delete(key);
    if (target !== undefined) await this.drop(key, target);
  }
}
