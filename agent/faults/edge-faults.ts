/**
 * Live faults of an edge: the only place where an exchange is matched, drawn, capped and counted. The arrays are
 * immutable and replaced whole: open traffic compares identity, with `NO_FAULTS` when idle. While a pulsed fault rests
 * it is removed from both arrays, so the data path treats a rest like removal: held bytes are released, wounded streams
 * are reset, and no exchange is seen or matched until the fault wakes. The fault's counts and shared state stay.
 */

import type { Receipt, Resource } from "../../experiments/model/evidence/receipt.ts";
import { decides } from "../../experiments/model/faults/share.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { EdgeId, FaultId, Instance } from "../../experiments/model/names.ts";
import { chance, dice } from "../../experiments/model/statistics/random.ts";
import type { Alarm, Clock } from "../clock/clock.ts";
import type { EdgeOrder, FaultOrder } from "../contract/messages.ts";
import type { Holding } from "../held/holding.ts";
import type { EdgeMarks, FaultLog, MarkedExchange } from "../marks/marks.ts";
import { Admission } from "./admission.ts";
import type { Exchange } from "./behaviour.ts";
import type { Candidate, InFlightRequest } from "./candidate.ts";
import { type EndingMeter, EndingTraffic } from "./ending-traffic.ts";
import type { FaultListener } from "./fault-listener.ts";
import { type FaultContext, LiveFault, unitOn } from "./live-fault.ts";
import type { PassedBy } from "./passed-by.ts";
import { NO_TRAFFIC, type PredecessorEdge } from "./predecessor-traffic.ts";
import { FaultCounts } from "./receipt-counts.ts";
import { shareKey } from "./share-key.ts";

export const NO_FAULTS: readonly LiveFault[] = Object.freeze([]);
/**
 * Listeners notified in a turn of the loop: a change on ten thousand connections must not stall the rest of the
 * traffic.
 */
const NOTIFIED_A_TURN = 256;
export const BYPASS_HEADER = "x-squall-bypass";

export interface EdgeDeps extends FaultContext {
  readonly clock: Clock;
  /** Memory and turns for held bytes, which all edges of the process share. */
  readonly holding: Holding;
  /** Stable name of this agent: part of every decision's hash. */
  readonly instance: Instance;
  /** Most of a resource that this process may have; null: unknown, or no limit. */
  readonly limitOf?: (of: Resource) => number | null;
}
/** Targets of a fault: of a live fault, or of a fault whose marked exchanges a run asks for. */
interface FaultTarget {
  readonly order: Pick<FaultOrder, "endpoints" | "match">;
  readonly matches: (request: RequestView) => boolean;
}
/** Phase in which an exchange meets a fault: at the exchange's begin, in the middle, or by a pick of `reset: every`. */
type MatchPhase = "begin" | "join" | "pick";

export class EdgeFaults {
  readonly id: EdgeId;
  readonly open = new Set<FaultListener>();
  /** Faults judged per request. Empty on TCP edges. */
  exchangeFaults: readonly LiveFault[] = NO_FAULTS;
  /** Faults judged per connection, by the `FaultedConnection`. On TCP edges: all. */
  connectionFaults: readonly LiveFault[] = NO_FAULTS;
  /** Marks that runs ask for on this edge; null: none, so no head is searched for a mark. */
  marks: EdgeMarks | null = null;
  /** Count of the connections that a redirect does not bring; null: the edge's connections come by no redirect. */
  passedBy: PassedBy | null = null;

  /** Memory and turns for the bytes that the faults hold. */
  readonly holding: Holding;

  #edge: EdgeOrder;
  /** The edge has, or had, more than a single endpoint: receipts tell the hits of each. */
  #hadSeveral = false;
  /** Traffic that escapes the faults that were live when the process began to end; null: the process goes on. */
  #ending: EndingTraffic | null = null;
  readonly #deps: EdgeDeps;
  #live: readonly LiveFault[] = NO_FAULTS;
  readonly #counts: FaultCounts;
  readonly #picked = new WeakMap<LiveFault, number>();
  #predecessor: PredecessorEdge = NO_TRAFFIC;
  #alarm: Alarm | null = null;
  #walk: Alarm | null = null;

  /** `before`: the counts so far of the edge of this name, under another definition. */
  constructor(edge: EdgeOrder, deps: EdgeDeps, before?: EdgeFaults) {
    this.id = edge.id;
    this.#edge = edge;
    this.#deps = deps;
    this.holding = deps.holding;
    this.#counts = before === undefined ? new FaultCounts() : before.#counts;
  }

