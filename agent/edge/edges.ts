/** Edges that this agent serves, with listeners, faults and counts. */

import type { Receipt, Resource } from "../../experiments/model/evidence/receipt.ts";
import {
  type EdgeId,
  edgeEnds,
  type FaultId,
  type Instance,
  type RunId,
  type ServiceName,
  spellEdge,
} from "../../experiments/model/names.ts";
import type { Clock } from "../clock/clock.ts";
import type { EdgeCount, EdgeOrder, FaultOrder, MarkOrder, Remains, Watch } from "../contract/messages.ts";
import { Allotments } from "../faults/allotments.ts";
import { checkOrder } from "../faults/check-order.ts";
import { EdgeFaults } from "../faults/edge-faults.ts";
import { NO_TRAFFIC, type PredecessorTraffic } from "../faults/predecessor-traffic.ts";
import { budgetFor } from "../held/held-memory.ts";
import { type Holding, holdingOf } from "../held/holding.ts";
import { Marks } from "../marks/marks.ts";
import { createMeter, type Meter } from "../metrics/meter.ts";
import type { Observer } from "../metrics/observer.ts";
import { Refusals } from "../metrics/refusals.ts";
import { KEPT_MS, Watches } from "../metrics/watches.ts";
import { ALLOW_ALL, forbiddenEdge, type Policy } from "../policy.ts";
import type { Stalls } from "../process/stalls.ts";
import { spellAddress } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import { limitReceipts } from "./limit-receipts.ts";
import { type ChangedCounts, ToldCounts } from "./told-counts.ts";
import { WayInError } from "./way-in.ts";

/** A listening edge, of either protocol. */
export interface EdgeListener {
  readonly address: Address;
  /** Callers' connections open now. */
  readonly connections: number;
  /** Endpoint's address of each of these connections. */
  connectedEndpoints(): Iterable<string>;
  /**
   * Changes the edge's definition; open connections go on. Rejects, and changes nothing, when the address cannot be
   * bound.
   */
  change(order: EdgeOrder): Promise<void>;
  /** Accepts no new connections; open connections come to an end. */
  drain(): Promise<void>;
  close(): Promise<void>;
}
/** Listens for an edge. Rejects when the edge's address cannot be bound. */
export type ServeEdge = (order: EdgeOrder, faults: EdgeFaults, observer: Observer) => Promise<EdgeListener>;
/** An edge that cannot be served, with the reason as a sentence that names the edge. */
export interface EdgeFailure {
  readonly id: EdgeId;
  readonly why: string;
}

interface ServedEdge {
  /** The server's order, before local overrides. */
  readonly order: EdgeOrder;
  readonly faults: EdgeFaults;
  readonly meter: Meter;
  readonly listener: EdgeListener;
}
export interface EdgesDeps {
  readonly clock: Clock;
  readonly instance: Instance;
  readonly serve: ServeEdge;
  /** Takes an error for which no caller of this class waits. */
  readonly report: (error: unknown) => void;
  /** Takes a line for the log about an edge's refusals, at most a few in ten seconds. */
  readonly logRefusal: (edge: EdgeId, line: string) => void;
  /** Most of a resource that this process may have; null: unknown, or no limit. */
  readonly limitOf?: (of: Resource) => number | null;
  /** True when the lease is over. */
  readonly expired: (nowMs: number) => boolean;
  /** Most memory for the bytes that faults hold, bytes; absent: `budgetFor` the limit on the process's memory. */
  readonly heldMemory?: number;
  readonly policy?: Policy;
  /** The agent's own stalls; absent: stalls are not measured. */
  readonly stalls?: Pick<Stalls, "overlapMs" | "mayHaveHeldUp">;
  /** True: the order's callee is away, because its process was struck; absent: this agent strikes no process. */
  readonly isAway?: (order: FaultOrder) => boolean;
  /** Listen addresses of edges on this machine; these override the mesh. */
  readonly listen?: Readonly<Record<EdgeId, string>>;
}
/** Time for an edge removed from the mesh to close all connections. */
const DRAIN_MS = 30_000;
const DRAIN_LOOK_MS = 100;

