/**
 * The live faults of one edge, and the one place where an exchange is matched, drawn, capped and counted.
 * The arrays are immutable and replaced whole: traffic that flows compares identity, `NO_FAULTS` when idle.
 * A fault that rests in its pulse is absent from them, so to traffic a rest is an end: what it holds leaves, what it
 * wounded is reset, and nothing is seen or matched until it wakes. Its counts and its shared state stay.
 */
import { chance, decides, dice } from "../experiments/model/chance.ts";
import type { RequestView } from "../experiments/model/match.ts";
import type { EdgeId, FaultId, Instance } from "../experiments/model/names.ts";
import type { Receipt } from "../experiments/model/receipt.ts";
import type { Alarm, Clock } from "./clock.ts";
import type { EdgeOrder, FaultOrder } from "./contract/messages.ts";
import { Admission } from "./faults/admission.ts";
import type { Exchange } from "./faults/behaviour.ts";
import type { Subject } from "./faults/candidate.ts";
import { Counts } from "./faults/counts.ts";
import type { Witness } from "./faults/fault-listener.ts";
import { type Ground, LiveFault, unitOn } from "./faults/live.ts";
import { shareKey } from "./faults/share-key.ts";
import type { EdgeMarks, FaultLog, MarkedExchange } from "./marks.ts";

export const NO_FAULTS: readonly LiveFault[] = Object.freeze([]);
/** Witnesses told in one turn of the loop: a change on ten thousand connections must not stall the traffic of the rest. */
const TOLD_A_TURN = 256;
export const BYPASS_HEADER = "x-squall-bypass";

export interface EdgeDeps extends Ground {
  readonly clock: Clock;
  /** Stable name of this agent: part of every decision's hash. */
  readonly instance: Instance;
}
/** What a fault is meant for: of one that lives, or of one whose marked exchanges a run asks for. */
interface Meaning {
  readonly order: Pick<FaultOrder, "endpoints" | "match">;
  readonly matches: (request: RequestView) => boolean;
}
/** How an exchange meets a fault: as it begins, in the middle, or by a pick of `reset: every`. */
type Meeting = "strike" | "join" | "pick";

export class EdgeFaults {
  readonly id: EdgeId;
  readonly open = new Set<Witness>();
  /** Judged per request. Empty on TCP edges. */
  exchangeFaults: readonly LiveFault[] = NO_FAULTS;
  /** Judged per connection, by its `Wire`. On TCP edges: all. */
  connectionFaults: readonly LiveFault[] = NO_FAULTS;
  /** null: no run asks for its marks here, so no head is searched for one. */
  marks: EdgeMarks | null = null;

  #edge: EdgeOrder;
  readonly #deps: EdgeDeps;
  #live: readonly LiveFault[] = NO_FAULTS;
  readonly #counts: Counts;
  readonly #picked = new WeakMap<LiveFault, number>();
  #alarm: Alarm | null = null;
  #walk: Alarm | null = null;

  /** `before`: what the edge of this name counted so far, under another definition. */
  constructor(edge: EdgeOrder, deps: EdgeDeps, before?: EdgeFaults) {
    this.id = edge.id;
    this.#edge = edge;
    this.#deps = deps;
    this.#counts = before === undefined ? new Counts() : before.#counts;
  }

  /** Another definition of the same edge. What was ordered was meant for the one before, so it goes. */
  redefine(edge: EdgeOrder, nowMs: number): void {
    this.drop(nowMs);
    this.#edge = edge;
  }

