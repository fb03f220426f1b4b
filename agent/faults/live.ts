/** A fault order brought to life on one edge: its end, its pulse, its counts; and its admission to one exchange. */

import type { Protocol, Unit } from "../../experiments/model/faults/fault.ts";
import { compileMatch } from "../../experiments/model/match/compile.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import { shareAt } from "../../experiments/model/sampling.ts";
import type { Receipt } from "../../experiments/model/verdict/receipt.ts";
import { isKnown, protocolsOf, unitOf } from "../contract/kinds.ts";
import type { FaultOrder } from "../contract/messages.ts";
import type { Carried, Subject } from "../edge.ts";
import type { Allotments } from "./allotments.ts";
import type { Behaviour, Treatment } from "./behaviour.ts";
import type { Count } from "./counts.ts";
import { enliven } from "./index.ts";

/** What decides, beyond the order itself, whether a fault may act at all. */
export interface Ground {
  /** True: the lease is over; nothing acts, whatever timers do. */
  expired(nowMs: number): boolean;
  readonly allotments: Allotments;
}

export class LiveFault {
  readonly order: FaultOrder;
  readonly unit: Unit;
  readonly behaviour: Behaviour;
  readonly matches: (view: RequestView) => boolean;
  readonly count: Count;
  readonly sinceMs: number;
  /** What the order says, without `notAfterMs`. */
  readonly #text: string;
  readonly #ground: Ground;
  #endsAtMs: number;
  #gone = false;
  /** `liveMs` of the count when this life was added to it. */
  #beforeMs = 0;
  /** First come, first numbered: the ordinals of connections among those this fault saw. */
  readonly #connections = new WeakMap<object, number>();
  #lastConnection = 0;