export class Edges {
  readonly watches: Watches;
  readonly marks = new Marks();
  readonly #deps: EdgesDeps;
  readonly #allotments = new Allotments();
  readonly #holding: Holding;
  readonly #edges = new Map<EdgeId, ServedEdge>();
  /** Edges that are no longer served but still have open connections. */
  readonly #leaving = new Set<ServedEdge>();
  #serving: Promise<unknown> = Promise.resolve();
  #predecessor: PredecessorTraffic = {};
  readonly #told = new ToldCounts();
  #passed = 0;
  #isUsed = false;
  /** Last receipts of edges that are no longer served. */
  #closed: readonly { readonly untilMs: number; readonly receipts: readonly Receipt[] }[] = [];

  constructor(deps: EdgesDeps) {
    this.#deps = deps;
    this.#holding = holdingOf(deps.clock, deps.heldMemory ?? budgetFor(process.constrainedMemory?.() ?? 0));
    this.watches = new Watches(deps.stalls);
  }

  /**
   * Serves exactly these edges, as far as possible: an unchanged edge goes on untouched, a changed edge keeps all
   * connections and counts, and a removed edge accepts no more connections and is left to end. Returns the edges that
   * cannot be served.
   */
  serve(orders: readonly EdgeOrder[]): Promise<readonly EdgeFailure[]> {
    // Calls run one after the other: two at a time would fight for the same addresses.
    const served = this.#serving.then(() => this.#serve(orders));
    this.#serving = served.catch(() => {});
    return served;
  }
  /** Serves these edges as defined here, and leaves all others as they are. Returns the edges that cannot be served. */
  change(orders: readonly EdgeOrder[]): Promise<readonly EdgeFailure[]> {
    const served = this.#serving.then(() => this.#serveNew(orders));
    this.#serving = served.catch(() => {});
    return served;
  }
  async #serve(orders: readonly EdgeOrder[]): Promise<readonly EdgeFailure[]> {
    const wanted = new Map(orders.map((order) => [order.id, order]));
    await Promise.all([...this.#edges.keys()].filter((id) => !wanted.has(id)).map((id) => this.#leave(id)));
    return this.#serveNew(orders);
  }
  async #serveNew(orders: readonly EdgeOrder[]): Promise<readonly EdgeFailure[]> {
    const news = orders.filter((order) => JSON.stringify(this.#edges.get(order.id)?.order) !== JSON.stringify(order));
    const tried = await Promise.all(news.map((order) => this.#serveOne(order)));
    return tried.filter((failed) => failed !== null);
  }
  /** Returns null, or the reason for the failure. An edge that cannot be changed goes on as before. */
  async #serveOne(order: EdgeOrder): Promise<EdgeFailure | null> {
    const { policy = ALLOW_ALL, listen = {} } = this.#deps;
    const chosen = listen[order.id];
    const here = chosen === undefined ? order : { ...order, listen: chosen };
    try {
      const forbidden = forbiddenEdge(policy, here, chosen !== undefined);
      if (forbidden !== null) throw new Error(forbidden);
      const edge = this.#edges.get(order.id);
      if (edge === undefined) await this.#open(order, here);
      else if (edge.order.protocol === order.protocol) await this.#change(edge, order, here);
      else await this.#replace(edge, order, here);
      return null;
    } catch (error) {
      return { id: order.id, why: (error as Error).message };
    }
  }
  /** Takes no new connection on any edge; open connections go on. */
  async drain(): Promise<void> {
    await this.#serving;
    await Promise.all([...this.#edges.values()].map(({ listener }) => listener.drain()));
  }
  /** Callers' open connections, including connections of edges that are leaving. */
  get connections(): number {
    return [...this.#edges.values(), ...this.#leaving].reduce((sum, { listener }) => sum + listener.connections, 0);
  }
  async close(): Promise<void> {
    await Promise.all([...this.#edges.values(), ...this.#leaving].map((edge) => this.#close(edge)));
  }
  /** Traffic of each edge, here and in the process before: a successor counts that traffic as escaped. */
  openTraffic(): PredecessorTraffic {
    const edges = [...this.#edges.values()].map(({ order: { id }, listener, meter }) => {
      const { connections, exchanges } = this.#predecessor[id] ?? NO_TRAFFIC;
      return [id, { connections: connections + listener.connections, exchanges: exchanges + meter.begun }] as const;
    });
    return Object.fromEntries(edges);
  }
  /** Notes the traffic that the process before this one still carries. */
  notePredecessor(traffic: PredecessorTraffic): void {
    this.#predecessor = traffic;
    const nowMs = this.#deps.clock.nowMs();
    for (const [id, { faults }] of this.#edges) faults.notePredecessor(traffic[id] ?? NO_TRAFFIC, nowMs);
  }
  /** True while the process before this one has a caller's connection. */
  get hasPredecessorTraffic(): boolean {
    return Object.values(this.#predecessor).some(({ connections }) => connections > 0);
  }
  /** Address that each edge really listens on. */
  listening(): readonly { readonly id: EdgeId; readonly listen: string }[] {
    return [...this.#edges.values()].map(({ order: { id }, listener: { address } }) => ({
      id,
      listen: spellAddress(address),
    }));
  }

  /** Reason why a set of faults and watches cannot be wholly honoured, or null. */
  checkOrders(faults: readonly FaultOrder[], watches: readonly Watch[]): string | null {
    const ids = new Set<FaultId>();
    for (const fault of faults) {
      const edge = this.#edges.get(fault.edge)?.order;
      if (edge === undefined)
        return `fault "${fault.name}": this agent does not serve the edge ${spellEdge(fault.edge)}`;
      if (ids.has(fault.id)) return `fault "${fault.name}": ${fault.id} is ordered twice`;
      ids.add(fault.id);
      const problem = checkOrder(fault, edge.protocol);
      if (problem !== null) return problem;
    }
    const lost = watches.find(({ edge }) => !this.#edges.has(edge));
    return lost === undefined ? null : `watch "${lost.id}": this agent does not serve the edge ${spellEdge(lost.edge)}`;
  }

  /** Holds exactly these faults from here on, in one step. `checkOrders` must have found no problem. */
  hold(faults: readonly FaultOrder[], endsAtMs: (fault: FaultOrder) => number, nowMs: number): void {
    const byEdge = new Map<EdgeId, FaultOrder[]>();
    for (const fault of faults) {
      const beside = byEdge.get(fault.edge);
      if (beside === undefined) byEdge.set(fault.edge, [fault]);
      else beside.push(fault);
    }
    for (const [id, edge] of this.#edges) edge.faults.order(byEdge.get(id) ?? [], endsAtMs, nowMs);
  }
  /** Drops the faults on these edges, which go on without a server. */
  dropOn(ids: readonly EdgeId[]): void {
    for (const id of ids) this.#edges.get(id)?.faults.drop(this.#deps.clock.nowMs());
  }
  drop(nowMs: number): void {
    for (const edge of this.#edges.values()) edge.faults.drop(nowMs);
  }
  /**
   * Looks for the marks of exactly these runs from here on. Throws, and changes nothing, when a mark order cannot be
   * honoured.
   */
  listMarks(orders: readonly MarkOrder[]): void {
    this.marks.list(orders);
    for (const [id, { faults }] of this.#edges) faults.marks = this.marks.on(id);
  }
  grant(allotments: Readonly<Record<RunId, number>>): void {
    this.#allotments.grant(allotments);
  }

  /** A service went away, or is there again, because its process was struck. */
  absenceChanged(service: ServiceName, nowMs: number): void {
    for (const [id, { faults }] of this.#edges) if (edgeEnds(id)[1] === service) faults.absenceChanged(nowMs);
  }

  /** Effects of faults on edges that are still in place. `external` is 0: these work inside of this process. */
  remains(): Remains {
    let [live, held, wounded] = [0, 0, 0];
    for (const { faults } of [...this.#edges.values(), ...this.#leaving]) {
      const left = faults.remains();
      live += left.live;
      held += left.held;
      wounded += left.wounded;
    }
    return { live, held, wounded, external: 0 };
  }
  /** Notes that the process ends: exchanges under way, and those to come, escape the faults that are live now. */
  noteEnd(): void {
    for (const { faults, meter } of this.#edges.values()) faults.noteEnd(meter);
  }
  receipts(nowMs: number): readonly Receipt[] {
    this.#closed = this.#closed.filter(({ untilMs }) => untilMs > nowMs);
    const open = [...this.#edges.values()].flatMap(({ faults }) => faults.receipts(nowMs));
    const known = new Set(open.map(({ id }) => id));
    const closed = this.#closed.flatMap(({ receipts }) => receipts).filter(({ id }) => !known.has(id));
    const live = new Set([...this.#edges.values()].flatMap(({ faults }) => faults.liveIds));
    return limitReceipts([...closed, ...open], live);
  }
  /** Returns the counts and takes the latencies out of the meters: call once for each pulse. */
  takeCounts(): readonly EdgeCount[] {
    this.#noteUse();
    return this.#told.takeAll(this.#edges.values());
  }
  /** The same for a pulse that leaves out the edges whose counts are as in the pulse before. */
  takeChangedCounts(): ChangedCounts {
    this.#noteUse();
    return this.#told.takeChanged(this.#edges.values());
  }
  #noteUse(): void {
    let passed = 0;
    for (const { meter } of this.#edges.values()) passed += meter.passed;
    this.#isUsed = passed !== this.#passed || this.busy > 0;
    this.#passed = passed;
    this.#holding.memory.rest();
  }
  /** True when an exchange passed between the last two pulses, or is under way. */
  get isUsed(): boolean {
    return this.#isUsed;
  }
  /** Exchanges under way. */
  get busy(): number {
    return [...this.#edges.values(), ...this.#leaving].reduce((sum, { meter }) => sum + meter.open, 0);
  }

  async #open(order: EdgeOrder, here: EdgeOrder, before?: ServedEdge): Promise<void> {
    const { clock, instance, serve, expired, logRefusal, limitOf, isAway } = this.#deps;
    const shared = { clock, instance, expired, allotments: this.#allotments, holding: this.#holding };
    const deps = { ...shared, ...(limitOf !== undefined && { limitOf }), ...(isAway !== undefined && { isAway }) };
    const faults = new EdgeFaults(here, deps, before?.faults);
    faults.marks = this.marks.on(order.id);
    faults.notePredecessor(this.#predecessor[order.id] ?? NO_TRAFFIC, clock.nowMs());
    const exhausted = (of: Resource) => faults.noteExhaustion(of, clock.nowMs());
    const refusals = new Refusals(clock, (line) => logRefusal(order.id, line), exhausted);
    const meter = createMeter(order.id, order.protocol, this.watches, refusals);
    try {
      this.#edges.set(order.id, { order, faults, meter, listener: await serve(here, faults, meter) });
    } catch (error) {
      throw cannotListen(here, error);
    }
  }
  async #change(edge: ServedEdge, order: EdgeOrder, here: EdgeOrder): Promise<void> {
    try {
      await edge.listener.change(here);
    } catch (error) {
      throw cannotListen(here, error);
    }
    edge.faults.redefine(here, this.#deps.clock.nowMs());
    this.#edges.set(order.id, { ...edge, order });
  }
  /** Serves the edge with another protocol: closes the connections, keeps the counts. */
  async #replace(edge: ServedEdge, order: EdgeOrder, here: EdgeOrder): Promise<void> {
    await this.#close(edge);
    await this.#open(order, here, edge);
  }
  async #leave(id: EdgeId): Promise<void> {
    const edge = this.#edges.get(id)!;
    const { clock, report } = this.#deps;
    edge.faults.drop(clock.nowMs());
    this.#edges.delete(id);
    this.#leaving.add(edge);
    this.#keepReceipts(edge);
    await edge.listener.drain();
    const untilMs = clock.nowMs() + DRAIN_MS;
    const look = () => {
      if (!this.#leaving.has(edge)) return;
      if (edge.listener.connections === 0 || clock.nowMs() >= untilMs) this.#close(edge).catch(report);
      else clock.wake(clock.nowMs() + DRAIN_LOOK_MS, look);
    };
    look();
  }
  async #close(edge: ServedEdge): Promise<void> {
    const { id } = edge.order;
    const isLeaving = this.#leaving.delete(edge);
    edge.faults.close(this.#deps.clock.nowMs());
    if (!isLeaving) {
      this.#edges.delete(id);
      this.#keepReceipts(edge);
    }
    await edge.listener.close();
  }
  #keepReceipts({ faults }: ServedEdge): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#closed = [...this.#closed, { untilMs: nowMs + KEPT_MS, receipts: faults.receipts(nowMs) }];
  }
}

const cannotListen = ({ id, listen }: EdgeOrder, error: unknown): Error => {
  if (error instanceof WayInError) return error;
  const { code, message } = error as { code?: string; message: string };
  return new Error(
    `edge ${spellEdge(id)} cannot listen on ${listen}: ${code === "EADDRINUSE" ? "something else listens there already" : message}`,
  );
};
