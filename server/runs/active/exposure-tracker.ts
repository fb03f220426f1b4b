/**
 * Exposure of marked samples: unites the prober's record of each sample with the sightings and hits reported by every
 * agent. Pure state without a clock; `monitor.ts` feeds the tracker and posts the counts.
 */

import { decodeSightings } from "../../../agent/contract/index.ts";
import type { Receipt } from "../../../experiments/model/evidence/receipt.ts";
import { decides, shareAt } from "../../../experiments/model/faults/share.ts";
import { type AgentBoot, type EdgeId, type FaultId, faultId, type Instance } from "../../../experiments/model/names.ts";
import type { Plan, PlannedFault } from "../../../experiments/model/plan/plan.ts";
import { drawKeyOf, UNMARKED } from "../../../experiments/model/probes/mark.ts";
import { chance } from "../../../experiments/model/statistics/random.ts";
import {
  type EdgeExposure,
  type ExposureCount,
  isSlowed,
  type SlowedCount,
  type UnhitCount,
} from "../../../experiments/model/verdict/exposure.ts";
import type { Facts } from "../../../experiments/model/verdict/facts.ts";
import { countLags, type SpreadLook, type UnmarkedCount } from "../../../experiments/model/verdict/lags.ts";
import { AgentClock } from "../../fleet/agent-clock.ts";
import type { PulseMarks } from "../../fleet/registered-run.ts";
import type { SentSample } from "../../probes/sent-sample.ts";
import { Stalls } from "../../probes/stalls.ts";

export interface ExposureTrackerConfig {
  readonly plan: Plan;
  /**
   * Places in the plan of the expectations whose samples are searched for on the faulted edges, with or without a mark.
   */
  readonly sought: ReadonlySet<number>;
  /** Server clock at run time 0. */
  readonly startedMs: number;
  /** True if an agent that faults an edge of the run does not report marks: an old agent. */
  readonly isPartial: () => boolean;
  /** True if every agent that faults an edge of the run draws requests by marks; such an agent reports stalls, too. */
  readonly isDrawn: () => boolean;
  /** Instance of an agent; undefined: not an agent of the run. */
  readonly instanceOf: (boot: AgentBoot) => Instance | undefined;
}

/** Most samples and sightings kept of a run; beyond that, lower bounds are reported. */
const MOST_KEPT = 2 ** 17;
/** Most exchanges without a mark kept for a fault on an edge: several agents may serve the edge. */
const MOST_UNMARKED = 2 ** 15;
/** Most recovery samples kept of an expectation: more would add little, and must not take the room of `during`. */
const MOST_AFTER = 2 ** 11;
type CountedPhase = ExposureCount["phase"];

/** A moment by an agent's clock: translated on reading, since the translation improves with each pulse. */
interface AgentMoment {
  readonly clock: AgentClock;
  readonly atMs: number;
}
const msOf = (moment: AgentMoment | null): number =>
  moment === null ? Number.POSITIVE_INFINITY : moment.clock.serverMs(moment.atMs);
const earlier = (a: AgentMoment | null, b: AgentMoment): AgentMoment => (a !== null && msOf(a) <= msOf(b) ? a : b);

/** Longest times of the baseline's samples: as measured (`ms`), and less the agents' stalls (`netMs`). */
interface SlowestSamples {
  readonly ms: number;
  readonly netMs: number;
}
/** Sighting of a sample at a fault on an edge. */
interface SampleSighting {
  seen: AgentMoment | null;
  hit: AgentMoment | null;
}
/** Absence of a callee; `to` null: not over. */
interface AbsenceMoments {
  readonly from: AgentMoment;
  readonly to: AgentMoment | null;
}
/** A fault on an edge, and the times at which receipts say the fault acted. */
interface FaultOnEdge {
  readonly fault: PlannedFault;
  readonly edge: EdgeId;
  /** Start of the fault's life on each agent, by boot. */
  readonly since: Map<AgentBoot, AgentMoment>;
  /** Absences of the callee by the fault's strikes, as each agent last told, by boot. */
  readonly absences: Map<AgentBoot, readonly AbsenceMoments[]>;
  firstHit: AgentMoment | null;
  firstCapped: AgentMoment | null;
  /**
   * Exchanges without a mark that the fault matches, until the baseline is over; by agent and number, since an exchange
   * may be reported twice.
   */
  readonly unmarked: Map<string, AgentMoment>;
  /** True if the fault hit connections on which no request was read: the samples on those connections are unknown. */
  isUnread: boolean;
  /** Expectations whose samples reached this place so far. */
  readonly reachedBy: Set<number>;
}

