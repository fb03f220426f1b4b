/**
 * Local edges: edges that an agent knows from its own machine, and serves before any server has answered and after the
 * last has gone. A server assigns, narrows and redirects; it takes no local edge away from under its traffic.
 */

import { ANY_PORT } from "../../experiments/model/mesh/mesh.ts";
import { type EdgeId, spellEdge } from "../../experiments/model/names.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import type { EdgeFailure } from "./edges.ts";

/** Edges to serve, and the ordered edges that the local definition keeps from being served as ordered. */
export interface MergedEdges {
  readonly orders: readonly EdgeOrder[];
  readonly failed: readonly EdgeFailure[];
  /** Edges that are served as defined here, for the server leads them no more: no fault may stay there. */
  readonly unled: readonly EdgeId[];
}

export class LocalEdges {
  readonly #byId: ReadonlyMap<EdgeId, EdgeOrder>;

  constructor(orders: readonly EdgeOrder[]) {
    this.#byId = new Map(orders.map((order) => [order.id, order]));
  }
  /** The local definitions alone: what is served without a server. */
  get orders(): readonly EdgeOrder[] {
    return [...this.#byId.values()];
  }
  /**
   * Listen addresses of the local edges, which win over those of a server: the callers' configuration names them. An edge
   * that names none leaves the choice to the server.
   */
  get listen(): Readonly<Record<EdgeId, string>> {
    return Object.fromEntries(
      this.orders.flatMap(({ id, listen }) => (listen === ANY_PORT ? [] : [[id, listen] as const])),
    );
  }
  /**
   * The ordered edges, and each local edge that is not among these, as defined here. An ordered edge of another protocol
   * than here goes on as defined here: changing the protocol would close every connection.
   */
  merge(ordered: readonly EdgeOrder[]): MergedEdges {
    const failed: EdgeFailure[] = [];
    const named = new Set<EdgeId>();
    const orders = ordered.map((order): EdgeOrder => {
      named.add(order.id);
      const local = this.#byId.get(order.id);
      if (local === undefined || local.protocol === order.protocol) return order;
      const why = `edge ${spellEdge(order.id)} is served as ${local.protocol}, as this agent's own edges say, not as ${order.protocol}`;
      failed.push({ id: order.id, why });
      return local;
    });
    const rest = this.orders.filter(({ id }) => !named.has(id));
    return { orders: [...orders, ...rest], failed, unled: [...failed, ...rest].map(({ id }) => id) };
  }
}
