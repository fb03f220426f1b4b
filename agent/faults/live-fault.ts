/** Live fault: a fault order in force on an edge, with end, pulse and counts. */

import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import type { Unit } from "../../experiments/model/faults/fault.ts";
import { isProcessFaultKind, unitOf } from "../../experiments/model/faults/scope.ts";
import { shareAt } from "../../experiments/model/faults/share.ts";
import { compileMatch } from "../../experiments/model/match/compile.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { Protocol } from "../../experiments/model/mesh/mesh.ts";
import type { FaultOrder } from "../contract/messages.ts";
import type { Allotments } from "./allotments.ts";
import type { Behaviour } from "./behaviour.ts";
import { createBehaviour } from "./create-behaviour.ts";
import type { FaultCount } from "./receipt-counts.ts";

/** Context, beyond the order, that decides whether a fault may act at all. */
export interface FaultContext {
  /** True: the lease is over; no fault acts, even if a timer fires. */
  expired(nowMs: number): boolean;
  readonly allotments: Allotments;
  /** True: the order's callee is away, because its process was struck for this order. Absent: no process is struck here. */
  isAway?(order: FaultOrder): boolean;
}

export class LiveFault {
  readonly unit: Unit;
  readonly behaviour: Behaviour;
  readonly matches: (view: RequestView) => boolean;
  readonly count: FaultCount;
  readonly sinceMs: number;
  /** The order as text, without `notAfterMs` and endpoints. */
  readonly #text: string;
  readonly #context: FaultContext;
  #order: FaultOrder;
  #endsAtMs: number;
  #gone = false;
  /** Live time (`liveMs`) of the count when this life was added. */
  #beforeMs = 0;
  /** Ordinals of the connections that this fault saw, numbered in order of arrival. */
  readonly #connections = new WeakMap<object, number>();
  #lastConnection = 0;

  constructor(
    order: FaultOrder,
    protocol: Protocol,
    endsAtMs: number,
    count: FaultCount,
    context: FaultContext,
    nowMs: number,
  ) {
    this.#order = order;
    this.unit = unitOn(order, protocol);
    this.behaviour = createBehaviour(order.action);
    this.matches = order.match === null ? () => true : compileMatch(order.match);
    this.count = count;
    this.sinceMs = nowMs;
    this.#text = orderText(order);
    this.#endsAtMs = endsAtMs;
    this.#context = context;
  }
  get order(): FaultOrder {
    return this.#order;
  }
  get endsAtMs(): number {
    return this.#endsAtMs;
  }
  get isGone(): boolean {
    return this.#gone;
  }
  /** Is this the fault that an order asks for? */
  isFor(order: FaultOrder): boolean {
    return !this.#gone && orderText(order) === this.#text;
  }
  /** Follows another order of this fault: acts on the endpoints selected there, and moves the end nearer, never later. */
  follow(order: FaultOrder, endsAtMs: number): void {
    this.#order = order;
    this.#endsAtMs = Math.min(this.#endsAtMs, endsAtMs);
  }
  /** The fault strikes the callee's process: on the edge the fault rests while the callee is there. */
  get isOnProcess(): boolean {
    return isProcessFaultKind(this.order.action.kind);
  }
  leave(nowMs: number): void {
    if (this.#gone) return;
    if (this.isOnProcess) this.count.noteAbsence(false, this.liveMsAt(nowMs));
    this.#gone = true;
    this.#beforeMs = this.count.liveMs;
    this.count.liveMs += this.#lived(nowMs);
  }
  /** May the fault act at this moment? Asked before every decision, so that a late timer cannot make a fault late. */
  acts(nowMs: number): boolean {
    return !this.#gone && nowMs < this.#endsAtMs && this.isAwake(nowMs) && !this.#context.expired(nowMs);
  }
  /** Is the fault awake, that is, not resting in the pulse? */
  isAwake(nowMs: number): boolean {
    if (this.isOnProcess) return this.#context.isAway?.(this.order) === true;
    const { pulse } = this.order;
    return pulse === null || (nowMs - this.sinceMs) % (pulse.liveMs + pulse.restMs) < pulse.liveMs;
  }
  /** Time at which the fault next ends, rests, wakes or picks; always after `nowMs`, unless the fault is over. */
  nextChangeMs(nowMs: number): number {
    const { pulse } = this.order;
    const { everyMs } = this.behaviour;
    let nextMs = this.#endsAtMs;
    if (this.isOnProcess) return nextMs;
    const elapsedMs = nowMs - this.sinceMs;
    if (pulse !== null && pulse.restMs > 0) {
      const cycleMs = pulse.liveMs + pulse.restMs;
      const begunMs = this.sinceMs + Math.floor(elapsedMs / cycleMs) * cycleMs;
      nextMs = Math.min(nextMs, Math.max(nowMs + 1, begunMs + (this.isAwake(nowMs) ? pulse.liveMs : cycleMs)));
    }
    if (everyMs !== undefined)
      nextMs = Math.min(nextMs, this.sinceMs + (Math.floor(elapsedMs / everyMs) + 1) * everyMs);
    return nextMs;
  }
  /** Number of picks that are due since the fault went live. */
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
    return this.#context.allotments.take(this.order.run);
  }
  giveBack(): void {
    this.#context.allotments.giveBack(this.order.run);
  }
  /** Live time, in ms, of all faults of this id up to that time, earlier lives included. */
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

/** Unit that an order counts on an edge. A TCP edge has no requests: the connection is the exchange. */
export const unitOn = (order: FaultOrder, protocol: Protocol): Unit =>
  protocol === "tcp" ? "connection" : unitOf(order.action);

const orderText = (order: FaultOrder): string => JSON.stringify({ ...order, endpoints: null, notAfterMs: 0 });
