/**
 * Way in of an edge: the place from which callers' connections come, and the endpoint that each connection is meant for.
 * Usually a listening address that the callers are configured with; with a redirect, the kernel (`agent/redirect/`).
 */
import type { EdgeOrder } from "../contract/messages.ts";
import { type Endpoint, parseAddress } from "../transport/address.ts";
import type { Address, ConnectionError, Receiver, Transport, Transports } from "../transport/transport.ts";
import { Endpoints } from "./endpoints.ts";

export interface WayIn {
  /** Address at which connections come in. */
  readonly address: Address;
  /** Changes to another definition of the edge. Rejects when the address cannot be had; then nothing is changed. */
  change(order: EdgeOrder): Promise<void>;
  /** Lets no more connections in. */
  close(): Promise<void>;
}
/** A way in that cannot be had, with a message that names the edge and the remedy. */
export class WayInError extends Error {
  override readonly name = "WayInError";
}
/** Endpoint that a connection is meant for. */
export interface CallTarget extends Endpoint {
  /**
   * Called when the endpoint could not be dialled. Present where the caller has dialled the endpoint itself, and expects
   * the end of that dial: then the connection is reset, and gets no answer of the agent's own.
   */
  readonly unreached?: (error: ConnectionError) => void;
}
/** Takes a connection that is meant for this endpoint. */
export type AcceptCall = (transport: Transport, endpoint: CallTarget) => Receiver;
/** Opens the way in of an edge. Rejects when an address of the order is invalid, or cannot be had. */
export type OpenWayIn = (order: EdgeOrder, accept: AcceptCall) => Promise<WayIn>;

/**
 * Way in by a listening address; the edge's balance chooses the endpoint of each connection. `instance`: name of the
 * agent.
 */
export const listenOn =
  (transports: Transports, instance: string): OpenWayIn =>
  async (order, accept) => {
    let endpoints = new Endpoints(order, instance);
    const listen = (name: string) =>
      transports.listen(parseAddress(name), (transport) =>
        accept(
          transport,
          endpoints.next(() => transport.addresses?.remote.host ?? null),
        ),
      );
    let { listen: name } = order;
    let listener = await listen(name);
    return {
      get address() {
        return listener.address;
      },
      async change(next) {
        const changed = new Endpoints(next, instance);
        const fresh = next.listen === name ? listener : await listen(next.listen);
        if (fresh !== listener) await listener.close();
        listener = fresh;
        name = next.listen;
        endpoints = changed;
      },
      close: () => listener.close(),
    };
  };
