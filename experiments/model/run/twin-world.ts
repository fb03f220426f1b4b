/**
 * Random services before random faults, as marks, receipts, times and samples would show them to the state machine.
 * Each service can be played with defences and without: the twin shares every draw, and so shows whether a HELD is
 * deserved.
 */

import { asAgentBoot, type EdgePlace, edgeId } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import { chance, dice } from "../statistics/random.ts";
import { countLags, type SpreadLook, type UnmarkedCount } from "../verdict/lags.ts";
import type { AgentStall } from "../verdict/stalls.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "./example.ts";
import type { HitCount, SimulatedWorld } from "./simulation.ts";

/** Defence of a service. `cache`: serves a copy while a hit call is under way, and makes no further calls meanwhile. */
export type Defence = "none" | "breaker" | "retry" | "hedge" | "fallback" | "cache";
/**
 * Way in which a service calls the callee on behalf of a sample. `pools`: over few connections. `misses`: only for keys
 * that a cache of many keys lacks. `expires`: only when the single copy is too old. `batches`: together with other
 * requests of the same time, under the first request's mark. `behind`: only after the answer.
 */
export type Nature = "asks" | "pools" | "misses" | "expires" | "batches" | "behind";
/**
 * Stalls of the agent. `limited`: the container's CPU limit keeps the agent from running for most of each period.
 * `stopped`: once, for some hundred ms.
 */
export type Throttle = "none" | "limited" | "stopped";
export interface TwinService {
  readonly seed: number;
  readonly objective: number;
  readonly share: number;
  /** Part of the samples for which the service calls the callee. */
  readonly reach: number;
  /** Part of the calls that pass the mark on. */
  readonly marks: number;
  readonly nature: Nature;
  readonly defence: Defence;
  /** Connections of a pool. */
  readonly connections: number;
  /** Time for which a batch gathers, or a copy is fresh. */
  readonly lastsMs: number;
  /** Calls of others, a second, and the pattern of those calls. */
  readonly load: number;
  readonly others: "at random" | "in step with the samples" | "in bursts";
  /** Samples that fail by themselves. */
  readonly natural: number;
  /** Samples that the prober could not send. */
  readonly errored: number;
  readonly throttle: Throttle;
  /** Place of the fault, and of the agent. */
  readonly at: EdgePlace;
  /** Time from the service to an agent at the callee; a retry of a mesh sidecar on the way is a retry like another. */
  readonly wireMs: number;
  /** Time by which begin times of calls are told too late: the shortest delay of a message (`server/fleet/agent-clock.ts`). */
  readonly clockMs: number;
  /** Part of the calls that pass a redirect by, on connections from before. */
  readonly passing: number;
}

/** Repeats each name as often as the name's number says. */
const weighted = <T extends string>(of: Readonly<Record<T, number>>): readonly T[] =>
  (Object.keys(of) as T[]).flatMap((name) => Array.from({ length: of[name] }, () => name));
/**
 * Frequencies of natures: most services call while answering, some over a pool that a slow callee fills, and pass the
 * mark on.
 */
const NATURES = weighted<Nature>({ asks: 72, pools: 4, misses: 3, expires: 1, batches: 4, behind: 4 });
const DEFENCES = weighted<Defence>({ none: 3, breaker: 3, retry: 3, hedge: 3, fallback: 3, cache: 1 });
const WHOLE = Array.from({ length: 17 }, () => 1);
const NOT_THROTTLED = Array.from({ length: 18 }, () => "none" as const);
const ALL_REDIRECTED = Array.from({ length: 12 }, () => 0);

