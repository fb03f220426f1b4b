/**
 * Faults on the processes of services (`kill`, `restart`, `pause`). The agent decides when a process is struck, and for
 * how long; the keeper, which started the processes, strikes. A stopped process is an effect outside of this process:
 * each renewal of the lease is told to the keeper, and the audit's count `external` is 0 only when this process has seen
 * by itself that the stopped process goes on (SAFETY.md 3).
 */

import { isProcessFault, isProcessFaultKind } from "../../experiments/model/faults/scope.ts";
import { edgeEnds, type RunId, type ServiceName } from "../../experiments/model/names.ts";
import type { Alarm, Clock } from "../clock/clock.ts";
import type { FaultOrder } from "../contract/messages.ts";
import type { FromKeeper, StrikeId, StruckProcess, ToKeeper } from "../contract/processes.ts";

export interface ProcessFaultsDeps {
  readonly clock: Clock;
  /** Services whose processes the keeper of this agent has started. */
  readonly services: readonly ServiceName[];
  readonly send: (message: ToKeeper) => void;
  /** CLOCK_MONOTONIC of a time of `clock`, ms. */
  readonly machineMsAt: (ms: number) => number;
  /** True while the process is stopped; false also for a process that is gone. */
  readonly isStopped: (process: StruckProcess) => boolean;
  /** Called after each change of `isAway`. */
  readonly onAbsence: (service: ServiceName, nowMs: number) => void;
  /** Called when the keeper could not carry out an order: the live faults differ from those that the server believes. */
  readonly onFailure: (why: string) => void;
}

/** `resting`: no strike is under way. `ordered`: not seen yet. `ending`: the keeper has not confirmed the end. */
type StrikeState = "resting" | "ordered" | "away" | "ending";
class Strike {
  readonly id: StrikeId;
  readonly service: ServiceName;
  order: FaultOrder;
  /** Time from which on the fault was first held: turns of `pulse` count from there. */
  readonly sinceMs: number;
  endsAtMs: number;
  state: StrikeState = "resting";
  isHeld = true;
  strikes = 0;
  struckMs = Number.NEGATIVE_INFINITY;
  /** End of the turn of a pause that is under way. */
  turnEndsMs = Number.POSITIVE_INFINITY;
  /** Process that was stopped, and has not been seen to go on since. */
  stopped: StruckProcess | null = null;
  /** Time of the first look at that process that saw it go on, with no look since that saw it stopped; null: none. */
  goesOnSinceMs: number | null = null;

  constructor(id: StrikeId, service: ServiceName, order: FaultOrder, sinceMs: number, endsAtMs: number) {
    this.id = id;
    this.service = service;
    this.order = order;
    this.sinceMs = sinceMs;
    this.endsAtMs = endsAtMs;
  }
  get isAway(): boolean {
    return this.state === "away";
  }
  /** Time at which the next strike is due; Infinity: never again. A kill is spent: an order that comes again repeats none. */
  dueMs(nowMs: number): number {
    const { action, pulse, shadow } = this.order;
    if (shadow) return Number.POSITIVE_INFINITY;
    if (action.kind === "pause") {
      const cycleMs = pulse === null ? 0 : pulse.liveMs + pulse.restMs;
      if (pulse === null || cycleMs <= 0) return nowMs;
      const turnMs = this.sinceMs + Math.floor((nowMs - this.sinceMs) / cycleMs) * cycleMs;
      return nowMs < turnMs + pulse.liveMs ? nowMs : turnMs + cycleMs;
    }
    if (this.strikes === 0) return nowMs;
    const everyMs = action.kind === "kill" ? action.params.every : undefined;
    return everyMs === undefined ? Number.POSITIVE_INFINITY : Math.max(nowMs, this.struckMs + everyMs);
  }
  /** Time at which a turn of a pause is over; Infinity: with the fault. */
  restMs(nowMs: number): number {
    const { action, pulse } = this.order;
    if (action.kind !== "pause" || pulse === null) return Number.POSITIVE_INFINITY;
    const cycleMs = pulse.liveMs + pulse.restMs;
    return this.sinceMs + Math.floor((nowMs - this.sinceMs) / cycleMs) * cycleMs + pulse.liveMs;
  }
}

/** Time between two looks that both see a process go on: another hand may stop the process again right behind a look. */
const OBSERVED_MS = 200;
/** Strikes whose counts are kept: a fault that is ordered again must not kill again. */
const MOST_KEPT = 1_024;

const serviceOf = ({ edge }: FaultOrder): ServiceName => edgeEnds(edge)[1];
const strikeIdOf = (order: FaultOrder): StrikeId => `${order.run}/${order.name}@${serviceOf(order)}`;

export class ProcessFaults {
  readonly #deps: ProcessFaultsDeps;
  readonly #strikes = new Map<StrikeId, Strike>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #alarm: Alarm | null = null;

  constructor(deps: ProcessFaultsDeps) {
    this.#deps = deps;
  }
  get services(): readonly ServiceName[] {
    return this.#deps.services;
  }
  /** True while the service is away by the strike of this order. */
  isAway(order: FaultOrder): boolean {
    return this.#strikes.get(strikeIdOf(order))?.isAway === true;
  }

