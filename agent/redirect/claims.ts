/** Claims of edges on addresses: the kernel cannot tell apart the calls of two edges to the same address. */
import { type EdgeId, spellEdge } from "../../experiments/model/names.ts";
import { WayInError } from "../edge/way-in.ts";
import { spellAddress } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import { type Direction, keyOf } from "./grammar.ts";

export class Claims {
  readonly #owners = new Map<string, EdgeId>();

  /** Takes the address for an edge. Throws, with the names of both edges, where a different edge has the address. */
  take(direction: Direction, edge: EdgeId, address: Address): void {
    const key = `${direction} ${keyOf(address)}`;
    const owner = this.#owners.get(key) ?? edge;
    this.#owners.set(key, owner);
    if (owner === edge) return;
    throw new WayInError(
      `${spellEdge(edge)} and ${spellEdge(owner)} both go to ${spellAddress(address)}: the redirect cannot tell their calls apart; give the services different addresses, or ports`,
    );
  }
  give(direction: Direction, edge: EdgeId, address: Address): void {
    const key = `${direction} ${keyOf(address)}`;
    if (this.#owners.get(key) === edge) this.#owners.delete(key);
  }
}