export const serviceOf = (seed: number): TwinService => {
  const pick = <T>(what: string, ...from: readonly T[]): T => from[Math.floor(chance(seed, what) * from.length)]!;
  const nature = pick("nature", ...NATURES);
  const marks = pick("marks", ...WHOLE, 0.7, 0, 0);
  const at = pick<EdgePlace>("at", "caller", "callee");
  return {
    seed,
    objective: pick("objective", 0.5, 0.8, 0.9, 0.95, 0.99),
    share: pick("share", 1, 1, 0.5, 0.2, 0.1),
    reach: pick("reach", 1, 1, 0.6, 0.3, 0),
    marks,
    nature,
    defence: pick("defence", ...DEFENCES),
    connections: pick("connections", 8, 16),
    lastsMs: nature === "expires" ? pick("lasts", 500, 2_000) : pick("lasts", 10, 20, 40),
    load: pick("load", 0, 0, 15, 60),
    others: pick<TwinService["others"]>("others", "at random", "in step with the samples", "in bursts"),
    natural: pick("natural", 0, 0, 0.001, 0.003),
    errored: pick("errored", 0, 0, 0.02),
    throttle: pick<Throttle>("throttle", ...NOT_THROTTLED, "limited", "stopped"),
    at,
    wireMs: at === "callee" ? pick("wire", 0.2, 1, 3) : 0,
    clockMs: at === "callee" ? pick("clock", 0, 1, 3) : 0,
    passing: pick("passing", ...ALL_REDIRECTED, 0.1, 0.5, 1),
  };
};

/**
 * Twin: the same world without defences, seen by an agent that never stalls, since the truth does not depend on the
 * tool.
 */
export const twinOf = (service: TwinService): TwinService => ({ ...service, defence: "none", throttle: "none" });

/**
 * Service that looks much the same before faults that the given service copes with, and fails less without a defence;
 * null: there is none. Such a service fills no pool, calls only for keys without a copy, and does not need a call that
 * goes with another's.
 */
export const alikeOf = (service: TwinService): TwinService | null => {
  switch (service.nature) {
    case "pools":
      return { ...service, nature: "asks" };
    case "expires":
      return { ...service, nature: "misses", reach: service.reach * Math.min(1, EVERY_MS / service.lastsMs) };
    case "batches":
      return { ...service, nature: "misses", reach: (service.reach * EVERY_MS) / (EVERY_MS + service.lastsMs) };
    default:
      return null;
  }
};

/** Phases of a file that names no phases. */
const PHASES: Plan["phases"] = {
  ...{ warmupMs: 2_000, baselineMs: 10_000, settleMs: 0, duringMs: 20_000 },
  recovery: { withinMs: 20_000, holdMs: 5_000 },
};
export const planOf = ({ objective, share, at }: Pick<TwinService, "objective" | "share" | "at">): Plan => {
  const edge = edgeId("checkout", "payments", at);
  const of = { baseline: objective, during: objective, recovery: objective };
  const targets = SLOW.targets.map((target) => ({ ...target, edge }));
  return {
    ...EXAMPLE,
    phases: PHASES,
    expectations: [{ ...CHECKOUT, path: { ...CHECKOUT.path, [edge]: "below" }, objective: of }],
    faults: [{ ...SLOW, targets, toMs: PHASES.duringMs, share: { steps: [share], eachMs: 0, by: "request" } }],
  };
};

/** Times of that plan: the baseline, and `during`, which begins when the agent has applied, 20 ms after the order. */
const BASELINE_MS = { from: 2_100, to: 12_100 };
export const DURING_MS = 12_130;
const DURING_END_MS = DURING_MS + PHASES.duringMs;
/** End of the world: the service is well again by then, and stays well. */
const END_MS = DURING_END_MS + 8_000;
const WELL: Told = { outcome: "good", meets: "none" };
export const EVERY_MS = 25;
/** Spread of samples at that pace, as in `server/probes/sampler.ts`. */
const SPREAD_MS = 100;
/** Times from a sample to its call, of a call that no fault hits, and from the call's end to the answer. */
const BEFORE_MS = 3;
const CALL_MS = 2;
const AFTER_MS = 1;
/** Time after a sample at which a service calls behind the answer. */
const BEHIND_MS = 8;
const MOST_IN_BATCH = 8;
const OPENS_AFTER = 5;
const OPEN_MS = 3_000;
/** Callers wait for a connection, and for an answer: with a defence not longer than is well. */
const PATIENCE_MS = { with: 300, without: 2_000 };
const SLOW_MS = 2_000;
const GOOD_MS = CHECKOUT.good.withinMs!;
const ATTEMPTS: Partial<Readonly<Record<Defence, number>>> = { retry: 3, hedge: 1 };

