/** Watches: good and bad of what passes an edge, counted exactly while a watch is listed, by when the exchange began. */
import { compileGood, type Seen } from "../experiments/model/good.ts";
import type { RequestView } from "../experiments/model/match.ts";
import { compileMatch } from "../experiments/model/matching.ts";
import type { BadSample } from "../experiments/model/tally.ts";
import { LIMITS } from "./contract/limits.ts";
import type { Watch, WatchCount } from "./contract/messages.ts";
import { createLatencies, type Latencies } from "./latencies.ts";
import type { Outcome, Watched } from "./observer.ts";
import type { Stalls } from "./stalls.ts";

const FIRST_BAD = 5;
const NO_STALLS = { overlapMs: () => 0, mayHaveHeldUp: () => false };
/**
 * After FIN from a caller and so long without an end, its watches take it as gone since then: what is known by its name, or by
 * the kernel's table, is known by now, and a run does not wait for the rest.
 */
export const PRESUMED_MS = 2_500;
/** Counts of a watch that has left are told for so long, so that a lost pulse loses nothing. */
export const KEPT_MS = 60_000;

/** One watch with its counts. */
interface Counted {
  readonly order: Watch;
  readonly listedMs: number;
  readonly matches: (request: RequestView | null) => boolean;
  readonly judge: (sample: Seen) => { readonly good: boolean; readonly why: string };
  /** Longer than this a caller that gave up had waited for too long, ms; null: nobody knows how long is too long. */
  readonly patienceMs: number | null;
  /** What was answered, for the patience of the phases behind this one; null: that does not hang on it. */
  readonly latencies: Latencies | null;
  good: number;
  bad: number;
  left: number;
  struck: number;
  errored: number;
  unknown: number;
  firstErrored: string | null;
  open: number;
  readonly firstBad: BadSample[];
  /** When it was no longer listed; null: it is. */
  leftMs: number | null;
}
/** One exchange under the watches that meant it. */
interface Look extends Watched {
  readonly startedMs: number;
  /** A connection of a TCP edge. */
  readonly raw: boolean;
  /** Those not decided yet. */
  undecided: readonly Counted[];
}

export class Watches {
  readonly #stalls: Pick<Stalls, "overlapMs" | "mayHaveHeldUp">;
  #all = new Map<string, Counted>();
  /** By edge; replaced whole. */
  #listed = new Map<string, readonly Counted[]>();
  readonly #open = new Set<Look>();

  constructor(stalls: Pick<Stalls, "overlapMs" | "mayHaveHeldUp"> = NO_STALLS) {
    this.#stalls = stalls;
  }

