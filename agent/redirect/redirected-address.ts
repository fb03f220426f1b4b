/**
 * Redirected address: an address of an endpoint with the listener to which the kernel sends the connections that are
 * meant for it, and the end that these meet where the address takes none.
 */
import type { Clock } from "../clock/clock.ts";
import type { AcceptCall, CallTarget } from "../edge/way-in.ts";
import type { Endpoint } from "../transport/address.ts";
import type { Address, Listener, Transports } from "../transport/transport.ts";
import type { Gates } from "./gates.ts";
import type { Direction, Reach } from "./grammar.ts";
import { TargetReach } from "./target-reach.ts";

export interface RedirectedAddressDeps {
  readonly gates: Gates;
  readonly transports: Transports;
  readonly clock: Clock;
}

export class RedirectedAddress {
  /** Resolves when the reach of the address is known, or soon without: the address is redirected once that is known. */
  readonly known: Promise<void>;
  /** Endpoint that the connections are meant for, by the address that their callers dialled. */
  readonly target: CallTarget;
  readonly #gates: Gates;
  readonly #direction: Direction;
  readonly #listener: Listener;
  readonly #reach: TargetReach;
  #isRedirected = false;

  /** Listens on the host `listenOn`. Rejects where the listener cannot be had. */
  static async open(
    deps: RedirectedAddressDeps,
    direction: Direction,
    endpoint: Endpoint,
    listenOn: string,
    accept: AcceptCall,
  ): Promise<RedirectedAddress> {
    const listener = await deps.transports.listen({ host: listenOn, port: 0 }, (transport) => {
      deps.gates.delivered(direction, endpoint);
      return accept(transport, redirected.target);
    });
    const redirected = new RedirectedAddress(deps, direction, endpoint, listener);
    return redirected;
  }
  private constructor(deps: RedirectedAddressDeps, direction: Direction, endpoint: Endpoint, listener: Listener) {
    this.#gates = deps.gates;
    this.#direction = direction;
    this.#listener = listener;
    this.#reach = new TargetReach(deps, endpoint, (reach) => this.#redirect(reach));
    this.target = { ...endpoint, unreached: () => this.#reach.doubt() };
    this.known = this.#reach.first();
  }
  /** Address to which the kernel sends the connections. */
  get local(): Address {
    return this.#listener.address;
  }
  async close(): Promise<void> {
    this.#reach.close();
    await this.#gates.release(this.#direction, this.target);
    await this.#listener.close();
  }
  #redirect(reach: Reach): void {
    const { host, port } = this.target;
    if (this.#isRedirected) this.#gates.setReach(this.#direction, { host, port }, reach);
    else this.#gates.put(this.#direction, { host, port, localPort: this.local.port, reach });
    this.#isRedirected = true;
  }
}