  /**
   * Makes exactly these orders live (those of other edges are ignored): keeps what is unchanged, with its state and never a
   * later end; brings the new to life; drops the rest; then tells everything open. Orders must have no `objection`.
   */
  order(orders: readonly FaultOrder[], endsAtMs: (order: FaultOrder) => number, nowMs: number): void {
    const mine = orders.filter((order) => order.edge === this.id);
    const kept = this.#live.filter((fault) => mine.some((order) => order.id === fault.order.id && fault.keeps(order)));
    const next = [...kept];
    let before = -1;
    for (const order of mine) {
      const at = next.findIndex((fault) => fault.order.id === order.id);
      if (at >= 0) next[at]!.endNotAfter(endsAtMs(order));
      // Kept faults keep their relative order, because bytes that they hold are in it; a new one comes behind its neighbour.
      else next.splice(before + 1, 0, this.#enliven(order, endsAtMs(order), nowMs));
      before = at >= 0 ? at : before + 1;
    }
    for (const fault of this.#live) if (!kept.includes(fault)) fault.leave(nowMs);
    this.#live = next;
    this.#turn(nowMs);
  }
  /** No fault any more. */
  drop(nowMs: number): void {
    this.order([], () => 0, nowMs);
  }
  /** Closes for good: no timer is left. */
  close(nowMs: number): void {
    this.drop(nowMs);
    this.#alarm?.cancel();
    this.#walk?.cancel();
  }

  /** Notes an exchange with each fault of its run that means it, whether or not that fault lives. */
  sight(marked: MarkedExchange, subject: Subject): void {
    if (subject.request?.header(BYPASS_HEADER) !== undefined) return;
    for (const log of marked.faults) if (this.#isMeant(log, subject)) marked.seen(log);
  }
  /** Notes an exchange without a mark with each fault that means it, live or not. */
  sightUnmarked(marks: EdgeMarks, subject: Subject, nowMs: number): void {
    const { open } = marks;
    if (open.length === 0 || subject.request?.header(BYPASS_HEADER) !== undefined) return;
    for (const log of open) if (this.#isMeant(log, subject)) log.seeUnmarked(nowMs);
  }
  #isMeant({ fault: order, matches }: FaultLog, subject: Subject): boolean {
    return !this.#isHealthCheck({ order }, subject.request) && this.#means({ order, matches }, subject);
  }
  /** Judges what begins. Only faults that are let loose are answered; the caller must call `over()` on each at the end. */
  admit(faults: readonly LiveFault[], subject: Subject, nowMs: number): readonly Admission[] {
    if (subject.request?.header(BYPASS_HEADER) !== undefined) return NO_ADMISSIONS;
    const admissions: Admission[] = [];
    for (const fault of faults) {
      const admission = fault.behaviour.everyMs === undefined ? this.#judge(fault, subject, "strike", nowMs) : null;
      if (admission !== null) admissions.push(admission);
    }
    return admissions;
  }
  /** Judges a connection that was open before the fault. null: not hit, for good. */
  join(fault: LiveFault, subject: Subject, nowMs: number): Admission | null {
    return fault.behaviour.join === undefined || fault.behaviour.everyMs !== undefined
      ? null
      : this.#judge(fault, subject, "join", nowMs);
  }
  /** One look of `reset: every` at an open connection. */
  pick(fault: LiveFault, subject: Subject, nowMs: number): Admission | null {
    return this.#judge(fault, subject, "pick", nowMs);
  }
  /** After a rest of the pulse: the same exchange, not judged again. */
  rejoin(admission: Admission, nowMs: number): Admission | null {
    const { fault, ordinal } = admission;
    const treatment = fault.behaviour.join?.(this.#exchange(fault, null, ordinal), nowMs);
    return treatment === undefined ? null : admission.again(treatment);
  }

  /** Ids of the faults that live here. */
  get live(): readonly FaultId[] {
    return this.#live.map(({ order }) => order.id);
  }
  /** Of every fault that lives or left lately. */
  receipts(nowMs: number): readonly Receipt[] {
    if (this.#live.length > 0) for (const witness of this.open) witness.countHolds(nowMs);
    return this.#counts.receipts(new Map(this.#live.map((fault) => [fault.order.id, fault.receipt(nowMs)])));
  }
  /** What is left of faults on this edge: all 0 is what the audit wants. */
  remains(): { readonly live: number; readonly held: number; readonly wounded: number } {
    let held = 0;
    let wounded = 0;
    for (const witness of this.open) {
      const hold = witness.hold();
      held += hold.held;
      wounded += hold.wounded;
    }
    return { live: this.#live.length, held, wounded };
  }

  #judge(fault: LiveFault, subject: Subject, meeting: Meeting, nowMs: number): Admission | null {
    if (!fault.acts(nowMs) || this.#isHealthCheck(fault, subject.request)) return null;
    const { order, count } = fault;
    count.seen++;
    if (!this.#means(fault, subject)) return null;
    const ordinal = ++count.matched;
    const key = shareKey(fault, subject, ordinal);
    if (key === null || !this.#draws(fault, key, nowMs)) {
      count.spared++;
      return null;
    }
    // What would have been hit stays `untouched`, and takes nothing of the run's allotment: nothing was done.
    if (order.shadow) return null;
    if (!fault.take()) {
      count.cap(fault.liveMsAt(nowMs));
      return null;
    }
    const exchange = this.#exchange(fault, subject.request, ordinal);
    const { behaviour } = fault;
    const treatment = meeting === "strike" ? behaviour.strike(exchange, nowMs) : behaviour.join?.(exchange, nowMs);
    return new Admission(fault, ordinal, treatment ?? {}, subject);
  }
  #draws(fault: LiveFault, key: string | number, nowMs: number): boolean {
    const { order } = fault;
    const share = fault.share(nowMs);
    // Every draw is below 1: nothing has to be drawn.
    return share >= 1 || decides(share, chance(order.seed, order.name, this.id, this.#deps.instance, key));
  }
  #means({ order, matches }: Meaning, { endpoint, request }: Subject): boolean {
    if (order.endpoints !== null && !(endpoint !== null && order.endpoints.includes(endpoint))) {
      const all = this.#edge.endpoints.every((address) => order.endpoints!.includes(address));
      if (!all) return false;
    }
    return order.match === null || (request !== null && matches(request));
  }
  #isHealthCheck({ order }: Pick<Meaning, "order">, request: RequestView | null): boolean {
    return request !== null && request.path === this.#edge.healthPath && order.match?.path === undefined;
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

  #enliven(order: FaultOrder, endsAtMs: number, nowMs: number): LiveFault {
    const { protocol } = this.#edge;
    const live = new Set(this.#live.map(({ order: { id } }) => id));
    const count = this.#counts.of(order, unitOn(order, protocol), live);
    return new LiveFault(order, protocol, endsAtMs, count, this.#deps, nowMs);
  }

  /** The live set or its awake part may have changed: ends, pulses, picks. */
  #turn(nowMs: number): void {
    const over = this.#live.filter((fault) => fault.endsAtMs <= nowMs);
    for (const fault of over) fault.leave(nowMs);
    if (over.length > 0) this.#live = this.#live.filter((fault) => !fault.gone);

    const awake = this.#live.filter((fault) => fault.awake(nowMs));
    const connection = settled(this.connectionFaults, awake, "connection");
    const exchange = settled(this.exchangeFaults, awake, "exchange");
    if (connection !== this.connectionFaults || exchange !== this.exchangeFaults) {
      this.connectionFaults = connection;
      this.exchangeFaults = exchange;
      this.#tell(nowMs);
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
    this.#alarm = clock.wake(atMs, () => this.#turn(clock.nowMs()));
  }
  #pickIfDue(fault: LiveFault, nowMs: number): void {
    const picks = fault.picks(nowMs);
    if (picks <= (this.#picked.get(fault) ?? 0)) return;
    this.#picked.set(fault, picks);
    for (const witness of [...this.open]) witness.picked?.(fault, nowMs);
  }
  /** Tells everything open, a bounded number a turn. A change meanwhile begins the walk again: hearing twice is harmless. */
  #tell(nowMs: number): void {
    this.#walk?.cancel();
    this.#walk = null;
    this.#step(this.open.values(), nowMs);
  }
  #step(rest: IterableIterator<Witness>, nowMs: number): void {
    const { clock } = this.#deps;
    for (let told = 0; told < TOLD_A_TURN; told++) {
      const { value, done } = rest.next();
      if (done === true) return;
      value.faultsChanged(nowMs);
    }
    this.#walk = clock.wake(nowMs, () => this.#step(rest, clock.nowMs()));
  }
}

export const NO_ADMISSIONS: readonly Admission[] = Object.freeze([]);

/** The part of one unit, as the array it already was when nothing changed. */
const settled = (was: readonly LiveFault[], awake: readonly LiveFault[], unit: LiveFault["unit"]) => {
  const is = awake.filter((fault) => fault.unit === unit);
  if (is.length === 0) return NO_FAULTS;
  return is.length === was.length && is.every((fault, i) => fault === was[i]) ? was : is;
};