type Meets = ReturnType<SimulatedWorld["meets"]>;
interface Told {
  readonly outcome: ReturnType<SimulatedWorld["sample"]>;
  readonly meets: Meets;
  readonly took?: ReturnType<NonNullable<SimulatedWorld["took"]>>;
}
export interface TwinRun {
  /** At the moment for which a sample was planned. */
  readonly at: (ms: number) => Told;
  /** Tells whether the first call of that sample is drawn, if the call bears the sample's mark. */
  readonly draws: (ms: number) => boolean;
  readonly hits: (liveMs: number) => HitCount;
  readonly unmarked: UnmarkedCount;
  readonly stalls: readonly AgentStall[];
}

/** Stalls of the agent that carries the calls: calls that arrive meanwhile go on when the agent's loop turns again. */
const stallsOf = ({ seed, throttle }: TwinService): readonly AgentStall[] => {
  if (throttle === "none") return [];
  const stall = (fromMs: number, lengthMs: number): AgentStall => ({
    ...{ boot: asAgentBoot("boot-1"), fromMs, toMs: fromMs + lengthMs },
    ...(throttle === "limited" ? { throttledMs: lengthMs } : {}),
  });
  if (throttle === "stopped")
    return [stall(DURING_MS + 1_000 + chance(seed, "stop") * 15_000, 200 + chance(seed, "stopped") * 550)];
  // The limit allows running for a part of each period of 100 ms.
  return Array.from({ length: END_MS / 100 }, (_, i) => stall(i * 100 + 20, 50 + chance(seed, "limit", i) * 25));
};

/**
 * Tells whether a call is drawn: calls with a mark by the sample and the sample's count of calls, unmarked calls by
 * another draw.
 */
const isDrawn = ({ seed, share }: TwinService, isMarked: boolean, ...key: readonly (string | number)[]): boolean =>
  share === 1 || chance(seed, isMarked ? "hit" : "hit unmarked", ...key) < share;

