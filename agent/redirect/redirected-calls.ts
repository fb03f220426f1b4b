/**
 * Way in of an edge at the caller by the redirect: a listener on loopback for each address of the edge's endpoints. The
 * address that a caller has chosen is the address that the agent dials.
 */

import type { EdgeOrder } from "../contract/messages.ts";
import type { AcceptCall, OpenWayIn, WayIn } from "../edge/way-in.ts";
import { type Endpoint, familyOf, parseAddress } from "../transport/address.ts";
import type { Address, Listener, Transports } from "../transport/transport.ts";
import type { Addresses } from "./addresses.ts";
import type { Claims } from "./claims.ts";
import type { Gates } from "./gates.ts";
import { keyOf } from "./grammar.ts";

export interface RedirectedCallsDeps {
  readonly gates: Gates;
  readonly transports: Transports;
  readonly addresses: Addresses;
  readonly claims: Claims;
  /** Way in by the edge's listening address, which callers may be configured with besides. */
  readonly listening: OpenWayIn;
  /** Registers the edge; returns the end of the registration. */
  readonly register: (order: EdgeOrder, way: RedirectedWay) => () => void;
  readonly warn: (line: string) => void;
}
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

interface Target {
  readonly endpoint: Endpoint;
  readonly listener: Listener;
}

export const redirectedCalls =
  (deps: RedirectedCallsDeps): OpenWayIn =>
  async (order, accept) => {
    const plain = await deps.listening(order, accept);
    const way = new RedirectedCalls(deps, order, accept, plain);
    try {
      await way.open();
    } catch (error) {
      await way.close();
      throw error;
    }
    return way;
  };

class RedirectedCalls implements WayIn, RedirectedWay {
  readonly callers = null;
  readonly #deps: RedirectedCallsDeps;
  readonly #accept: AcceptCall;
  readonly #plain: WayIn;
  readonly #targets = new Map<string, Target>();
  #order: EdgeOrder;
  #leave: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** Complaints that the log has: a name without addresses, an address that two edges want. */
  readonly #told = new Set<string>();

  constructor(deps: RedirectedCallsDeps, order: EdgeOrder, accept: AcceptCall, plain: WayIn) {
    this.#deps = deps;
    this.#order = order;
    this.#accept = accept;
    this.#plain = plain;
  }
  async open(): Promise<void> {
    const { gates, addresses, claims } = this.#deps;
    await addresses.look(this.#endpoints.map(({ host }) => host));
    // Claimed before anything waits: edges are opened side by side.
    for (const target of this.#wanted.values()) claims.take("calls", this.#order.id, target);
    this.#leave = this.#deps.register(this.#order, this);
    await this.look();
    await gates.taken();
  }
  get address(): Address {
    return this.#plain.address;
  }
  get targets(): readonly Address[] {
    return [...this.#targets.values()].map(({ endpoint }) => endpoint);
  }
  isFor(_from: string, to: Address): boolean {
    return this.#targets.has(keyOf(to));
  }
  async change(next: EdgeOrder): Promise<void> {
    await this.#plain.change(next);
    this.#order = next;
    await this.look();
  }
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leave();
    await this.#looking;
    await Promise.all([...this.#targets.keys()].map((key) => this.#drop(key)));
    for (const target of this.#wanted.values()) this.#deps.claims.give("calls", this.#order.id, target);
    await this.#plain.close();
  }
  look(): Promise<void> {
    // Looks run in turn: two at a time would listen twice for an address.
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }
  async #look(): Promise<void> {
    if (this.#isClosed) return;
    const { addresses } = this.#deps;
    await addresses.look(this.#endpoints.map(({ host }) => host));
    for (const { name, host } of this.#endpoints)
      if (addresses.of(host).length === 0) this.#tell(`no address for ${name} yet: its calls are not redirected`);
    const wanted = this.#wanted;
    const gone = [...this.#targets.keys()].filter((key) => !wanted.has(key));
    await Promise.all(gone.map((key) => this.#drop(key)));
    for (const [key, endpoint] of wanted) if (!this.#targets.has(key)) await this.#add(key, endpoint);
  }
  get #endpoints(): readonly Endpoint[] {
    return this.#order.endpoints.map(parseAddress);
  }
  /** Endpoints by address, under the names of the order. */
  get #wanted(): ReadonlyMap<string, Endpoint> {
    const wanted = new Map<string, Endpoint>();
    for (const { name, host: declared, port } of this.#endpoints)
      for (const host of this.#deps.addresses.of(declared))
        if (!wanted.has(keyOf({ host, port }))) wanted.set(keyOf({ host, port }), { name, host, port });
    return wanted;
  }
  async #add(key: string, endpoint: Endpoint): Promise<void> {
    const { gates, claims, transports } = this.#deps;
    try {
      claims.take("calls", this.#order.id, endpoint);
    } catch (error) {
      this.#tell((error as Error).message);
      return;
    }
    try {
      const host = familyOf(endpoint.host) === 6 ? "::1" : "127.0.0.1";
      const listener = await transports.listen({ host, port: 0 }, (transport) => {
        gates.delivered("calls");
        return this.#accept(transport, endpoint);
      });
      this.#targets.set(key, { endpoint, listener });
      gates.put("calls", { host: endpoint.host, port: endpoint.port, localPort: listener.address.port });
    } catch (error) {
      claims.give("calls", this.#order.id, endpoint);
      this.#tell(`no listener for calls of ${key}: ${(error as Error).message}`);
    }
  }
  async #drop(key: string): Promise<void> {
    const target = this.#targets.get(key);
    if (target === undefined) return;
    this.#targets.delete(key);
    const { gates, claims } = this.#deps;
    await gates.release("calls", target.endpoint);
    claims.give("calls", this.#order.id, target.endpoint);
    await target.listener.close();
  }
  #tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#deps.warn(line);
  }
}
