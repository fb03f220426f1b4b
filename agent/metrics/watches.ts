/**
 * Watches: count good and bad exchanges of an edge, exactly while a watch is listed, by the time at which each began.
 */

import type { BadSample } from "../../experiments/model/evidence/tally.ts";
import { compileMatch } from "../../experiments/model/match/compile.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { EdgeId } from "../../experiments/model/names.ts";
import { compileCriteria } from "../../experiments/model/sample/criteria.ts";
import type { AnsweredSample } from "../../experiments/model/sample/sample.ts";
import { LIMITS } from "../contract/limits.ts";
import type { Watch, WatchCount } from "../contract/messages.ts";
import type { Stalls } from "../process/stalls.ts";
import { createLatencyHistogram, type LatencyHistogram } from "./latency-histogram.ts";
import { EXHAUSTIONS, type ExhaustionCode, type Outcome, type WatchedExchange } from "./observer.ts";

const FIRST_BAD = 5;
const NO_STALLS = { overlapMs: () => 0, mayHaveHeldUp: () => false };
/**
 * Time after a caller's FIN without an end of the exchange. The watches then take the caller as gone since the FIN: a
 * caller known by name, or by the kernel's table, is known by now, and a run does not wait for the rest.
 */
export const PRESUMED_MS = 2_500;
/** Time for which the counts of an unlisted watch are still reported, so that a lost pulse loses no counts. */
export const KEPT_MS = 60_000;

/** State and counts of a watch. */
interface WatchState {
  readonly order: Watch;
  readonly listedMs: number;
  readonly matches: (request: RequestView | null) => boolean;
  readonly judge: (sample: AnsweredSample) => { readonly good: boolean; readonly why: string };
  /** Longest wait of a reasonable caller, ms: a caller that gave up later had waited too long; null: unknown. */
  readonly patienceMs: number | null;
  /** Latencies of answers, for the patience of the later phases; null: that patience does not depend on latencies. */
  readonly latencies: LatencyHistogram | null;
  good: number;
  bad: number;
  left: number;
  struck: number;
  errored: number;
  unknown: number;
  firstErrored: string | null;
  open: number;
  readonly firstBad: BadSample[];
  /** Time at which the watch was unlisted; null: still listed. */
  leftMs: number | null;
}
/** An exchange under way, with the watches that matched. */
interface OpenExchange extends WatchedExchange {
  readonly startedMs: number;
  /** True for a connection of a TCP edge. */
  readonly raw: boolean;
  /** Watches that have not judged the exchange yet. */
  undecided: readonly WatchState[];
}

export class Watches {
  readonly #stalls: Pick<Stalls, "overlapMs" | "mayHaveHeldUp">;
  #all = new Map<string, WatchState>();
  /** Listed watches by edge; the map is replaced whole. */
  #listed = new Map<EdgeId, readonly WatchState[]>();
  readonly #open = new Set<OpenExchange>();

  constructor(stalls: Pick<Stalls, "overlapMs" | "mayHaveHeldUp"> = NO_STALLS) {
    this.#stalls = stalls;
  }