  get isListed(): boolean {
    return this.#listed.size > 0;
  }
  /** Throws when a pattern does not compile; then nothing has changed. */
  list(orders: readonly Watch[], nowMs: number): void {
    const listed = orders.map((order) => this.#all.get(order.id) ?? this.#compile(order, nowMs));
    const ids = new Set(orders.map(({ id }) => id));
    for (const counted of this.#all.values()) if (!ids.has(counted.order.id)) counted.leftMs ??= nowMs;
    for (const counted of listed) {
      counted.leftMs = null;
      this.#all.set(counted.order.id, counted);
    }
    const byEdge = new Map<string, Counted[]>();
    for (const counted of listed) {
      const beside = byEdge.get(counted.order.edge);
      if (beside === undefined) byEdge.set(counted.order.edge, [counted]);
      else beside.push(counted);
    }
    this.#listed = byEdge;
  }

  /** null: no watch of this edge means it. */
  began(edge: string, request: RequestView | null, nowMs: number): Look | null {
    const listed = this.#listed.get(edge);
    if (listed === undefined) return null;
    const undecided = listed.filter(({ matches }) => matches(request));
    if (undecided.length === 0) return null;
    for (const counted of undecided) counted.open++;
    const look: Look = { startedMs: nowMs, raw: request === null, undecided, isTreated: null };
    this.#open.add(look);
    return look;
  }

  ended(watched: Watched, outcome: Outcome): void {
    const look = watched as Look;
    this.#open.delete(look);
    for (const counted of look.undecided) {
      counted.open--;
      if (isMeant(counted.order.of, outcome.treated)) this.#count(counted, outcome, look.raw);
    }
    look.undecided = [];
  }
  /** A connection that was cut before its request came: counted by watches of everything, since nobody knows what it was. */
  unread(edge: string, outcome: Outcome): void {
    for (const counted of this.#listed.get(edge) ?? [])
      if (counted.order.match === null && isMeant(counted.order.of, outcome.treated))
        this.#count(counted, outcome, false);
  }
  #count(counted: Counted, outcome: Outcome, raw: boolean): void {
    const sample = sampleOf(outcome, raw);
    const fate = fateOf(counted, outcome, raw);
    if (fate === "left") {
      counted.left++;
      return;
    }
    if (outcome.cancelled !== true) counted.latencies?.record(sample.latencyMs);
    const judgement =
      fate === "bad"
        ? { good: false, why: `its caller gave up after ${Math.round(sample.latencyMs)} ms` }
        : counted.judge(sample);
    if (judgement.good) counted.good++;
    else if (this.#isOurs(counted, outcome, sample)) {
      counted.errored++;
      if (outcome.cancelled === true) counted.unknown++;
      counted.firstErrored ??= `the agent stood still meanwhile: ${toldWhy(judgement.why)}`;
      return;
    } else countBad(counted, outcome.startedMs, judgement.why, outcome.status, sample.latencyMs);
    if (outcome.treated) counted.struck++;
  }

  /** Whether a bad sample would have been good, had the agent itself not stood still. */
  #isOurs(counted: Counted, outcome: Outcome, sample: Seen): boolean {
    const { startedMs, endedMs } = outcome;
    const overlapMs = this.#stalls.overlapMs(startedMs, endedMs);
    // Whether a caller would have waited for an answer in time is not known, unless it had too little patience left anyway.
    if (outcome.cancelled === true)
      return (
        this.#stalls.mayHaveHeldUp(startedMs, endedMs) &&
        endedMs - startedMs - overlapMs <= (counted.patienceMs ?? Number.POSITIVE_INFINITY)
      );
    if (overlapMs === 0) return false;
    const { connectMs, latencyMs } = sample;
    const connect = connectMs === undefined ? {} : { connectMs: Math.max(0, connectMs - overlapMs) };
    return counted.judge({ ...sample, ...connect, latencyMs: latencyMs - overlapMs }).good;
  }

  /**
   * What is open longer than it may be is bad from then on, whatever comes of it. Only where the watch means all traffic:
   * whether an exchange will have been treated is not known before its end.
   */
  sweep(nowMs: number): void {
    for (const look of this.#open) {
      const ageMs = nowMs - look.startedMs;
      const callerEndedMs = look.callerEndedMs?.() ?? null;
      if (callerEndedMs !== null && nowMs - callerEndedMs > PRESUMED_MS) this.#presumeGone(look, callerEndedMs);
      const late = look.undecided.filter(
        ({ order }) =>
          order.of === "all" &&
          ageMs > (order.good.withinMs ?? Infinity) &&
          // Whether its caller waited so long is not known.
          (callerEndedMs === null || order.cancelled === "judge"),
      );
      // The time in which the agent stood still is not the exchange's.
      const ownMs = late.length === 0 ? ageMs : ageMs - this.#stalls.overlapMs(look.startedMs, nowMs);
      if (late.some(({ order }) => ownMs <= order.good.withinMs!)) continue;
      if (late.length === 0) continue;
      look.undecided = look.undecided.filter((counted) => !late.includes(counted));
      for (const counted of late) {
        counted.open--;
        if (look.isTreated?.() === true) counted.struck++;
        const why = `no answer within ${counted.order.good.withinMs} ms`;
        countBad(counted, look.startedMs, why, 0, ageMs);
      }
    }
  }

  #presumeGone(look: Look, endedMs: number): void {
    const treated = look.isTreated?.() === true;
    const outcome: Outcome = {
      ...{ treated, startedMs: look.startedMs, endedMs, status: 0, bytesIn: 0, bytesOut: 0 },
      ...{ end: "reset", cancelled: true },
    };
    const decided = look.undecided.filter(({ order }) => order.of === "all" && order.cancelled !== "judge");
    look.undecided = look.undecided.filter((counted) => !decided.includes(counted));
    for (const counted of decided) {
      counted.open--;
      this.#count(counted, outcome, look.raw);
    }
  }
  /** Of all that are listed, and of those that left less than a minute ago or still have something open. */
  counts(nowMs: number): readonly WatchCount[] {
    for (const [id, { leftMs, open }] of this.#all)
      if (leftMs !== null && nowMs - leftMs > KEPT_MS && open === 0) this.#all.delete(id);
    const all = [...this.#all.values()];
    // Those that are listed count first, then those that left last.
    const isListed = ({ leftMs }: Counted) => leftMs === null;
    const told =
      all.length <= LIMITS.watches ? all : [...all.filter(isListed), ...all.filter((one) => !isListed(one)).reverse()];
    const openStruck = this.#openStruck();
    return told.slice(0, LIMITS.watches).map((counted) => {
      const { order, good, bad, left, struck, open, firstBad } = counted;
      const counts = { good, bad, left, struck, open, openStruck: openStruck.get(counted) ?? 0 };
      const { errored, firstErrored, unknown } = counted;
      return {
        ...{ id: order.id, ...counts, firstBad: [...firstBad] },
        ...(errored > 0 && { errored }),
        ...(firstErrored !== null && { firstErrored }),
        ...(unknown > 0 && { unknown }),
      };
    });
  }
  /** What is open and has been hit by now: the server may have to count it before its end. */
  #openStruck(): ReadonlyMap<Counted, number> {
    const struck = new Map<Counted, number>();
    for (const look of this.#open)
      if (look.isTreated?.() === true)
        for (const counted of look.undecided) struck.set(counted, (struck.get(counted) ?? 0) + 1);
    return struck;
  }
  #compile(order: Watch, nowMs: number): Counted {
    const { withinMs } = order.good;
    return {
      order,
      listedMs: nowMs,
      matches: order.match === null ? () => true : orFalse(compileMatch(order.match)),
      judge: compileGood(order.good, order.capture ? "short" : "nothing"),
      patienceMs: withinMs ?? this.#usualMs(order.id),
      latencies: withinMs === undefined && order.cancelled === undefined ? createLatencies() : null,
      ...{ good: 0, bad: 0, left: 0, struck: 0, open: 0, firstBad: [], leftMs: null },
      ...{ errored: 0, unknown: 0, firstErrored: null },
    };
  }
  /** The 99th percentile of the same watch in its run's baseline, as far as this agent saw it; null: it saw none. */
  #usualMs(id: string): number | null {
    const [, stem, phase, index = ""] = PHASE_OF.exec(id) ?? [];
    if (phase === undefined || phase === "baseline") return null;
    const baseline = this.#all.get(`${stem}/baseline${index}`)?.latencies?.quantileMs(0.99);
    // The baseline's counts may be gone when recovery begins; those of the phase between know the same number.
    return baseline ?? this.#all.get(`${stem}/during${index}`)?.patienceMs ?? null;
  }
}