/** Simulates a service over the whole run: outcome and mark sighting of each sample, cumulative hits over time. */
export const play = (service: TwinService): TwinRun => {
  const { seed, reach, marks, nature, defence, natural, errored, lastsMs, wireMs, clockMs, passing } = service;
  const stalls = stallsOf(service);
  const turned = (ms: number): number => {
    const stall = stalls.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
    return stall === undefined ? ms : stall.toMs;
  };
  const stalledIn = (fromMs: number, toMs: number): number =>
    stalls.reduce((sum, stall) => sum + Math.max(0, Math.min(stall.toMs, toMs) - Math.max(stall.fromMs, fromMs)), 0);
  const isDefended = defence !== "none";
  const patienceMs = isDefended ? PATIENCE_MS.with : PATIENCE_MS.without;
  const calls: { readonly beganMs: number; readonly isHit: boolean; readonly isMarked: boolean }[] = [];
  const begins: number[] = [];
  const passed: number[] = [];
  let firstHitMs = Number.POSITIVE_INFINITY;
  /** Makes a call, which reaches the agent at that time or as soon as the agent runs. */
  const call = (atMs: number, isMarked: boolean, slotMs: number, ...key: readonly (string | number)[]) => {
    if (passing > 0 && chance(seed, "passes", ...key) < passing) {
      passed.push(atMs + wireMs);
      return { beganMs: atMs, isHit: false, passes: true, endedMs: atMs + 2 * wireMs + CALL_MS };
    }
    const beganMs = turned(atMs + wireMs);
    // Faults wait for the answers of the baseline.
    const acts = slotMs >= BASELINE_MS.to && beganMs >= DURING_MS && beganMs < DURING_END_MS;
    const isHit = acts && isDrawn(service, isMarked, ...key);
    if (beganMs < BASELINE_MS.to + 300) begins.push(Math.round(beganMs + clockMs));
    if (acts) calls.push({ beganMs, isHit, isMarked });
    if (isHit) firstHitMs = Math.min(firstHitMs, beganMs);
    return { beganMs, isHit, passes: false, endedMs: turned(beganMs + CALL_MS) + wireMs };
  };

  let [failures, closedUntilMs, freshUntilMs] = [0, 0, 0];
  /** Updates the defence after a call, hit or not. */
  const defend = (atMs: number, isHit: boolean): void => {
    failures = isHit ? failures + 1 : 0;
    if (defence === "cache" && isHit) closedUntilMs = atMs + patienceMs;
    if (defence !== "breaker" || failures < OPENS_AFTER) return;
    [failures, closedUntilMs] = [0, atMs + OPEN_MS];
  };
  const copes = (atMs: number, isMarked: boolean, { slotMs, key }: Arrival): boolean => {
    const attempts = ATTEMPTS[defence];
    if (attempts === undefined) return isDefended;
    for (let attempt = 1; attempt <= attempts; attempt++)
      if (!call(atMs, isMarked, slotMs, key, attempt).isHit) return true;
    return false;
  };
  const free = Array.from({ length: service.connections }, () => 0);
  /** Index of the connection that is free first. */
  const connection = () => free.reduce((best, ms, i) => (ms < free[best]! ? i : best), 0);

  const arrivals = arrivalsOf(service);
  const told: Told[] = [];
  let batch: Arrival[] = [];
  const looks: SpreadLook[] = [];
  /** Records an answer. `isBad`: the sample fails, at any duration. */
  const answer = ({ nth, slotMs, sentMs }: Arrival, isBad: boolean, meets: Meets, answeredMs: number): void => {
    if (nth === null) return;
    const isLost = chance(seed, "lost", nth) < errored;
    if (slotMs >= BASELINE_MS.from && slotMs < BASELINE_MS.to && !isLost)
      looks.push({ slotMs, spreadMs: SPREAD_MS, sentMs, answeredMs });
    const tookMs = answeredMs - sentMs;
    // The prober takes stalls off the time of a sample that is too late.
    const isHeldUp = tookMs > GOOD_MS && tookMs - stalledIn(sentMs, answeredMs) <= GOOD_MS;
    const fails = isBad || tookMs > GOOD_MS || chance(seed, "natural", nth) < natural;
    told[nth] = {
      outcome: isLost || isHeldUp ? "errored" : fails ? "bad" : "good",
      meets,
      took: { ms: tookMs, stalledMs: stalledIn(sentMs, answeredMs) },
    };
  };
  // A sample without a sighting on the edge looks kept from the edge, after the first hit there.
  const unseen = ({ slotMs, sentMs }: Arrival): Meets =>
    slotMs >= BASELINE_MS.to && sentMs > firstHitMs ? "kept" : "none";
  const isMarked = ({ nth }: Arrival) => nth !== null && (marks === 1 || chance(seed, "mark", nth) < marks);
  const quickMs = ({ sentMs }: Arrival) => sentMs + BEFORE_MS + CALL_MS + AFTER_MS;
  /** Calls the callee for an arrival or for several, under the mark of the first. */
  const ask = (all: readonly Arrival[], atMs: number): void => {
    const [first] = all;
    const marked = isMarked(first!);
    if (atMs < closedUntilMs) {
      for (const each of all) answer(each, false, unseen(each), atMs + AFTER_MS);
      return;
    }
    const pool = nature === "pools" ? connection() : null;
    const callMs = pool === null ? atMs : Math.max(atMs, free[pool]!);
    if (callMs - atMs > patienceMs) {
      for (const each of all) answer(each, !isDefended, unseen(each), atMs + patienceMs);
      return;
    }
    const { beganMs, isHit, passes, endedMs } = call(callMs, marked, first!.slotMs, first!.key, 0);
    const isBad = isHit && !copes(callMs, marked, first!);
    // A defence gives up in time, and has another answer.
    const doneMs = isHit ? beganMs + (isDefended ? patienceMs : SLOW_MS) : endedMs;
    if (pool !== null) free[pool] = doneMs;
    defend(atMs, isHit);
    if (!isHit) freshUntilMs = doneMs + lastsMs;
    for (const each of all) {
      const sight: Meets = each === first && marked && !passes ? (isHit ? "hit" : "seen") : unseen(each);
      answer(each, isBad, sight, doneMs + AFTER_MS);
    }
  };
  /** The batch that is due by then goes. */
  const send = (nowMs: number): void => {
    const [first] = batch;
    if (first === undefined) return;
    const dueMs = first.sentMs + BEFORE_MS + lastsMs;
    if (nowMs < dueMs && batch.length < MOST_IN_BATCH) return;
    const due = batch;
    batch = [];
    ask(due, Math.min(dueMs, nowMs));
  };
  for (const arrival of arrivals) {
    const { nth, key, slotMs, sentMs } = arrival;
    const atMs = sentMs + BEFORE_MS;
    if (nature === "batches") send(atMs);
    if (nth !== null && chance(seed, "reach", nth) >= reach) answer(arrival, false, unseen(arrival), quickMs(arrival));
    else if (nature === "behind" && nth !== null) {
      const marked = isMarked(arrival);
      const { isHit, passes, beganMs } = call(sentMs + BEHIND_MS, marked, slotMs, key, 0);
      const isLate = marked && !passes && (isHit || beganMs < DURING_MS);
      answer(arrival, false, isLate ? "late" : unseen(arrival), quickMs(arrival));
    } else if (nature === "batches") {
      batch.push(arrival);
      send(atMs);
    } else if (nature === "expires" && nth !== null && atMs < freshUntilMs)
      answer(arrival, false, unseen(arrival), quickMs(arrival));
    else if (nth === null && nature !== "pools") call(atMs, false, slotMs, key, 0);
    else ask([arrival], atMs);
  }
  send(Number.POSITIVE_INFINITY);
  calls.sort((a, b) => a.beganMs - b.beganMs);
  const hits = (liveMs: number): HitCount => {
    let [matched, injected, markedHits] = [0, 0, 0];
    for (const each of calls) {
      if (each.beganMs >= DURING_MS + liveMs) break;
      matched++;
      if (each.isHit) injected++;
      if (each.isHit && each.isMarked) markedHits++;
    }
    const escaped = passed.filter((ms) => ms >= DURING_MS && ms < DURING_MS + liveMs).length;
    // The kernel counts connections, each once.
    const escapes = { escaped: Math.min(escaped, service.connections), escapedBy: "redirect" } as const;
    return { matched, injected, markedHits, ...(escaped > 0 && escapes) };
  };
  return {
    at: (ms) => told[Math.round(ms / EVERY_MS)] ?? WELL,
    draws: (ms) => isDrawn(service, true, Math.round(ms / EVERY_MS), 0),
    hits,
    unmarked: countLags(
      looks,
      begins.sort((a, b) => a - b),
    ),
    stalls,
  };
};

