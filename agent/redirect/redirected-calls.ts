/**
 * Way in of an edge at the caller by the redirect: a listener on loopback for each address of the edge's endpoints. The
 * address that a caller has chosen is the address that the agent dials.
 */

import type { EdgeOrder } from "../contract/messages.ts";
import type { AcceptCall, OpenWayIn, WayIn } from "../edge/way-in.ts";
import { type Endpoint, familyOf } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import type { Claims } from "./claims.ts";
import { RedirectedAddress, type RedirectedAddressDeps } from "./redirected-address.ts";
import { FollowedWay, type RedirectedWayDeps } from "./redirected-way.ts";

export interface RedirectedCallsDeps extends RedirectedWayDeps, RedirectedAddressDeps {
  readonly claims: Claims;
  /** Way in by the edge's listening address, which callers may be configured with besides. */
  readonly listening: OpenWayIn;
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

class RedirectedCalls extends FollowedWay implements WayIn {
  readonly callers = null;
  protected readonly names = [];
  readonly #deps: RedirectedCallsDeps;
  readonly #accept: AcceptCall;
  readonly #plain: WayIn;
  readonly #redirected = new Map<string, RedirectedAddress>();

  constructor(deps: RedirectedCallsDeps, order: EdgeOrder, accept: AcceptCall, plain: WayIn) {
    super(deps, order);
    this.#deps = deps;
    this.#accept = accept;
    this.#plain = plain;
  }
  async open(): Promise<void> {
    const { gates, claims } = this.#deps;
    await this.lookUp();
    // Claimed before anything waits: edges are opened side by side.
    for (const target of this.wanted.values()) claims.take("calls", this.order.id, target);
    this.register();
    await this.look();
    await gates.taken();
  }
  get address(): Address {
    return this.#plain.address;
  }
  isFor(_from: string, to: Address): boolean {
    return this.has(to);
  }
  async change(next: EdgeOrder): Promise<void> {
    await this.#plain.change(next);
    this.order = next;
    await this.look();
  }
  async close(): Promise<void> {
    await this.end();
    for (const target of this.wanted.values()) this.#deps.claims.give("calls", this.order.id, target);
    await this.#plain.close();
  }

  protected looked(): void {
    for (const { name, host } of this.endpoints)
      if (this.#deps.addresses.of(host).length === 0)
        this.tell(`no address for ${name} yet: its calls are not redirected`);
  }
  protected wants(): boolean {
    return true;
  }
  protected async add(key: string, target: Endpoint): Promise<void> {
    const { claims } = this.#deps;
    claims.take("calls", this.order.id, target);
    try {
      const loopback = familyOf(target.host) === 6 ? "::1" : "127.0.0.1";
      const redirected = await RedirectedAddress.open(this.#deps, "calls", target, loopback, this.#accept);
      this.#redirected.set(key, redirected);
      await redirected.known;
    } catch (error) {
      claims.give("calls", this.order.id, target);
      throw new Error(`no listener for calls of ${key}: ${(error as Error).message}`);
    }
  }
  protected async drop(key: string, target: Endpoint): Promise<void> {
    const redirected = this.#redirected.get(key);
    this.#redirected.delete(key);
    await redirected?.close();
    this.#deps.claims.give("calls", this.order.id, target);
  }
}