/** `${run}/${expectation}/${phase}`, and the index of the edge where there are several. */
const PHASE_OF = /^(.*)\/(baseline|during|recovery)(\/\d+)?$/s;

/** What becomes of an exchange: judged, or for its caller gave up, bad or left out. */
const fateOf = ({ order, patienceMs }: Counted, outcome: Outcome, raw: boolean): "judge" | "bad" | "left" => {
  if (outcome.cancelled !== true || order.cancelled === "judge") return "judge";
  if (order.cancelled !== undefined) return order.cancelled === "bad" ? "bad" : "left";
  // Whoever leaves a stream or a connection has mostly had what it came for.
  if (raw || outcome.streamed === true || patienceMs === null) return "left";
  return outcome.endedMs - outcome.startedMs > patienceMs ? "bad" : "left";
};
/** A connection has no request for a match to mean. */
const orFalse = (matches: (request: RequestView) => boolean) => (request: RequestView | null) =>
  request !== null && matches(request);

const isMeant = (of: Watch["of"], treated: boolean) => of === "all" || (of === "treated") === treated;

/** What ended otherwise than clean is bad over HTTP whatever the criteria; over TCP the criteria `connect` and `end` say. */
const sampleOf = (outcome: Outcome, raw: boolean): Seen => {
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

/** Never cut: half a secret is found by nobody. */
const toldWhy = (why: string): string =>
  why.length > LIMITS.whyLength - 100 ? `a criterion was missed, in ${why.length} characters` : why;

const countBad = (counted: Counted, startedMs: number, why: string, status: number, latencyMs: number): void => {
  counted.bad++;
  if (counted.firstBad.length >= FIRST_BAD) return;
  const atMs = startedMs - counted.listedMs;
  counted.firstBad.push({ atMs, why: toldWhy(why), ...(status === 0 ? {} : { status }), latencyMs });
};