  /**
   * Holds exactly these faults; orders of other kinds are passed over. `untilMs`: end of the lease. The process faults of
   * an edge's callers are one strike: the service is struck once.
   */
  hold(faults: readonly FaultOrder[], endsAtMs: (fault: FaultOrder) => number, untilMs: number): void {
    const nowMs = this.#deps.clock.nowMs();
    const wanted = new Map<StrikeId, FaultOrder>();
    for (const fault of faults) if (isProcessFaultKind(fault.action.kind)) wanted.set(strikeIdOf(fault), fault);
    for (const strike of this.#strikes.values()) if (!wanted.has(strike.id)) this.#leave(strike);
    for (const [id, order] of wanted) {
      const known = this.#strikes.get(id);
      const strike = known ?? new Strike(id, serviceOf(order), order, nowMs, endsAtMs(order));
      strike.order = order;
      strike.isHeld = true;
      strike.endsAtMs = Math.min(strike.endsAtMs, endsAtMs(order));
      this.#strikes.set(id, strike);
    }
    this.#forget();
    this.extend(untilMs);
    this.#turn();
  }
  /** Tells the keeper that the lease goes on until then. */
  extend(untilMs: number): void {
    this.#untilMs = untilMs;
    for (const strike of this.#strikes.values())
      if (strike.isHeld && (strike.state === "ordered" || strike.state === "away"))
        this.#deps.send({ type: "extend", id: strike.id, untilMs: this.#endOf(strike) });
  }
  drop(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
    for (const strike of this.#strikes.values()) this.#leave(strike);
  }

  /**
   * Runs of the effects outside of this process that are not seen to be over, one for each effect: strikes that the
   * keeper has not ended, and processes that are stopped. Asks the keeper again for what should be over.
   */
  external(): readonly RunId[] {
    const runs: RunId[] = [];
    for (const strike of this.#strikes.values()) {
      const { stopped, state, isHeld, order } = strike;
      if (stopped !== null && state === "resting") this.#look(strike, stopped);
      if (strike.state === "resting" && strike.stopped === null) continue;
      runs.push(order.run);
      if (!isHeld) this.#deps.send({ type: "end", id: strike.id });
    }
    return runs;
  }

  /** Forgets a stopped process that two looks have seen to go on, or to be gone. */
  #look(strike: Strike, stopped: StruckProcess): void {
    const nowMs = this.#deps.clock.nowMs();
    if (this.#deps.isStopped(stopped)) strike.goesOnSinceMs = null;
    else if (strike.goesOnSinceMs === null) strike.goesOnSinceMs = nowMs;
    else if (nowMs - strike.goesOnSinceMs >= OBSERVED_MS) strike.stopped = null;
  }
  /** Takes a message of the keeper. */
  heard(message: FromKeeper): void {
    const strike = this.#strikes.get(message.id);
    if (strike === undefined) return;
    const nowMs = this.#deps.clock.nowMs();
    switch (message.type) {
      case "struck":
        if (message.process !== null) {
          strike.stopped = message.process;
          strike.goesOnSinceMs = null;
        }
        if (strike.state === "ordered") this.#change(strike, "away", nowMs);
        break;
      case "back":
        if (strike.state === "away" || strike.state === "ordered") this.#change(strike, "resting", nowMs);
        this.#turn();
        break;
      case "ended":
        this.#change(strike, "resting", nowMs);
        if (strike.stopped !== null) this.#look(strike, strike.stopped);
        this.#turn();
        break;
      case "failed":
        this.#change(strike, strike.isHeld ? "resting" : "ending", nowMs);
        if (strike.isHeld) this.#deps.onFailure(`"${strike.order.name}" on ${strike.service}: ${message.why}`);
        break;
    }
  }
  #endOf({ endsAtMs }: Strike): number {
    return this.#deps.machineMsAt(Math.min(endsAtMs, this.#untilMs));
  }
  #change(strike: Strike, state: StrikeState, nowMs: number): void {
    const wasAway = strike.isAway;
    strike.state = state;
    if (strike.isAway !== wasAway) this.#deps.onAbsence(strike.service, nowMs);
  }
  #leave(strike: Strike): void {
    if (!strike.isHeld) return;
    strike.isHeld = false;
    this.#end(strike);
  }
  #end(strike: Strike): void {
    if (strike.state !== "ordered" && strike.state !== "away") return;
    this.#change(strike, "ending", this.#deps.clock.nowMs());
    this.#deps.send({ type: "end", id: strike.id });
  }

  /** Orders the strikes that are due, ends the turns that are over, and sleeps until the next change. */
  #turn(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
    const { clock } = this.#deps;
    const nowMs = clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const strike of this.#strikes.values()) {
      if (!strike.isHeld) continue;
      if (nowMs >= strike.endsAtMs) this.#end(strike);
      else nextMs = Math.min(nextMs, strike.endsAtMs, this.#turnOf(strike, nowMs));
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#alarm = clock.wake(Math.max(nowMs + 1, nextMs), () => this.#turn());
  }
  /** Returns the time of the next change. */
  #turnOf(strike: Strike, nowMs: number): number {
    if (strike.state === "ending") return Number.POSITIVE_INFINITY;
    if (strike.state !== "resting") {
      if (nowMs < strike.turnEndsMs) return strike.turnEndsMs;
      this.#end(strike);
      return Number.POSITIVE_INFINITY;
    }
    const dueMs = strike.dueMs(nowMs);
    if (dueMs > nowMs || nowMs >= this.#untilMs) return dueMs;
    const { order } = strike;
    if (!isProcessFault(order.action)) return Number.POSITIVE_INFINITY;
    strike.strikes++;
    strike.struckMs = nowMs;
    strike.turnEndsMs = strike.restMs(nowMs);
    strike.state = "ordered";
    const { id, service } = strike;
    const what = { id, run: order.run, fault: order.name, service, action: order.action };
    this.#deps.send({ type: "strike", ...what, untilMs: this.#endOf(strike) });
    return strike.turnEndsMs;
  }
  #forget(): void {
    for (const [id, strike] of this.#strikes) {
      if (this.#strikes.size <= MOST_KEPT) return;
      if (!strike.isHeld && strike.state === "resting" && strike.stopped === null) this.#strikes.delete(id);
    }
  }
}