  /**
   * Takes another definition of the same edge. All faults are dropped, since the orders were meant for the definition
   * before; but where only the set of endpoints or of callers changed, faults stay: instances come and go in every rollout.
   */
  redefine(edge: EdgeOrder, nowMs: number): void {
    if (isSameBut(edge, this.#edge)) this.#hadSeveral = true;
    else this.drop(nowMs);
    this.#edge = edge;
  }

  /**
   * Makes exactly these orders live (orders of other edges are ignored). An unchanged fault keeps its state and never
   * gets a later end; a new fault goes live; the rest is dropped; then all open listeners are notified. Orders must
   * have passed `checkOrder`.
   */
  order(orders: readonly FaultOrder[], endsAtMs: (order: FaultOrder) => number, nowMs: number): void {
    const mine = orders.filter((order) => order.edge === this.id);
    const kept = this.#live.filter((fault) => mine.some((order) => order.id === fault.order.id && fault.isFor(order)));
    const next = [...kept];
    let before = -1;
    for (const order of mine) {
      const at = next.findIndex((fault) => fault.order.id === order.id);
      if (at >= 0) next[at]!.follow(order, endsAtMs(order));
      // Kept faults keep the relative order, because held bytes are in that order; a new fault comes behind its
      // neighbour.
      else next.splice(before + 1, 0, this.#createFault(order, endsAtMs(order), nowMs));
      before = at >= 0 ? at : before + 1;
    }
    for (const fault of this.#live) if (!kept.includes(fault)) fault.leave(nowMs);
    this.#live = next;
    this.#refresh(nowMs);
  }
  /** Drops all faults. */
  drop(nowMs: number): void {
    this.order([], () => 0, nowMs);
  }
  /** Closes for good: no timer is left. */
  close(nowMs: number): void {
    this.drop(nowMs);
    this.#alarm?.cancel();
    this.#walk?.cancel();
  }

  /** Notes a marked exchange with each fault of the run that targets the exchange, whether or not the fault is live. */
  noteMarked(marked: MarkedExchange, candidate: Candidate): void {
    if (candidate.request?.header(BYPASS_HEADER) !== undefined) return;
    for (const log of marked.faults) if (this.#isTargetOf(log, candidate)) marked.seen(log);
  }
  /** Notes an unmarked exchange with each fault that targets the exchange, whether or not the fault is live. */
  noteUnmarked(marks: EdgeMarks, candidate: Candidate, nowMs: number): void {
    const { openLogs } = marks;
    if (openLogs.length === 0 || candidate.request?.header(BYPASS_HEADER) !== undefined) return;
    for (const log of openLogs) if (this.#isTargetOf(log, candidate)) log.seeUnmarked(nowMs);
  }
  #isTargetOf({ fault: order, matches }: FaultLog, candidate: Candidate): boolean {
    return !this.#isHealthCheck({ order }, candidate.request) && this.#targets({ order, matches }, candidate);
  }
  /**
   * Judges a beginning exchange or connection. Returns the admitted faults only; the caller must call `over()` on each
   * admission at the end.
   */
  admit(faults: readonly LiveFault[], candidate: Candidate, nowMs: number): readonly Admission[] {
    if (candidate.request?.header(BYPASS_HEADER) !== undefined) return NO_ADMISSIONS;
    const admissions: Admission[] = [];
    for (const fault of faults) {
      const admission = fault.behaviour.everyMs === undefined ? this.#judge(fault, candidate, "begin", nowMs) : null;
      if (admission !== null) admissions.push(admission);
    }
    return admissions;
  }
  /** Judges a connection that was open before the fault. null: the fault spares the connection for good. */
  join(fault: LiveFault, candidate: Candidate, nowMs: number): Admission | null {
    return fault.behaviour.join === undefined || fault.behaviour.everyMs !== undefined
      ? null
      : this.#judge(fault, candidate, "join", nowMs);
  }
  /** Judges an open connection for a single pick of `reset: every`. */
  pick(fault: LiveFault, candidate: Candidate, nowMs: number): Admission | null {
    return this.#judge(fault, candidate, "pick", nowMs);
  }
  /** Admits an exchange again after a rest of the pulse, without another judgement. */
  rejoin(admission: Admission, nowMs: number): Admission | null {
    const { fault, ordinal } = admission;
    const treatment = fault.behaviour.join?.(this.#exchange(fault, null, ordinal), nowMs);
    return treatment === undefined ? null : admission.again(treatment);
  }

  /**
   * Takes up that the callee went away, or is there again. Exchanges under way at that moment have met the absence: they
   * began under no fault, and no fault has judged them.
   */
  absenceChanged(nowMs: number): void {
    const before = this.exchangeFaults;
    this.#refresh(nowMs);
    for (const fault of this.#live)
      if (fault.isOnProcess) fault.count.noteAbsence(fault.isAwake(nowMs), fault.liveMsAt(nowMs));
    for (const fault of this.exchangeFaults) {
      if (!fault.isOnProcess || before.includes(fault)) continue;
      for (const listener of [...this.open]) listener.met?.(fault, nowMs);
    }
  }
  /** Counts a request in flight that met a callee that is away. */
  meet(fault: LiveFault, { marked }: InFlightRequest, endpoint: string, nowMs: number): void {
    if (!fault.acts(nowMs)) return;
    fault.count.seen++;
    new Admission(fault, ++fault.count.matched, {}, { marked, endpoint }).hit(nowMs);
  }

  /** Notes the traffic of this edge that the process before an upgrade carries, past every fault of this process. */
  notePredecessor(traffic: PredecessorEdge, nowMs: number): void {
    const passed = Math.max(0, traffic.exchanges - this.#predecessor.exchanges);
    this.#predecessor = traffic;
    for (const fault of this.#live) if (fault.acts(nowMs)) this.#escape(fault, passed);
  }
  #escape({ unit, count }: LiveFault, passed: number): void {
    if (unit === "exchange") count.escaped += passed;
    // Connections there only end: the most that were open together are all that there were.
    else count.escaped = Math.max(count.escaped, this.#predecessor.connections);
  }
  /** Notes a caller that the exhausted agent refused with each fault that acts at this moment. */
  noteExhaustion(of: Resource, nowMs: number): void {
    const { limitOf = () => null } = this.#deps;
    for (const fault of this.#live) if (fault.acts(nowMs)) fault.count.exhaustion(of, limitOf);
  }
  /** Notes that the process ends, before the faults are dropped. */
  noteEnd(meter: EndingMeter): void {
    this.#ending = new EndingTraffic(
      this.#live.map(({ count }) => count),
      meter,
    );
  }
  /** Orders of the live faults of this edge. */
  get liveOrders(): readonly FaultOrder[] {
    return this.#live.map(({ order }) => order);
  }
  /** Ids of the live faults of this edge. */
  get liveIds(): readonly FaultId[] {
    return this.#live.map(({ order }) => order.id);
  }
  /** Receipts of every fault that is live or left lately. */
  receipts(nowMs: number): readonly Receipt[] {
    if (this.#live.length > 0) for (const listener of this.open) listener.countHolds(nowMs);
    this.#ending?.count();
    const live = new Map(this.#live.map((fault) => [fault.order.id, fault.receipt(nowMs)]));
    const receipts = this.#counts.receipts(live);
    return this.#hadSeveral || this.#edge.endpoints.length > 1
      ? receipts
      : receipts.map(({ endpoints: _, ...receipt }) => receipt);
  }
  /** Remainder of faults on this edge; the audit requires 0 everywhere. */
  remains(): { readonly live: number; readonly held: number; readonly wounded: number } {
    let held = 0;
    let wounded = 0;
    for (const listener of this.open) {
      const hold = listener.hold();
      held += hold.held;
      wounded += hold.wounded;
    }
    return { live: this.#live.length, held, wounded };
  }

  #judge(fault: LiveFault, candidate: Candidate, phase: MatchPhase, nowMs: number): Admission | null {
    if (!fault.acts(nowMs) || this.#isHealthCheck(fault, candidate.request)) return null;
    const { order, count } = fault;
    count.seen++;
    if (!this.#targets(fault, candidate)) return null;
    const ordinal = ++count.matched;
    const key = shareKey(fault, candidate, ordinal);
    if (key === null || !this.#draws(fault, key, nowMs)) {
      count.spared++;
      return null;
    }
    // A shadow's match stays `untouched`, and takes no unit of the run's allotment: the exchange is not treated.
    if (order.shadow) return null;
    if (!fault.take()) {
      count.cap(fault.liveMsAt(nowMs));
      return null;
    }
    const exchange = this.#exchange(fault, candidate.request, ordinal);
    const { behaviour } = fault;
    const treatment = phase === "begin" ? behaviour.begin(exchange, nowMs) : behaviour.join?.(exchange, nowMs);
    const admission = new Admission(fault, ordinal, treatment ?? {}, candidate);
    if (phase === "begin" && behaviour.isMet === true) admission.hit(nowMs);
    return admission;
  }
  #draws(fault: LiveFault, key: string | number, nowMs: number): boolean {
    const { order } = fault;
    const share = fault.share(nowMs);
    // Every draw is below 1, so a share of 1 needs no draw.
    return share >= 1 || decides(share, chance(order.seed, order.name, this.id, this.#deps.instance, key));
  }
  #targets({ order, matches }: FaultTarget, { endpoint, request }: Candidate): boolean {
    if (order.endpoints !== null && !(endpoint !== null && order.endpoints.includes(endpoint))) {
      const all = this.#edge.endpoints.every((address) => order.endpoints!.includes(address));
      if (!all) return false;
    }
    return order.match === null || (request !== null && matches(request));
  }
  #isHealthCheck({ order }: Pick<FaultTarget, "order">, request: RequestView | null): boolean {
    const { healthPath } = this.#edge;
    return request !== null && healthPath !== null && request.path === healthPath && order.match?.path === undefined;
  }
  #exchange({ order }: LiveFault, request: RequestView | null, ordinal: number): Exchange {
    const roll = () => dice(order.seed, order.name, this.id, this.#deps.instance, "roll", ordinal);
    let next: (() => number) | null = null;
    return {
      ordinal,
      request,
      raw: request === null,
      roll: () => {
        next ??= roll();
        return next();
      },
    };
  }

  #createFault(order: FaultOrder, endsAtMs: number, nowMs: number): LiveFault {
    const { protocol } = this.#edge;
    const live = new Set(this.#live.map(({ order: { id } }) => id));
    const count = this.#counts.of(order, unitOn(order, protocol), live);
    const fault = new LiveFault(order, protocol, endsAtMs, count, this.#deps, nowMs);
    this.#escape(fault, 0);
    this.passedBy?.begin(fault);
    return fault;
  }

  /** Refreshes the arrays after an end, rest, wake or pick: the live set or the awake part may have changed. */
  #refresh(nowMs: number): void {
    const over = this.#live.filter((fault) => fault.endsAtMs <= nowMs);
    for (const fault of over) fault.leave(nowMs);
    if (over.length > 0) {
      this.#live = this.#live.filter((fault) => !fault.isGone);
      this.passedBy?.ended();
    }

    const awake = this.#live.filter((fault) => fault.isAwake(nowMs));
    const connection = sameUnlessChanged(this.connectionFaults, awake, "connection");
    const exchange = sameUnlessChanged(this.exchangeFaults, awake, "exchange");
    if (connection !== this.connectionFaults || exchange !== this.exchangeFaults) {
      this.connectionFaults = connection;
      this.exchangeFaults = exchange;
      this.#notify(nowMs);
    }
    for (const fault of connection) this.#pickIfDue(fault, nowMs);
    this.#arm(nowMs);
  }
  #arm(nowMs: number): void {
    this.#alarm?.cancel();
    this.#alarm = null;
    const atMs = Math.min(...this.#live.map((fault) => fault.nextChangeMs(nowMs)));
    if (atMs === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#deps;
    this.#alarm = clock.wake(atMs, () => this.#refresh(clock.nowMs()));
  }
  #pickIfDue(fault: LiveFault, nowMs: number): void {
    const picks = fault.picks(nowMs);
    if (picks <= (this.#picked.get(fault) ?? 0)) return;
    this.#picked.set(fault, picks);
    for (const listener of [...this.open]) listener.picked?.(fault, nowMs);
  }
  /**
   * Notifies all open listeners, a bounded number in each turn of the loop. A change meanwhile restarts the walk: a
   * second notification is harmless.
   */
  #notify(nowMs: number): void {
    this.#walk?.cancel();
    this.#walk = null;
    this.#notifySome(this.open.values(), nowMs);
  }
  #notifySome(rest: IterableIterator<FaultListener>, nowMs: number): void {
    const { clock } = this.#deps;
    for (let notified = 0; notified < NOTIFIED_A_TURN; notified++) {
      const { value, done } = rest.next();
      if (done === true) return;
      value.faultsChanged(nowMs);
    }
    this.#walk = clock.wake(nowMs, () => this.#notifySome(rest, clock.nowMs()));
  }
}

/** Callers of an edge at the callee come and go, like endpoints. */
const isSameBut = (a: EdgeOrder, b: EdgeOrder): boolean =>
  JSON.stringify({ ...a, endpoints: [], callers: [] }) === JSON.stringify({ ...b, endpoints: [], callers: [] });

export const NO_ADMISSIONS: readonly Admission[] = Object.freeze([]);

/** Returns the awake faults of a unit: the same array as before when unchanged. */
const sameUnlessChanged = (was: readonly LiveFault[], awake: readonly LiveFault[], unit: LiveFault["unit"]) => {
  const is = awake.filter((fault) => fault.unit === unit);
  if (is.length === 0) return NO_FAULTS;
  return is.length === was.length && is.every((fault, i) => fault === was[i]) ? was : is;
};
