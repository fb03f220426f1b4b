/** The edges that this agent serves: their listeners, their faults, their counts. */

import type { EdgeId, Instance, RunId } from "../experiments/model/names.ts";
import type { Receipt } from "../experiments/model/receipt.ts";
import type { Clock } from "./clock.ts";
import type { EdgeCount, EdgeOrder, FaultOrder, Remains, Watch } from "./contract/messages.ts";
import { EdgeFaults } from "./edge.ts";
import { Allotments } from "./faults/allotments.ts";
import { objection } from "./faults/live.ts";
import { createMeter, type Meter, type Observer } from "./measure.ts";
import type { Address } from "./transport/transport.ts";
import { KEPT_MS, Watches } from "./watches.ts";

/** A listening edge, of either protocol. */
export interface Served {
  readonly address: Address;
  close(): Promise<void>;
}
/** Listens for one edge. Rejects when its address cannot be had. */
export type Serve = (order: EdgeOrder, faults: EdgeFaults, observer: Observer) => Promise<Served>;

interface Edge {
  readonly order: EdgeOrder;
  readonly faults: EdgeFaults;
  readonly meter: Meter;
  readonly served: Served;
}
export interface EdgesDeps {
  readonly clock: Clock;
  readonly instance: Instance;
  readonly serve: Serve;
  /** True: the lease is over. */
  readonly expired: (nowMs: number) => boolean;
}

export class Edges {
  readonly watches = new Watches();
  readonly #deps: EdgesDeps;
  readonly #allotments = new Allotments();
  readonly #edges = new Map<EdgeId, Edge>();
  #serving: Promise<void> = Promise.resolve();
  /** Last receipts of edges that are no longer served. */
  #closed: readonly { readonly untilMs: number; readonly receipts: readonly Receipt[] }[] = [];

  constructor(deps: EdgesDeps) {
    this.#deps = deps;
  }

  /**
   * Serves exactly these edges: what is unchanged keeps running with its connections, what is gone is closed first. An
   * edge that cannot listen rejects with the reason, after all the others were tried.
   */
  serve(orders: readonly EdgeOrder[]): Promise<void> {
    // One after the other: two at a time would fight for the same addresses.
    const served = this.#serving.then(() => this.#serve(orders));
    this.#serving = served.catch(() => {});
    return served;
  }
  async #serve(orders: readonly EdgeOrder[]): Promise<void> {
    const same = (order: EdgeOrder) => JSON.stringify(this.#edges.get(order.id)?.order) === JSON.stringify(order);
    const wanted = new Set(orders.filter(same).map(({ id }) => id));
    await Promise.all([...this.#edges.keys()].filter((id) => !wanted.has(id)).map((id) => this.#close(id)));
    const fresh = orders.filter(({ id }) => !this.#edges.has(id));
    const tried = await Promise.allSettled(fresh.map((order) => this.#open(order)));
    const failed = tried.flatMap((result) => (result.status === "rejected" ? [String(result.reason.message)] : []));
    if (failed.length > 0) throw new Error(failed.join("; "));
  }
  async close(): Promise<void> {
    await Promise.all([...this.#edges.keys()].map((id) => this.#close(id)));
  }
  /** Where each edge really listens. */
  listening(): readonly { readonly id: EdgeId; readonly listen: string }[] {
    return [...this.#edges.values()].map(({ order: { id }, served: { address } }) => ({
      id,
      listen: address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`,
    }));
  }

  /** Why a set of faults and watches cannot be wholly honoured, or null. */
  objection(faults: readonly FaultOrder[], watches: readonly Watch[]): string | null {
    const ids = new Set<string>();
    for (const fault of faults) {
      const edge = this.#edges.get(fault.edge)?.order;
      if (edge === undefined) return `fault "${fault.name}": this agent does not serve the edge ${fault.edge}`;
      const stranger = fault.endpoints?.find((address) => !edge.endpoints.includes(address));
      if (stranger !== undefined) return `fault "${fault.name}": ${fault.edge} has no endpoint ${stranger}`;
      if (ids.has(fault.id)) return `fault "${fault.name}": ${fault.id} is ordered twice`;
      ids.add(fault.id);
      const problem = objection(fault, edge.protocol);
      if (problem !== null) return problem;
    }
    const lost = watches.find(({ edge }) => !this.#edges.has(edge));
    return lost === undefined ? null : `watch "${lost.id}": this agent does not serve the edge ${lost.edge}`;
  }

  /** Holds exactly these faults from here on, in one go. `objection` must have had none. */
  hold(faults: readonly FaultOrder[], endsAtMs: (fault: FaultOrder) => number, nowMs: number): void {
    for (const edge of this.#edges.values()) edge.faults.order(faults, endsAtMs, nowMs);
  }
  drop(nowMs: number): void {
    for (const edge of this.#edges.values()) edge.faults.drop(nowMs);
  }
  grant(allotments: Readonly<Record<RunId, number>>): void {
    this.#allotments.grant(allotments);
  }

  /** `external`: no fault kind of this agent works outside its process. */
  remains(): Remains {
    let [live, held, wounded] = [0, 0, 0];
    for (const { faults } of this.#edges.values()) {
      const left = faults.remains();
      live += left.live;
      held += left.held;
      wounded += left.wounded;
    }
    return { live, held, wounded, external: 0 };
  }
  receipts(nowMs: number): readonly Receipt[] {
    this.#closed = this.#closed.filter(({ untilMs }) => untilMs > nowMs);
    const open = [...this.#edges.values()].flatMap(({ faults }) => faults.receipts(nowMs));
    const known = new Set(open.map(({ id }) => id));
    return [...open, ...this.#closed.flatMap(({ receipts }) => receipts).filter(({ id }) => !known.has(id))];
  }
  /** Latencies are taken: one caller only. */
  takeCounts(): readonly EdgeCount[] {
    return [...this.#edges.values()].flatMap(({ meter }) => meter.counts());
  }
  /** Exchanges under way. */
  get busy(): number {
    return [...this.#edges.values()].reduce((sum, { meter }) => sum + meter.open, 0);
  }

  async #open(order: EdgeOrder): Promise<void> {
    const { clock, instance, serve, expired } = this.#deps;
    const faults = new EdgeFaults(order, { clock, instance, expired, allotments: this.#allotments });
    const meter = createMeter(order.id, order.protocol, this.watches);
    try {
      const served = await serve(order, faults, meter);
      this.#edges.set(order.id, { order, faults, meter, served });
    } catch (error) {
      const code = (error as { code?: string }).code;
      const why = code === "EADDRINUSE" ? "something else listens there already" : String((error as Error).message);
      throw new Error(`edge ${order.id} cannot listen on ${order.listen}: ${why}`);
    }
  }
  async #close(id: EdgeId): Promise<void> {
    const { faults, served } = this.#edges.get(id)!;
    const nowMs = this.#deps.clock.nowMs();
    faults.close(nowMs);
    this.#edges.delete(id);
    await served.close();
    this.#closed = [...this.#closed, { untilMs: nowMs + KEPT_MS, receipts: faults.receipts(nowMs) }];
  }
}