  constructor(order: FaultOrder, protocol: Protocol, endsAtMs: number, count: Count, ground: Ground, nowMs: number) {
    this.order = order;
    this.unit = unitOn(order, protocol);
    this.behaviour = enliven(order.action);
    this.matches = order.match === null ? () => true : compileMatch(order.match);
    this.count = count;
    this.sinceMs = nowMs;
    this.#text = textOf(order);
    this.#endsAtMs = endsAtMs;
    this.#ground = ground;
  }
  get endsAtMs(): number {
    return this.#endsAtMs;
  }
  get gone(): boolean {
    return this.#gone;
  }
  /** Whether an order asks for exactly this fault. */
  keeps(order: FaultOrder): boolean {
    return !this.#gone && textOf(order) === this.#text;
  }
  /** An end only ever moves nearer. */
  endNotAfter(endsAtMs: number): void {
    this.#endsAtMs = Math.min(this.#endsAtMs, endsAtMs);
  }
  leave(nowMs: number): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#beforeMs = this.count.liveMs;
    this.count.liveMs += this.#lived(nowMs);
  }
  /** Whether it may act at this moment: asked before every decision, so that a late timer cannot make a fault late. */
  acts(nowMs: number): boolean {
    return !this.#gone && nowMs < this.#endsAtMs && this.awake(nowMs) && !this.#ground.expired(nowMs);
  }
  /** Not resting in its pulse. */
  awake(nowMs: number): boolean {
    const { pulse } = this.order;
    return pulse === null || (nowMs - this.sinceMs) % (pulse.liveMs + pulse.restMs) < pulse.liveMs;
  }
  /** When it next ends, rests, wakes or picks; always after `nowMs`, unless it is over. */
  nextChangeMs(nowMs: number): number {
    const { pulse } = this.order;
    const { everyMs } = this.behaviour;
    let nextMs = this.#endsAtMs;
    const elapsedMs = nowMs - this.sinceMs;
    if (pulse !== null && pulse.restMs > 0) {
      const cycleMs = pulse.liveMs + pulse.restMs;
      const begunMs = this.sinceMs + Math.floor(elapsedMs / cycleMs) * cycleMs;
      nextMs = Math.min(nextMs, Math.max(nowMs + 1, begunMs + (this.awake(nowMs) ? pulse.liveMs : cycleMs)));
    }
    if (everyMs !== undefined)
      nextMs = Math.min(nextMs, this.sinceMs + (Math.floor(elapsedMs / everyMs) + 1) * everyMs);
    return nextMs;
  }
  /** How many picks are due since it went live. */
  picks(nowMs: number): number {
    const { everyMs } = this.behaviour;
    return everyMs === undefined ? 0 : Math.floor((nowMs - this.sinceMs) / everyMs);
  }
  share(nowMs: number): number {
    return shareAt(this.order.share, nowMs - this.sinceMs);
  }
  connectionOrdinal(connection: object): number {
    const known = this.#connections.get(connection);
    if (known !== undefined) return known;
    this.#connections.set(connection, ++this.#lastConnection);
    return this.#lastConnection;
  }
  take(): boolean {
    return this.#ground.allotments.take(this.order.run);
  }
  giveBack(): void {
    this.#ground.allotments.giveBack(this.order.run);
  }
  /** Ms that faults of this id had been live at that time, earlier lives included. */
  liveMsAt(atMs: number): number {
    return (this.#gone ? this.#beforeMs : this.count.liveMs) + this.#lived(atMs);
  }
  receipt(nowMs: number): Receipt {
    return this.count.receipt(this.#gone ? this.count.liveMs : this.liveMsAt(nowMs));
  }
  #lived(nowMs: number): number {
    return Math.max(0, Math.min(nowMs, this.#endsAtMs) - this.sinceMs);
  }
}

/** Shorter holds are no hits: nobody can tell them from the noise of a loop. */
export const LEAST_HOLD_MS = 1;
/** Sums of fractions of a millisecond are off by less than this. */
const ROUNDING_MS = 1e-6;
/** Told of a hit: the exchange, or the requests under way on the connection. */
type Sighted = Pick<Subject, "marked" | "underWay">;
const UNMARKED: Sighted = { marked: null };

/** One fault let loose on one exchange. */
export class Admission {
  readonly fault: LiveFault;
  readonly ordinal: number;
  readonly treatment: Treatment;
  /** Bytes of this exchange were lost or changed: once the fault is gone, the stream is reset, never resumed. */
  wounded = false;
  #left = false;
  #over = false;
  #touched = false;
  /** The last request of the connection that was hit, by its ordinal; 0: none, or the exchange is no connection. */
  #struckUntil = 0;
  /** A request of the run's own was hit on the connection. */
  #isMarked = false;
  readonly #subject: Sighted;

  constructor(fault: LiveFault, ordinal: number, treatment: Treatment, subject: Sighted = UNMARKED) {
    this.#subject = subject;
    this.fault = fault;
    this.ordinal = ordinal;
    this.treatment = treatment;
  }
  /** Something was really delayed, changed or cut. */
  get touched(): boolean {
    return this.#touched;
  }
  /** It has left this exchange: whatever it still holds must go. */
  get left(): boolean {
    return this.#left;
  }
  acts(nowMs: number): boolean {
    return !this.#left && this.fault.acts(nowMs);
  }
  /**
   * Counts the exchange as injected, once. `atMs`: when the fault began to act upon it. Of a connection, each act strikes the
   * requests that are under way on it: not those that were answered before, nor later ones that pass unhindered.
   */
  hit(atMs: number): void {
    const { count, order } = this.fault;
    const { marked, underWay } = this.#subject;
    const isFirst = !this.#touched;
    this.#touched = true;
    if (isFirst) count.inject(this.ordinal, this.fault.liveMsAt(atMs));
    if (underWay !== undefined) this.#strike(underWay(), isFirst);
    else if (isFirst && marked != null) {
      marked.hit(order.id);
      if (marked.run === order.run) count.markedHits++;
    }
  }
  /** The last request that it hit on its connection, by ordinal; all that are under way are hit together. */
  get struckUntil(): number {
    return this.#struckUntil;
  }
  #strike(underWay: readonly Carried[], isFirst: boolean): void {
    const { count, order } = this.fault;
    const wasUnread = !isFirst && this.#struckUntil === 0;
    for (const { ordinal, marked } of underWay) {
      if (ordinal <= this.#struckUntil) continue;
      this.#struckUntil = ordinal;
      const isOwn = marked?.run === order.run;
      marked?.hit(order.id);
      count.strike(isOwn);
      if (isOwn) this.#markConnection();
    }
    const isUnread = this.#struckUntil === 0;
    if (isFirst && isUnread) count.unread++;
    else if (wasUnread && !isUnread) count.unread--;
  }
  #markConnection(): void {
    if (!this.#isMarked) this.fault.count.markedHits++;
    this.#isMarked = true;
  }
  /** Counts a hit for what the fault has held since then, if that is long enough to be one. */
  held(sinceMs: number, nowMs: number): void {
    if (nowMs - sinceMs >= LEAST_HOLD_MS - ROUNDING_MS) this.hit(sinceMs);
  }
  leave(): void {
    this.#left = true;
  }
  /** The exchange has ended: what was taken of the run's allotment and not used goes back. */
  over(): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#touched) this.fault.giveBack();
  }
  /** The same exchange again, after a rest of the pulse: counted already. */
  again(treatment: Treatment): Admission {
    const next = new Admission(this.fault, this.ordinal, treatment, this.#subject);
    next.#touched = this.#touched;
    next.#struckUntil = this.#struckUntil;
    next.#isMarked = this.#isMarked;
    return next;
  }
}

/** On a TCP edge there are no requests: the connection is the exchange. */
export const unitOn = (order: FaultOrder, protocol: Protocol): Unit =>
  protocol === "tcp" ? "connection" : unitOf(order.action);

const textOf = (order: FaultOrder): string => JSON.stringify({ ...order, notAfterMs: 0 });

/** Why this agent cannot honour an order on such an edge, or null. What is refused here would throw when it goes live. */
export const objection = (order: FaultOrder, protocol: Protocol): string | null => {
  const { kind } = order.action;
  if (!isKnown(kind)) return `fault "${order.name}": this agent does not know the kind "${kind}"`;
  if (!protocolsOf(kind).includes(protocol)) return `fault "${order.name}": ${kind} does nothing on a ${protocol} edge`;
  if (order.match !== null && unitOn(order, protocol) === "connection")
    return `fault "${order.name}": ${kind} strikes whole connections here, so it cannot match requests`;
  try {
    if (order.match !== null) compileMatch(order.match);
    enliven(order.action);
  } catch (error) {
    return `fault "${order.name}": ${error instanceof Error ? error.message : String(error)}`;
  }
  return null;
};