/** A fault on an edge, as a sample may meet the fault in a phase. */
interface ReachableFault {
  readonly id: FaultId;
  readonly place: FaultOnEdge;
  readonly acts: (ms: number) => boolean;
  /** Draw of the fault's share for a sample; null: the drawn samples are unknown. */
  readonly draws: ((number: number, sentMs: number) => boolean) | null;
}
const NO_SAMPLES: SlowedCount = { of: 0, slowed: 0 };

export class ExposureTracker {
  readonly #config: ExposureTrackerConfig;
  readonly #places = new Map<FaultId, FaultOnEdge>();
  readonly #clocks = new Map<AgentBoot, AgentClock>();
  /** Last pulse of each agent that left no sighting unreported. */
  readonly #toldUntil = new Map<AgentBoot, AgentMoment>();
  /** Samples by expectation, then by phase. */
  readonly #samples = new Map<number, Map<CountedPhase, SentSample[]>>();
  readonly #sights = new Map<number, Map<number, Map<FaultId, SampleSighting>>>();
  /** Stalls of agents, by expectation. */
  readonly #stalls = new Map<number, Stalls>();
  #kept = 0;
  #atLeast = false;
  #changed = false;
  /** Phases that are not reported again. */
  readonly #closed = new Set<CountedPhase>();
  readonly #posted = new Map<string, string>();