/** A sample, or a request of others, that a service begins to answer. */
interface Arrival {
  /** null: of others. */
  readonly nth: number | null;
  readonly key: string | number;
  readonly slotMs: number;
  readonly sentMs: number;
}
const arrivalsOf = ({ seed, load, others }: TwinService): readonly Arrival[] => {
  const arrivals: Arrival[] = [];
  const roll = dice(seed, "load");
  for (let nth = 0; nth * EVERY_MS < END_MS; nth++) {
    const slotMs = nth * EVERY_MS;
    const isSpread = slotMs >= BASELINE_MS.from && slotMs < BASELINE_MS.to;
    const sentMs = slotMs + (isSpread ? chance(seed, "sent", nth) * SPREAD_MS : 0);
    arrivals.push({ nth, key: nth, slotMs, sentMs });
    if (slotMs >= DURING_END_MS) continue;
    // A burst lasts a quarter of each second.
    const intensity = others === "in bursts" ? (slotMs % 1_000 < 250 ? 4 : 0) : 1;
    let expected = (intensity * load * EVERY_MS) / 1_000;
    for (let i = 0; expected > 0; i++, expected -= 0.5)
      if (roll() < Math.min(expected, 0.5)) {
        const afterMs = others === "at random" ? roll() * EVERY_MS : 1;
        arrivals.push({ nth: null, key: `load ${nth} ${i}`, slotMs, sentMs: slotMs + afterMs });
      }
  }
  return arrivals.sort((a, b) => a.sentMs - b.sentMs);
};
