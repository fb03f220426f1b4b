/**
 * Arrivals: connections that the redirect brings at the callee. A listener for each address of the callee's service on
 * this machine, shared by the edges to that service: the caller's address tells whose call a connection is. Connections
 * of no declared caller pass through untouched, and are counted.
 */
import type { EdgeId } from "../../experiments/model/names.ts";
import type { AcceptCall, CallTarget } from "../edge/way-in.ts";
import { type Endpoint, familyOf } from "../transport/address.ts";
import type { Address, Receiver, Transport } from "../transport/transport.ts";
import { canonicalHost, keyOf } from "./grammar.ts";
import { RedirectedAddress, type RedirectedAddressDeps } from "./redirected-address.ts";

export interface ArrivingEdge {
  readonly id: EdgeId;
  /** IP addresses from which the edge's calls come. */
  readonly callers: ReadonlySet<string>;
  readonly accept: AcceptCall;
}
export interface ArrivalsDeps extends RedirectedAddressDeps {
  /**
   * Takes a connection of no declared caller. `from`: host of the caller; null: unknown. `claimants`: edges whose callers
   * all have that host, so that the caller of the connection is unknown; else none.
   */
  readonly strangers: (from: string | null, claimants: readonly EdgeId[]) => AcceptCall;
}
/**
 * False: a connection from this host is none of a caller with these addresses. A caller of whom no address of the host's
 * family is declared may call from any such address.
 */
export const mayCall = (callers: ReadonlySet<string>, host: string): boolean =>
  callers.has(host) || ![...callers].some((caller) => familyOf(caller) === familyOf(host));

interface Door {
  readonly redirected: RedirectedAddress;
  /** Edges, with the endpoint under the edge's name for this address. */
  readonly edges: Map<EdgeId, { readonly edge: ArrivingEdge; readonly target: CallTarget }>;
}

export class Arrivals {
  readonly #deps: ArrivalsDeps;
  readonly #doors = new Map<string, Door>();
  #changing: Promise<unknown> = Promise.resolve();

  constructor(deps: ArrivalsDeps) {
    this.#deps = deps;
  }
  /** Brings an edge's connections to an address of this machine. Rejects when the address is none of this machine. */
  async join(edge: ArrivingEdge, endpoint: Endpoint): Promise<Address> {
    const { redirected } = await this.#inTurn(async () => {
      const key = keyOf(endpoint);
      const door = this.#doors.get(key) ?? (await this.#open(key, endpoint));
      door.edges.set(edge.id, { edge, target: { ...door.redirected.target, name: endpoint.name } });
      return door;
    });
    await redirected.known;
    return redirected.local;
  }
  leave(edge: EdgeId, address: Address): Promise<void> {
    return this.#inTurn(async () => {
      const { gates } = this.#deps;
      // Connections that still arrive are the edge's: as a stranger's they would be cut at the agent's end.
      await gates.settled();
      const door = this.#doors.get(keyOf(address));
      if (door?.edges.has(edge) !== true) return;
      if (door.edges.size === 1) {
        this.#doors.delete(keyOf(address));
        await door.redirected.close();
      }
      door.edges.delete(edge);
    });
  }
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => {});
    return changed;
  }
  async #open(key: string, endpoint: Endpoint): Promise<Door> {
    const edges: Door["edges"] = new Map();
    const accept: AcceptCall = (transport, target) => this.#arrived(transport, target, edges);
    const redirected = await RedirectedAddress.open(this.#deps, "arrivals", endpoint, endpoint.host, accept);
    const door: Door = { redirected, edges };
    this.#doors.set(key, door);
    return door;
  }
  #arrived(transport: Transport, target: CallTarget, edges: Door["edges"]): Receiver {
    const remote = transport.addresses?.remote.host;
    const from = remote === undefined ? null : canonicalHost(remote);
    const fits = from === null ? [] : [...edges.values()].filter(({ edge }) => edge.callers.has(from));
    const [own] = fits;
    if (own !== undefined && fits.length === 1) return own.edge.accept(transport, own.target);
    const all = [...edges.values()].map(({ edge }) => edge);
    const claimants = all.filter(({ callers }) => from === null || mayCall(callers, from)).map(({ id }) => id);
    return this.#deps.strangers(from, claimants)(transport, target);
  }
}
