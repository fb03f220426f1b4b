/**
 * Arrivals: connections that the redirect brings at the callee. A listener for each address of the callee's service on
 * this machine, shared by the edges to that service: the caller's address tells whose call a connection is. Connections
 * of no declared caller pass through untouched, and are counted.
 */
import type { EdgeId } from "../../experiments/model/names.ts";
import type { AcceptCall } from "../edge/way-in.ts";
import { type Endpoint, familyOf } from "../transport/address.ts";
import type { Address, Listener, Receiver, Transport, Transports } from "../transport/transport.ts";
import type { Gates } from "./gates.ts";
import { canonicalHost, keyOf } from "./grammar.ts";

export interface ArrivingEdge {
  readonly id: EdgeId;
  /** IP addresses from which the edge's calls come. */
  readonly callers: ReadonlySet<string>;
  readonly accept: AcceptCall;
}
export interface ArrivalsDeps {
  readonly gates: Gates;
  readonly transports: Transports;
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
  readonly address: Address;
  readonly listener: Listener;
  /** Edges, with the endpoint under the edge's name for this address. */
  readonly edges: Map<EdgeId, { readonly edge: ArrivingEdge; readonly endpoint: Endpoint }>;
}

export class Arrivals {
  readonly #deps: ArrivalsDeps;
  readonly #doors = new Map<string, Door>();
  #changing: Promise<unknown> = Promise.resolve();

  constructor(deps: ArrivalsDeps) {
    this.#deps = deps;
  }
  /** Brings an edge's connections to an address of this machine. Rejects when the address is none of this machine. */
  join(edge: ArrivingEdge, endpoint: Endpoint): Promise<Address> {
    return this.#inTurn(async () => {
      const key = keyOf(endpoint);
      const door = this.#doors.get(key) ?? (await this.#open(key, endpoint));
      door.edges.set(edge.id, { edge, endpoint });
      return door.listener.address;
    });
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
        await gates.release("arrivals", address);
        await door.listener.close();
      }
      door.edges.delete(edge);
    });
  }
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => {});
    return changed;
  }
  async #open(key: string, { name, host, port }: Endpoint): Promise<Door> {
    const { transports, gates } = this.#deps;
    const edges: Door["edges"] = new Map();
    const listener = await transports.listen({ host, port: 0 }, (transport) => {
      gates.delivered("arrivals");
      return this.#arrived(transport, { name, host, port }, edges);
    });
    const door: Door = { address: { host, port }, listener, edges };
    this.#doors.set(key, door);
    gates.put("arrivals", { host, port, localPort: listener.address.port });
    return door;
  }
  #arrived(transport: Transport, endpoint: Endpoint, edges: Door["edges"]): Receiver {
    const remote = transport.addresses?.remote.host;
    const from = remote === undefined ? null : canonicalHost(remote);
    const fits = from === null ? [] : [...edges.values()].filter(({ edge }) => edge.callers.has(from));
    const [own] = fits;
    if (own !== undefined && fits.length === 1) return own.edge.accept(transport, own.endpoint);
    const all = [...edges.values()].map(({ edge }) => edge);
    const claimants = all.filter(({ callers }) => from === null || mayCall(callers, from)).map(({ id }) => id);
    return this.#deps.strangers(from, claimants)(transport, endpoint);
  }
}