  constructor(config: ExposureTrackerConfig) {
    this.#config = config;
    const { run, faults } = config.plan;
    for (const fault of faults)
      for (const { edge, protocol } of fault.targets)
        if (protocol === "http")
          this.#places.set(faultId(run, fault.name, edge), {
            ...{
              fault,
              edge,
              since: new Map(),
              absences: new Map(),
              firstHit: null,
              firstCapped: null,
              unmarked: new Map(),
              isUnread: false,
              reachedBy: new Set(),
            },
          });
  }

  /** Adds answered samples of an expectation. */
  sent(expectation: number, samples: readonly SentSample[]): void {
    if (!this.#config.sought.has(expectation)) return;
    for (const sample of samples) {
      const { phase } = sample;
      const isAfter = phase === "recovery";
      if (isAfter ? (this.#samples.get(expectation)?.get(phase)?.length ?? 0) >= MOST_AFTER : !this.#hasRoom())
        continue;
      const byPhase = this.#samples.get(expectation) ?? new Map<CountedPhase, SentSample[]>();
      this.#samples.set(expectation, byPhase);
      const before = byPhase.get(phase);
      if (before === undefined) byPhase.set(phase, [sample]);
      else before.push(sample);
      this.#changed = true;
    }
  }

  /** An agent on the path of an expectation's samples stood still, server clock. */
  stalled(expectation: number, fromMs: number, toMs: number): void {
    const stalls = this.#stalls.get(expectation) ?? new Stalls();
    this.#stalls.set(expectation, stalls);
    stalls.add(fromMs, toMs);
    this.#changed = true;
  }
  heard(boot: AgentBoot, { arrivedMs, sentMs, offsetMs, reports, more, receipts }: PulseMarks): void {
    const clock = this.#clocks.get(boot) ?? new AgentClock(offsetMs);
    this.#clocks.set(boot, clock);
    clock.heard(sentMs, arrivedMs);
    if (more === undefined) this.#toldUntil.set(boot, { clock, atMs: sentMs });
    this.#changed = true;
    for (const receipt of receipts) this.#noteReceipt(boot, receipt, { clock, atMs: sentMs });
    for (const { fault, coded, atLeast } of reports) {
      const place = this.#places.get(fault);
      if (place === undefined) continue;
      if (atLeast === true) this.#atLeast = true;
      for (const { expectation, number, ageMs, hit } of decodeSightings(Buffer.from(coded, "base64")) ?? [])
        if (expectation === UNMARKED) this.#noteUnmarked(place, `${number} ${boot}`, { clock, atMs: sentMs - ageMs });
        else this.#note(fault, place, expectation, number, { clock, atMs: sentMs - ageMs }, hit);
    }
  }
  #noteReceipt(boot: AgentBoot, receipt: Receipt, told: AgentMoment): void {
    const place = this.#places.get(receipt.id);
    if (place === undefined || !(receipt.liveMs > 0)) return;
    // Once the fault is gone the live time stands still: the earliest start was reported while the fault lived.
    const since = earlier(place.since.get(boot) ?? null, { ...told, atMs: told.atMs - receipt.liveMs });
    place.since.set(boot, since);
    const at = (liveMs: number): AgentMoment => ({ clock: told.clock, atMs: since.atMs + liveMs });
    const { firstHitMs, firstCappedMs, injected, capped, unread = 0, absences = [] } = receipt;
    place.absences.set(
      boot,
      absences.map(({ fromMs, toMs }) => ({ from: at(fromMs), to: toMs === undefined ? null : at(toMs) })),
    );
    place.isUnread ||= unread > 0;
    if (firstHitMs !== undefined) place.firstHit = earlier(place.firstHit, at(firstHitMs));
    // An old agent reports no time of the first hit: the hit was before this pulse.
    else if (injected > 0) place.firstHit = earlier(place.firstHit, told);
    if (firstCappedMs !== undefined) place.firstCapped = earlier(place.firstCapped, at(firstCappedMs));
    // An old agent reports no time of the cap: assume a cap from the beginning on.
    else if (capped > 0) place.firstCapped = earlier(place.firstCapped, since);
  }
  #note(
    id: FaultId,
    place: FaultOnEdge,
    expectation: number,
    number: number,
    moment: AgentMoment,
    isHit: boolean,
  ): void {
    if (!this.#config.sought.has(expectation)) return;
    const byNumber = this.#sights.get(expectation) ?? new Map<number, Map<FaultId, SampleSighting>>();
    this.#sights.set(expectation, byNumber);
    const byFault = byNumber.get(number) ?? new Map<FaultId, SampleSighting>();
    const known = byFault.get(id);
    if (known === undefined && !this.#hasRoom()) return;
    const sight = known ?? { seen: null, hit: null };
    sight.seen = earlier(sight.seen, moment);
    place.reachedBy.add(expectation);
    if (isHit) {
      sight.hit = earlier(sight.hit, moment);
      place.firstHit = earlier(place.firstHit, moment);
    }
    byFault.set(id, sight);
    byNumber.set(number, byFault);
  }
  /** True while the baseline is open: exchanges without a mark are counted once, at the end. */
  get #isBaselineOpen(): boolean {
    return !this.#closed.has("baseline") && [...this.#samples.values()].some((byPhase) => byPhase.has("baseline"));
  }
  /** Number of baseline samples, of all expectations. */
  get #asked(): number {
    return [...this.#samples.values()].reduce((sum, byPhase) => sum + (byPhase.get("baseline")?.length ?? 0), 0);
  }
  #noteUnmarked({ unmarked }: FaultOnEdge, key: string, moment: AgentMoment): void {
    if (!this.#closed.has("baseline") && unmarked.size < MOST_UNMARKED) unmarked.set(key, moment);
  }
  #hasRoom(): boolean {
    if (this.#kept < MOST_KEPT) {
      this.#kept++;
      return true;
    }
    this.#atLeast = this.#changed = true;
    return false;
  }

  /** Time of the last answer to a sample of a phase, server clock; -Infinity: the phase had no sample. */
  lastAnswerMs(phase: ExposureCount["phase"]): number {
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const byPhase of this.#samples.values())
      for (const { answeredMs } of byPhase.get(phase) ?? []) lastMs = Math.max(lastMs, answeredMs);
    return lastMs;
  }
  /** Server clock: this agent has reported all sightings and hits up to then. */
  toldUntilMs(boot: AgentBoot): number {
    const moment = this.#toldUntil.get(boot);
    return moment === undefined ? Number.NEGATIVE_INFINITY : msOf(moment);
  }
  /** Notes that an agent did not report in time: the known marks are a lower bound. */
  isMissing(): void {
    this.#atLeast = this.#changed = true;
  }
  /** Closes a phase whose samples are all known: from here on the phase is not reported again. */
  close(phase: ExposureCount["phase"]): void {
    this.#closed.add(phase);
    if (phase === "baseline") for (const { unmarked } of this.#places.values()) unmarked.clear();
  }

  /**
   * Counts that changed since the last call. `spans`: of the run's phases. `untilMs`: samples answered later are left
   * out, because an agent may still have to report them; otherwise such samples would seem to be kept from the edge.
   */
  take(spans: Facts["spans"], untilMs = Number.POSITIVE_INFINITY): readonly ExposureCount[] {
    const isLast = untilMs === Number.POSITIVE_INFINITY;
    if (!this.#changed && !(isLast && this.#isBaselineOpen)) return [];
    this.#changed = false;
    const counts: ExposureCount[] = [];
    for (const [expectation, byPhase] of this.#samples)
      for (const [phase, samples] of byPhase) {
        if (this.#closed.has(phase)) continue;
        const known = samples.filter(({ answeredMs }) => answeredMs <= untilMs);
        if (known.length === 0) continue;
        const countedUntilMs = phase === "during" ? this.#cappedMs() : Number.POSITIVE_INFINITY;
        const counted = known.filter(({ sentMs }) => sentMs < countedUntilMs);
        const count = this.#count(expectation, phase, counted, spans, isLast);
        const text = JSON.stringify(count);
        const key = `${phase} ${expectation}`;
        if (this.#posted.get(key) === text) continue;
        this.#posted.set(key, text);
        counts.push(count);
      }
    return counts;
  }
  /**
   * A cap ends the counting for all agents as soon as a single agent has used up its part: further hits by another
   * agent prove no more.
   */
  #cappedMs(): number {
    return Math.min(...[...this.#places.values()].map(({ firstCapped }) => msOf(firstCapped)));
  }
  /**
   * True if a sample was hit before its answer; null: no hit is known, but a report of an agent was incomplete, or the
   * sample may have been on a connection that was cut before a request could be read.
   */
  isTreated(expectation: number, { number, sentMs, answeredMs }: SentSample, spans: Facts["spans"]): boolean | null {
    const sights = this.#sights.get(expectation)?.get(number);
    if (sights !== undefined && [...sights.values()].some(({ hit }) => msOf(hit) <= answeredMs)) return true;
    const isUnread = [...this.#places].some(
      ([id, place]) =>
        place.isUnread &&
        place.reachedBy.has(expectation) &&
        sights?.has(id) !== true &&
        this.#acting(place, spans)(sentMs),
    );
    return this.#isPartial || isUnread ? null : false;
  }
  get #isPartial(): boolean {
    return this.#atLeast || this.#config.isPartial();
  }
  /** `isLast`: no more reports on these samples will come. */
  #count(
    expectation: number,
    phase: CountedPhase,
    samples: readonly SentSample[],
    spans: Facts["spans"],
    isLast: boolean,
  ): ExposureCount {
    const edges = [...this.#places].map(
      ([id, place]): ReachableFault => ({
        ...{ id, place, acts: this.#acting(place, spans) },
        draws: phase === "during" ? this.#drawing(place, expectation) : null,
      }),
    );
    const sums = edges.map(() => ({ seen: 0, struck: 0, late: 0, kept: 0 }));
    /** Kept samples that would have been hit; null: the fault does not draw by marks, or not surely so. */
    const drawn = edges.map(({ draws }): number | null => (draws === null ? null : 0));
    let [struck, late] = [0, 0];
    for (const { number, sentMs, answeredMs } of samples) {
      const sights = this.#sights.get(expectation)?.get(number);
      let [isStruck, isHit] = [false, false];
      edges.forEach(({ id, acts, draws }, i) => {
        const sight = sights?.get(id);
        const sum = sums[i]!;
        const isActing = phase === "during" && acts(sentMs);
        // An agent with incomplete reports may have seen an unreported mark: no lower bound is kept.
        const isKept = sight === undefined && isActing && !this.#isPartial;
        if (isActing && drawn[i] !== null && draws?.(number, sentMs) === true) {
          if (isKept) drawn[i]!++;
          // A sample that arrived, was drawn, and was not hit: the agent draws otherwise, or being drawn does not
          // suffice.
          else if (sight !== undefined && sight.hit === null) drawn[i] = null;
        }
        if (sight === undefined) sum.kept += isKept ? 1 : 0;
        else if (msOf(sight.seen) <= answeredMs) sum.seen++;
        else sum.late++;
        const hitMs = msOf(sight?.hit ?? null);
        if (hitMs <= answeredMs) sum.struck++;
        isStruck ||= hitMs <= answeredMs;
        isHit ||= hitMs < Number.POSITIVE_INFINITY;
      });
      if (isStruck) struck++;
      else if (isHit) late++;
    }
    const { plan } = this.#config;
    const { path } = plan.expectations[expectation]!;
    const met = edges
      .map((edge, i) => ({ ...edge, isDrawn: drawn[i] !== null }))
      .filter(({ place }) => path === undefined || place.edge in path);
    const after = edges.map(({ id }) => (phase === "recovery" ? this.#sinceSeen(expectation, id, samples) : null));
    return {
      ...{ of: plan.expectations[expectation]!.name, phase, samples: samples.length, struck, late },
      ...(phase === "baseline" || this.#isPartial || !this.#config.isDrawn()
        ? {}
        : { unhit: this.#unhit(expectation, phase, samples, met) }),
      edges: edges.map(({ place }, i): EdgeExposure => {
        const { late: lateHere, ...sum } = sums[i]!;
        const unmarked = phase === "baseline" && isLast ? this.#timesOf(expectation, place, samples) : null;
        return {
          ...{ fault: place.fault.name, edge: place.edge, ...sum },
          ...(lateHere === 0 ? {} : { late: lateHere }),
          ...(after[i] ?? {}),
          ...(drawn[i] === null || drawn[i] === undefined ? {} : { drawn: drawn[i] }),
          ...(unmarked === null ? {} : { unmarked }),
        };
      }),
      ...(this.#isPartial ? { atLeast: true } : {}),
    };
  }
  /** Samples answered before any hit, with bad and slow samples apart. */
  #unhit(
    expectation: number,
    phase: CountedPhase,
    samples: readonly SentSample[],
    edges: readonly (Pick<ReachableFault, "id" | "acts" | "draws"> & { readonly isDrawn: boolean })[],
  ): UnhitCount {
    const asked = this.#config.plan.expectations[expectation]!;
    const slowest = this.#slowest(expectation);
    const add = ({ of, slowed }: SlowedCount, sample: SentSample): SlowedCount => {
      const { ms, netMs } = this.#timeOf(expectation, sample);
      const isSlow = slowest !== null && netMs > slowest.netMs && isSlowed(asked, ms, slowest.ms);
      return { of: of + 1, slowed: slowed + (isSlow ? 1 : 0) };
    };
    let [bad, spared] = [0, 0];
    let [seen, kept]: readonly SlowedCount[] = [NO_SAMPLES, NO_SAMPLES];
    for (const sample of samples) {
      const { number, sentMs, answeredMs } = sample;
      const sights = this.#sights.get(expectation)?.get(number);
      if ([...(sights?.values() ?? [])].some(({ hit }) => msOf(hit) <= answeredMs)) continue;
      const acting = phase === "during" ? edges.filter(({ acts }) => acts(sentMs)) : [];
      const keeping = acting.filter(({ id }) => sights?.has(id) !== true);
      if (sample.isBad === true) {
        bad++;
        if (keeping.every(({ draws, isDrawn }) => isDrawn && draws?.(number, sentMs) === false)) spared++;
      } else if (phase === "recovery" || keeping.length > 0) kept = add(kept!, sample);
      else if (acting.length > 0) seen = add(seen!, sample);
    }
    return { bad, spared, seen: seen!, kept: kept! };
  }
  #timeOf(expectation: number, { sentMs, answeredMs, heldMs = 0 }: SentSample): SlowestSamples {
    const ms = answeredMs - sentMs - heldMs;
    return { ms, netMs: ms - (this.#stalls.get(expectation)?.overlap(sentMs, answeredMs) ?? 0) };
  }
  /** Longest times in the baseline; null: the baseline had no sample. */
  #slowest(expectation: number): SlowestSamples | null {
    const times = (this.#samples.get(expectation)?.get("baseline") ?? []).map((each) =>
      this.#timeOf(expectation, each),
    );
    const most = (a: SlowestSamples | null, { ms, netMs }: SlowestSamples): SlowestSamples => ({
      ms: Math.max(ms, a?.ms ?? 0),
      netMs: Math.max(netMs, a?.netMs ?? 0),
    });
    return times.reduce(most, null as SlowestSamples | null);
  }
  /**
   * Samples after the first sample seen on the edge, and how many of those were seen; null: no sample was seen, or
   * reports are partial.
   */
  #sinceSeen(
    expectation: number,
    id: FaultId,
    samples: readonly SentSample[],
  ): Pick<EdgeExposure, "since" | "seen"> | null {
    const sights = this.#sights.get(expectation);
    const isSeen = ({ number, answeredMs }: SentSample) =>
      msOf(sights?.get(number)?.get(id)?.seen ?? null) <= answeredMs;
    const sent = samples.toSorted((a, b) => a.sentMs - b.sentMs);
    const first = sent.findIndex(isSeen);
    if (first === -1 || this.#isPartial) return null;
    const later = sent.slice(first + 1);
    return { since: later.length, seen: later.filter(isSeen).length };
  }
  /**
   * Tells if the fault's share draws the requests of a sample sent at a time; null: the fault does not draw by marks,
   * or several instances might have carried the sample.
   */
  #drawing(
    { fault, edge, since }: FaultOnEdge,
    expectation: number,
  ): ((number: number, sentMs: number) => boolean) | null {
    const { seed } = this.#config.plan;
    const [first, ...others] = since;
    if (first === undefined || others.length > 0) return null;
    const { by } = fault.share;
    if (fault.unit !== "exchange" || !(by === "trace" || (by === "request" && this.#config.isDrawn()))) return null;
    // For a share by request, the first exchange of the sample is drawn by that key.
    const count = by === "request" ? 0 : undefined;
    const [boot, moment] = first;
    const instance = this.#config.instanceOf(boot);
    if (instance === undefined) return null;
    const sinceMs = msOf(moment);
    return (number, sentMs) => {
      const draw = chance(seed, fault.name, edge, instance, drawKeyOf({ expectation, number }, count));
      return decides(shareAt(fault.share, sentMs - sinceMs), draw);
    };
  }
  /**
   * Lags between an expectation's samples and a place's exchanges, both the marked and the unmarked. null: none passed.
   */
  #timesOf(expectation: number, place: FaultOnEdge, samples: readonly SentSample[]): UnmarkedCount | null {
    const { unmarked, reachedBy, fault, edge } = place;
    // If only marked exchanges of other expectations passed, no exchange belonged to this expectation.
    if (unmarked.size === 0 && reachedBy.size === 0) return null;
    const id = faultId(this.#config.plan.run, fault.name, edge);
    const own = [...(this.#sights.get(expectation)?.values() ?? [])].flatMap((sights) => sights.get(id)?.seen ?? []);
    const begins = [...unmarked.values(), ...own].map(msOf).sort((a, b) => a - b);
    const looks = samples.flatMap(({ slotMs, spreadMs, sentMs, answeredMs }): SpreadLook[] =>
      slotMs === undefined || spreadMs === undefined ? [] : [{ slotMs, spreadMs, sentMs, answeredMs }],
    );
    return countLags(looks, begins, this.#asked);
  }
  /**
   * Predicate on the server's clock for the fault's activity: after the first hit, outside the rests of the pulse,
   * under no cap; of a fault on a process, while the process is away.
   */
  #acting(
    { fault, since, absences, firstHit, firstCapped }: FaultOnEdge,
    spans: Facts["spans"],
  ): (ms: number) => boolean {
    const { during } = spans;
    if (during === undefined || firstHit === null) return () => false;
    const { startedMs } = this.#config;
    const fromMs = msOf(firstHit);
    const duringMs = startedMs + during.fromMs;
    const overMs = during.toMs === null ? Number.POSITIVE_INFINITY : startedMs + during.toMs;
    const toMs = Math.min(duringMs + fault.toMs, overMs, msOf(firstCapped));
    const { pulse } = fault;
    const lives = since.size === 0 ? [duringMs + fault.fromMs] : [...since.values()].map(msOf);
    const away = [...absences.values()].flat().map(({ from, to }) => ({ fromMs: msOf(from), toMs: msOf(to) }));
    if (fault.service !== undefined)
      return (ms) => ms >= fromMs && ms < toMs && away.some((part) => part.fromMs <= ms && ms < part.toMs);
    const isAwake = (ms: number) =>
      pulse === null ||
      lives.every((sinceMs) => ms >= sinceMs && (ms - sinceMs) % (pulse.liveMs + pulse.restMs) < pulse.liveMs);
    return (ms) => ms >= fromMs && ms < toMs && isAwake(ms);
  }
}