  get isListed(): boolean {
    return this.#listed.size > 0;
  }
  /** Throws, and changes nothing, when a pattern does not compile. */
  list(orders: readonly Watch[], nowMs: number): void {
    const listed = orders.map((order) => this.#all.get(order.id) ?? this.#compile(order, nowMs));
    const ids = new Set(orders.map(({ id }) => id));
    for (const watch of this.#all.values()) if (!ids.has(watch.order.id)) watch.leftMs ??= nowMs;
    for (const watch of listed) {
      watch.leftMs = null;
      this.#all.set(watch.order.id, watch);
    }
    const byEdge = new Map<EdgeId, WatchState[]>();
    for (const watch of listed) {
      const beside = byEdge.get(watch.order.edge);
      if (beside === undefined) byEdge.set(watch.order.edge, [watch]);
      else beside.push(watch);
    }
    this.#listed = byEdge;
  }

  /** Returns null when no watch of this edge matches. */
  began(edge: EdgeId, request: RequestView | null, nowMs: number): OpenExchange | null {
    const listed = this.#listed.get(edge);
    if (listed === undefined) return null;
    const undecided = listed.filter(({ matches }) => matches(request));
    if (undecided.length === 0) return null;
    for (const watch of undecided) watch.open++;
    const exchange: OpenExchange = { startedMs: nowMs, raw: request === null, undecided, isTreated: null };
    this.#open.add(exchange);
    return exchange;
  }

  ended(watched: WatchedExchange, outcome: Outcome): void {
    const exchange = watched as OpenExchange;
    this.#open.delete(exchange);
    for (const watch of exchange.undecided) {
      watch.open--;
      if (isTarget(watch.order.of, outcome.treated)) this.#count(watch, outcome, exchange.raw);
    }
    exchange.undecided = [];
  }
  /**
   * Counts a connection that was cut before a request came. Only watches without a match count: the request is unknown.
   */
  unread(edge: EdgeId, outcome: Outcome): void {
    for (const watch of this.#listed.get(edge) ?? [])
      if (watch.order.match === null && isTarget(watch.order.of, outcome.treated)) this.#count(watch, outcome, false);
  }
  /**
   * Counts a connection that the exhausted agent refused as errored. Only watches of all traffic without a match count:
   * request and treatment are unknown.
   */
  turnedAway(edge: EdgeId, exhaustion: ExhaustionCode): void {
    for (const watch of this.#listed.get(edge) ?? [])
      if (watch.order.match === null && watch.order.of === "all") countExhaustion(watch, exhaustion);
  }
  #count(watch: WatchState, outcome: Outcome, raw: boolean): void {
    const { exhaustion = null } = outcome;
    if (exhaustion !== null) {
      countExhaustion(watch, exhaustion);
      return;
    }
    const sample = sampleOf(outcome, raw);
    const fate = fateOf(watch, outcome, raw);
    if (fate === "left") {
      watch.left++;
      return;
    }
    if (outcome.cancelled !== true) watch.latencies?.record(sample.latencyMs);
    const judgement =
      fate === "bad"
        ? { good: false, why: `its caller gave up after ${Math.round(sample.latencyMs)} ms` }
        : watch.judge(sample);
    if (judgement.good) watch.good++;
    else if (this.#isOurs(watch, outcome, sample)) {
      watch.errored++;
      if (outcome.cancelled === true) watch.unknown++;
      watch.firstErrored ??= `the agent stood still meanwhile: ${toldWhy(judgement.why)}`;
      return;
    } else countBad(watch, outcome.startedMs, judgement.why, outcome.status, sample.latencyMs);
    if (outcome.treated) watch.struck++;
  }

  /** True when a bad sample would have been good without a stall of the agent. */
  #isOurs(watch: WatchState, outcome: Outcome, sample: AnsweredSample): boolean {
    const { startedMs, endedMs } = outcome;
    const overlapMs = this.#stalls.overlapMs(startedMs, endedMs);
    // Without the stall the caller might have waited for the answer, unless too little patience was left anyway.
    if (outcome.cancelled === true)
      return (
        this.#stalls.mayHaveHeldUp(startedMs, endedMs) &&
        endedMs - startedMs - overlapMs <= (watch.patienceMs ?? Number.POSITIVE_INFINITY)
      );
    if (overlapMs === 0) return false;
    const { connectMs, latencyMs } = sample;
    const connect = connectMs === undefined ? {} : { connectMs: Math.max(0, connectMs - overlapMs) };
    return watch.judge({ ...sample, ...connect, latencyMs: latencyMs - overlapMs }).good;
  }

  /**
   * Counts an exchange as bad once open longer than `withinMs`, whatever its end. Only for watches of all traffic:
   * before the end, the treatment of an exchange is unknown.
   */
  sweep(nowMs: number): void {
    for (const exchange of this.#open) {
      const ageMs = nowMs - exchange.startedMs;
      const callerEndedMs = exchange.callerEndedMs?.() ?? null;
      if (callerEndedMs !== null && nowMs - callerEndedMs > PRESUMED_MS) this.#presumeGone(exchange, callerEndedMs);
      const late = exchange.undecided.filter(
        ({ order }) =>
          order.of === "all" &&
          ageMs > (order.good.withinMs ?? Infinity) &&
          // After the caller's FIN, the real length of the caller's wait is unknown.
          (callerEndedMs === null || order.cancelled === "judge"),
      );
      // The time of the agent's stalls does not count against the exchange.
      const ownMs = late.length === 0 ? ageMs : ageMs - this.#stalls.overlapMs(exchange.startedMs, nowMs);
      if (late.some(({ order }) => ownMs <= order.good.withinMs!)) continue;
      if (late.length === 0) continue;
      exchange.undecided = exchange.undecided.filter((watch) => !late.includes(watch));
      for (const watch of late) {
        watch.open--;
        if (exchange.isTreated?.() === true) watch.struck++;
        const why = `no answer within ${watch.order.good.withinMs} ms`;
        countBad(watch, exchange.startedMs, why, 0, ageMs);
      }
    }
  }

  #presumeGone(exchange: OpenExchange, endedMs: number): void {
    const treated = exchange.isTreated?.() === true;
    const outcome: Outcome = {
      ...{ treated, startedMs: exchange.startedMs, endedMs, status: 0, bytesIn: 0, bytesOut: 0 },
      ...{ end: "reset", cancelled: true },
    };
    const decided = exchange.undecided.filter(({ order }) => order.of === "all" && order.cancelled !== "judge");
    exchange.undecided = exchange.undecided.filter((watch) => !decided.includes(watch));
    for (const watch of decided) {
      watch.open--;
      this.#count(watch, outcome, exchange.raw);
    }
  }
  /** Counts of every listed watch, and of those unlisted less than a minute ago or with an open exchange. */
  counts(nowMs: number): readonly WatchCount[] {
    for (const [id, { leftMs, open }] of this.#all)
      if (leftMs !== null && nowMs - leftMs > KEPT_MS && open === 0) this.#all.delete(id);
    const all = [...this.#all.values()];
    // Listed watches come first, then the most recently unlisted.
    const isListed = ({ leftMs }: WatchState) => leftMs === null;
    const told =
      all.length <= LIMITS.watches
        ? all
        : [...all.filter(isListed), ...all.filter((watch) => !isListed(watch)).reverse()];
    const openStruck = this.#openStruck();
    return told.slice(0, LIMITS.watches).map((watch) => {
      const { order, good, bad, left, struck, open, firstBad } = watch;
      const counts = { good, bad, left, struck, open, openStruck: openStruck.get(watch) ?? 0 };
      const { errored, firstErrored, unknown } = watch;
      return {
        ...{ id: order.id, ...counts, firstBad: [...firstBad] },
        ...(errored > 0 && { errored }),
        ...(firstErrored !== null && { firstErrored }),
        ...(unknown > 0 && { unknown }),
      };
    });
  }
  /** Open exchanges already hit, for each watch: the server may have to count such an exchange before the end. */
  #openStruck(): ReadonlyMap<WatchState, number> {
    const struck = new Map<WatchState, number>();
    for (const exchange of this.#open)
      if (exchange.isTreated?.() === true)
        for (const watch of exchange.undecided) struck.set(watch, (struck.get(watch) ?? 0) + 1);
    return struck;
  }
  #compile(order: Watch, nowMs: number): WatchState {
    const { withinMs } = order.good;
    return {
      order,
      listedMs: nowMs,
      matches: order.match === null ? () => true : orFalse(compileMatch(order.match)),
      judge: compileCriteria(order.good, order.capture ? "short" : "nothing"),
      patienceMs: withinMs ?? this.#usualMs(order.id),
      latencies: withinMs === undefined && order.cancelled === undefined ? createLatencyHistogram() : null,
      ...{ good: 0, bad: 0, left: 0, struck: 0, open: 0, firstBad: [], leftMs: null },
      ...{ errored: 0, unknown: 0, firstErrored: null },
    };
  }
  /** 99th percentile of the same watch in the run's baseline, as far as this agent saw the baseline; null: not seen. */
  #usualMs(id: string): number | null {
    const [, stem, phase, index = ""] = PHASE_OF.exec(id) ?? [];
    if (phase === undefined || phase === "baseline") return null;
    const baseline = this.#all.get(`${stem}/baseline${index}`)?.latencies?.quantileMs(0.99);
    // The baseline's counts may be gone when recovery begins; the watch of `during` keeps the same number.
    return baseline ?? this.#all.get(`${stem}/during${index}`)?.patienceMs ?? null;
  }
}

/** Watch id: `${run}/${expectation}/${phase}`, and the index of the edge where there are several. */
const PHASE_OF = /^(.*)\/(baseline|during|recovery)(\/\d+)?$/s;

/** Decides about an exchange: judge; or, when the caller gave up, count as bad or leave out. */
const fateOf = ({ order, patienceMs }: WatchState, outcome: Outcome, raw: boolean): "judge" | "bad" | "left" => {
  if (outcome.cancelled !== true || order.cancelled === "judge") return "judge";
  if (order.cancelled !== undefined) return order.cancelled === "bad" ? "bad" : "left";
  // A caller that leaves a stream or a connection mostly had the data it came for.
  if (raw || outcome.streamed === true || patienceMs === null) return "left";
  return outcome.endedMs - outcome.startedMs > patienceMs ? "bad" : "left";
};
/** Never matches a connection, which has no request. */
const orFalse = (matches: (request: RequestView) => boolean) => (request: RequestView | null) =>
  request !== null && matches(request);

const isTarget = (of: Watch["of"], treated: boolean) => of === "all" || (of === "treated") === treated;

/** Over HTTP an unclean end is bad whatever the criteria; over TCP the criteria `connect` and `end` decide. */
const sampleOf = (outcome: Outcome, raw: boolean): AnsweredSample => {
  const { status, endedMs, startedMs, end, connectMs } = outcome;
  return {
    kind: "seen",
    latencyMs: endedMs - startedMs,
    end,
    header: (name) => outcome.header?.(name),
    ...(status === 0 ? {} : { status }),
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(!raw && (status === 0 || end !== "clean") ? { failure: failureOf(status, end) } : {}),
  };
};
const failureOf = (status: number, end: Outcome["end"]) =>
  status === 0 ? `no answer (${end === "clean" ? "closed" : end})` : `the answer ${status} was cut short (${end})`;

/** Reason for a report. Never cut: the search for secrets does not find half a secret. */
const toldWhy = (why: string): string =>
  why.length > LIMITS.whyLength - 100 ? `a criterion was missed, in ${why.length} characters` : why;

const countExhaustion = (watch: WatchState, exhaustion: ExhaustionCode): void => {
  watch.errored++;
  watch.firstErrored ??= EXHAUSTIONS[exhaustion];
};
const countBad = (watch: WatchState, startedMs: number, why: string, status: number, latencyMs: number): void => {
  watch.bad++;
  if (watch.firstBad.length >= FIRST_BAD) return;
  const atMs = startedMs - watch.listedMs;
  watch.firstBad.push({ atMs, why: toldWhy(why), ...(status === 0 ? {} : { status }), latencyMs });
};
