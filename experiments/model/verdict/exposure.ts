/**
 * Exposure of samples (PROOF.md 1–3): the number of an expectation's samples that met a fault, by the best available
 * evidence — the mark in a request, the agents' own count, or the graph of the mesh and the number of hits.
 */

import { type Receipt, type Receipts, receiptsOn } from "../evidence/receipt.ts";
import { type Series, seenOf, type Tally } from "../evidence/tally.ts";
import type { Phase } from "../experiment/phase.ts";
import { leastHoldMsOf } from "../faults/index.ts";
import type { Protocol } from "../mesh/mesh.ts";
import {
  type EdgeId,
  type ExpectationName,
  edgeEnds,
  edgeIdOf,
  type FaultName,
  faultId,
  pairOf,
  type ServiceName,
} from "../names.ts";
import { ownEntries, ownProperty } from "../own-property.ts";
import { actingIn, type Interval, joinIntervals, lengthOf } from "../plan/counting.ts";
import type { Plan, PlannedExpectation, PlannedFault } from "../plan/plan.ts";
import type { PathRelation } from "../plan/probe-path.ts";
import { leastAhead, leastLater, type Trials } from "../statistics/binomial.ts";
import { followedIn, isOnePerLook, surelyReaching, trialsOf, type UnmarkedCount } from "./lags.ts";

/**
 * Marked samples of an expectation against a fault on an edge. A sample counts once, however many exchanges the sample
 * caused.
 */
export interface EdgeExposure {
  readonly fault: FaultName;
  readonly edge: EdgeId;
  /** Samples that the fault's match saw on the edge before the answer. */
  readonly seen: number;
  /** Samples hit on the edge before the answer. */
  readonly struck: number;
  /** Samples seen on the edge only after the answer; absent: none. */
  readonly late?: number;
  /**
   * Samples not seen on the edge, sent while the fault acted (no rest of a pulse, no reached cap) and after the fault's
   * first hit on the edge. Where the fault cuts connections before a request is read, such samples may have been hit
   * unread: both count as met.
   */
  readonly kept: number;
  /** Samples of `kept` that the share would have drawn by the mark; absent: no draw by marks, or not reported. */
  readonly drawn?: number;
  /** Exchanges of the baseline against the samples, by their times; absent: no exchange, or not reported. */
  readonly unmarked?: UnmarkedCount;
  /**
   * Samples of the recovery from the first sample seen on the edge on: its caller calls the callee again. `seen` counts
   * those seen on the edge. Absent: another phase, or none.
   */
  readonly since?: number;
}
/** Good samples, and the number that took far longer than every sample of the baseline (`isSlowed`). */
export interface SlowedCount {
  readonly of: number;
  readonly slowed: number;
}
/** Samples without a known hit of any fault before the answer. */
export interface UnhitCount {
  readonly bad: number;
  /**
   * Bad samples that no fault would have hit either: kept from no fault, or only from faults with a share that would
   * have spared the sample.
   */
  readonly spared: number;
  /** Good samples sent while a fault acted and kept from no fault: seen on the edge, and not hit. */
  readonly seen: SlowedCount;
  /** Good samples kept from a fault, or hit by a fault without a mark. In the recovery: all good samples. */
  readonly kept: SlowedCount;
}
/** Exposure counts, cumulative for an expectation and phase. Only answered samples that count. */
export interface ExposureCount {
  readonly of: ExpectationName;
  readonly phase: Phase;
  readonly samples: number;
  /** Samples hit by any fault on any edge before the answer. */
  readonly struck: number;
  /** Samples hit only after the answer. */
  readonly late: number;
  /** Samples that no fault hit before the answer, as far as marks show; absent: not reported. */
  readonly unhit?: UnhitCount;
  readonly edges: readonly EdgeExposure[];
  /** Present when an agent had no room to report every sample: all numbers are lower bounds. */
  readonly atLeast?: true;
}
export type MarkCounts = Readonly<Partial<Record<ExposureCount["phase"], ExposureCount>>>;

/** Inputs of `exposureOf` for a single expectation in `during`. */
export interface ExposureEvidence {
  /** Samples of `during` that count. */
  readonly series: Series;
  readonly marks: MarkCounts;
  readonly receipts: Receipts;
  /** Run time at which `during` began. */
  readonly duringMs: number;
  /**
   * By edge: exchanges a second in the baseline, and all exchanges in `seconds` under the faults. An edge without a
   * report is absent.
   */
  readonly passed: Readonly<
    Record<EdgeId, { readonly perSecond: number; readonly during: number; readonly seconds: number }>
  >;
}

/**
 * Evidence behind the numbers. `mark`: samples were recognised on the struck edge. `agents`: the samples are the edge's
 * own exchanges. `graph`: a service on the samples' path calls there; the hits bound the samples, and the times of
 * exchanges show how many surely reach the edge. `metrics`: samples of metrics while the fault acted. `unknown`: the
 * start of the path is not given. `none`: no struck edge lies on the path.
 */
export type ExposedBy = "mark" | "agents" | "graph" | "metrics" | "unknown" | "none";
/** Struck edge as met by the samples of an expectation. */
export interface EdgeContact {
  readonly fault: FaultName;
  readonly edge: EdgeId;
  readonly by: ExposedBy;
  /** Bytes without messages, which bear no mark. */
  readonly isRaw: boolean;
  /** Connections cut or held before a request was read: each may have cost an unread request. */
  readonly unread: number;
  /** Share of samples that reached the edge, in the baseline and in `during`; only by mark. */
  readonly reach: { readonly before: number; readonly now: number } | null;
  /**
   * Share of samples that surely had a part in an exchange of the edge in the baseline, by the times of the exchanges;
   * null: not measured, or marks show at least as much.
   */
  readonly surely: number | null;
}
export interface Exposure {
  readonly by: ExposedBy;
  /** Samples that count. */
  readonly samples: number;
  readonly struck: number;
  /**
   * Samples kept from the fault by a caller that had been hit and stopped calling, or hit on a connection before the
   * request was read.
   */
  readonly averted: number;
  /** Bounds of struck + averted. */
  readonly atLeast: number;
  readonly atMost: number;
  /** Samples that were bad by themselves, of those that `atLeast` counts. */
  readonly bad: number;
  /** Slowed samples among those that `atLeast` counts; 0: `atLeast` does not rest on slowed samples. */
  readonly slowed: number;
  /** Upper bound like `atMost`, without the samples of edges for which the surely arriving number was measured. */
  readonly unmeasured: number;
  readonly contacts: readonly EdgeContact[];
}

/** A fault on an edge, with hits and relation to the expectation. */
interface Site {
  readonly fault: PlannedFault;
  readonly edge: EdgeId;
  readonly protocol: Protocol;
  readonly relation: PathRelation;
  /** Requests that were hit, or may have been; over TCP connections. */
  readonly hits: number;
  /** Hits on exchanges without a mark, so that the sample is not known. */
  readonly strange: number;
  readonly unread: number;
}
/** Requests count where connections that carry requests are hit; a connection without a known request counts as 1. */
const requestsOf = ({ injected, requests, unread = 0 }: Receipt): number =>
  requests === undefined ? injected : requests + unread;
const knownOf = ({ requests, markedRequests = 0, markedHits = 0 }: Receipt): number =>
  requests === undefined ? markedHits : markedRequests;
const sitesOf = (plan: Plan, { path }: PlannedExpectation, receipts: Receipts): readonly Site[] =>
  plan.faults.flatMap((fault) =>
    fault.targets.flatMap(({ edge, protocol }): Site[] => {
      // A plan without paths is from an older version: the relation to every edge is unknown.
      const relation = path === undefined ? "unknown" : path[edge];
      if (relation === undefined) return [];
      const told = receiptsOn(receipts, faultId(plan.run, fault.name, edge));
      const sum = (count: (receipt: Receipt) => number) => told.reduce((total, receipt) => total + count(receipt), 0);
      const hits = sum(requestsOf);
      const unread = sum((receipt) => receipt.unread ?? 0);
      return [{ fault, edge, protocol, relation, hits, strange: hits - sum(knownOf), unread }];
    }),
  );

/** Largest share of the matched exchanges that a fault draws. */
const shareOf = ({ share }: PlannedFault): number => Math.max(...share.steps);
/** Share of a sample's exchanges that is surely drawn by chance: a connection or a header may be drawn for all or for none. */
const leastShareOf = ({ share: { steps, by } }: PlannedFault): number => {
  const least = Math.min(...steps);
  return by === "request" || least === 1 ? least : 0;
};
const clamp = (value: number, most: number): number => Math.max(0, Math.min(Math.floor(value + 1e-9), most));

/** Bounds of struck + averted samples on a struck edge. */
interface Contact {
  readonly by: ExposedBy;
  /** Averted samples as counted, and the lower bound that decides. */
  readonly averted: number;
  readonly sure: number;
  readonly atMost: number;
  readonly reach: EdgeContact["reach"];
  readonly surely?: number;
  /** Upper bound like `atMost`, as far as the number of exchanges speaks for the samples; absent: all of `atMost`. */
  readonly unmeasured?: number;
}
/** Chance that fewer samples come than is called sure. */
const DOUBT = 0.005;
const rowOf = (count: ExposureCount | undefined, { fault, edge }: Site): EdgeExposure | undefined =>
  count?.edges.find((row) => row.edge === edge && row.fault === fault.name);
const partOf = (row: EdgeExposure | undefined, count: ExposureCount | undefined): number =>
  row === undefined || count === undefined || count.samples === 0 ? 0 : row.seen / count.samples;

/**
 * Marks seen on the edge at all, in time or late: where marks arrive, a sample without a seen mark did not reach the
 * edge.
 */
const marksOn = (row: EdgeExposure | undefined): number => (row?.seen ?? 0) + (row?.late ?? 0);
/**
 * Number of `n` samples that surely reach an edge and are drawn there, at the rate of the baseline. Where several
 * samples share an exchange (`together`), the share draws the whole group.
 */
const surelyAhead = (n: number, trials: Trials, share: number, together = 1): number =>
  share === 1 && trials.doubt === undefined ? leastLater(n, trials, DOUBT) : leastAhead(n, trials, share, together);
/**
 * Number of samples drawn together. Where more samples arrive than exchanges, several samples share an exchange; and a
 * sample is more often in a large group than in a small group.
 */
const togetherOf = (coming: number, alone: number): number => {
  const mean = coming / Math.max(1, alone);
  return mean > 1.1 ? 1.5 * mean : 1;
};
/**
 * Trials of the baseline, joined by the trials of the recovery since the caller called again, where both may have the
 * same rate: neither has more hits or misses than the other foretells.
 */
const withRecovery = (
  before: Trials,
  { since = 0, seen }: Pick<EdgeExposure, "since" | "seen"> = { seen: 0 },
): Trials => {
  const isLike =
    before.of > 0 &&
    since > 0 &&
    seen >= leastLater(since, before, DOUBT) &&
    since - seen >= leastLater(since, { of: before.of, hit: before.of - before.hit }, DOUBT);
  return isLike ? { of: before.of + since, hit: before.hit + seen } : before;
};
/**
 * Number of samples that surely reach the edge and are drawn, by the times of the exchanges. `alone`: samples that
 * arrive under marks of their own.
 */
const surelyByTimes = (n: number, share: number, unmarked: UnmarkedCount, alone: number): number =>
  Math.max(0, ...trialsOf(unmarked).map((trials) => surelyAhead(n, trials, share, togetherOf(trials.hit, alone))));

/** By mark, where the edge saw marks at all; null: the mark does not come so far. */
const byMark = (site: Site, n: number, { marks }: ExposureEvidence): Contact | null => {
  const [before, now] = [rowOf(marks.baseline, site), rowOf(marks.during, site)];
  if (marksOn(before) + marksOn(now) === 0) return null;
  const reach = { before: partOf(before, marks.baseline), now: partOf(now, marks.during) };
  const { struck = 0, kept = 0, drawn } = now ?? {};
  const share = shareOf(site.fault);
  // Bad samples count by themselves: the number that must have been kept from the fault is computed over the other
  // samples.
  const { bad = 0, spared = 0 } = marks.during?.unhit ?? {};
  const good = n - (bad - spared);
  // Samples that surely would have been hit, had the caller let all samples through.
  const seen = withRecovery({ of: marks.baseline?.samples ?? 0, hit: before?.seen ?? 0 }, rowOf(marks.recovery, site));
  const marked =
    drawn === undefined ? surelyAhead(good, seen, share) : leastLater(struck + drawn - (n - good), seen, DOUBT);
  const timed =
    before?.unmarked === undefined ? 0 : surelyByTimes(n, leastShareOf(site.fault), before.unmarked, seen.hit);
  const met = Math.max(marked, timed);
  const likely = Math.max(drawn === undefined ? reach.before * n * share : reach.before * (struck + drawn), met);
  const averted = clamp(Math.min(kept, likely - struck), n);
  const sure = clamp(Math.min(kept, met - struck), n);
  const surely = timed > marked ? { surely: surelyReaching(before!.unmarked!) } : {};
  return { by: "mark", averted, sure, atMost: clamp(struck + averted, n), reach, ...surely };
};
/**
 * Contact by graph: at most as many samples as hits that no mark explains plus the calls that the caller stopped
 * making. At least the samples sent while the fault acted that surely reach the edge: each was hit, or kept from the
 * fault.
 */
const byGraph = (expectation: PlannedExpectation, site: Site, n: number, evidence: ExposureEvidence): Contact => {
  const { passed, marks } = evidence;
  const { fault, edge, protocol, strange } = site;
  // A single hit on a raw connection may spoil any number of samples.
  if (protocol === "tcp")
    return { by: "graph", averted: 0, sure: 0, atMost: strange > 0 ? clamp(n * shareOf(fault), n) : 0, reach: null };
  const told = ownProperty(passed, edge);
  const missing = told === undefined ? 0 : Math.max(0, told.perSecond * told.seconds - told.during) * shareOf(fault);
  const averted = strange > 0 ? clamp(missing, n) : 0;
  const unmarked = rowOf(marks.baseline, site)?.unmarked;
  const most = unmarked?.exchanges === 0 ? 0 : n * shareOf(fault);
  const contact = {
    by: "graph",
    averted: 0,
    atMost: clamp(Math.min(strange + averted, most), n),
    reach: null,
  } as const;
  if (unmarked === undefined) return { ...contact, sure: 0 };
  const kept = rowOf(marks.during, site)?.kept ?? 0;
  const sure = clamp(surelyByTimes(kept, leastShareOf(fault), unmarked, unmarked.exchanges), n);
  if (!isOnePerLook(unmarked)) return { ...contact, sure, surely: surelyReaching(unmarked), unmeasured: 0 };
  // "At most" stands for twice the allowed bad samples: half of the bound must have followed on samples.
  const followed = surelyAhead(kept, followedIn(unmarked), leastShareOf(fault));
  const waited = mayWait(expectation, fault, marks) + averted;
  return { ...contact, sure, unmeasured: clamp(Math.min(contact.atMost, 2 * followed, waited), n) };
};
/**
 * Samples that may have waited on a hit: where a fault holds an exchange for as long as makes a sample bad, no sample
 * that waits on the exchange is quick. Calls behind the answers, as of a queue worker, delay no sample.
 */
const mayWait = (expectation: PlannedExpectation, { action }: PlannedFault, { during }: MarkCounts): number => {
  const { bad, seen, kept } = during?.unhit ?? { bad: 0, seen: NONE, kept: NONE };
  const isTold = seen.of + kept.of > 0;
  const { good, timeoutMs } = expectation;
  if (!isTold || !isWhole(expectation) || leastHoldMsOf(action) < (good.withinMs ?? timeoutMs))
    return Number.POSITIVE_INFINITY;
  return bad + seen.slowed + kept.slowed;
};
const NONE: SlowedCount = { of: 0, slowed: 0 };

/** Least part of a sample's reach in which the fault must have acted. */
const LEAST_ACTING = 0.5;
/** Samples of metrics taken while the fault acted, for at least half of the time that the value covers. */
const looksUnder = (site: Site, expectation: PlannedExpectation, { series, duringMs }: ExposureEvidence): number => {
  const acting = joinIntervals(actingIn(site.fault));
  const reachMs = Math.max(1, expectation.times?.reachMs ?? 0);
  const actedIn = (fromMs: number, toMs: number) =>
    lengthOf(acting.map((part) => clip(part, fromMs, toMs)).filter((part) => part.toMs > part.fromMs));
  const isUnder = ({ fromMs, toMs }: Tally) => {
    const middleMs = (fromMs + toMs) / 2 - duringMs;
    return actedIn(middleMs - reachMs, middleMs) >= LEAST_ACTING * reachMs;
  };
  return series.tallies.filter(isUnder).reduce((sum, tally) => sum + seenOf(tally), 0);
};
const clip = (part: Interval, fromMs: number, toMs: number): Interval => ({
  fromMs: Math.max(part.fromMs, fromMs),
  toMs: Math.min(part.toMs, toMs),
});
const byMetrics = (site: Site, expectation: PlannedExpectation, evidence: ExposureEvidence): Contact => {
  const looks = site.hits > 0 ? looksUnder(site, expectation, evidence) : 0;
  return { by: "metrics", averted: 0, sure: 0, atMost: looks, reach: null };
};
/** Exchanges that a service received under the faults; calls that are counted at both places of a pair count once. */
const receivedBy = (service: ServiceName, { passed }: ExposureEvidence): number => {
  const byPair = new Map<EdgeId, number>();
  for (const [id, { during }] of ownEntries(passed)) {
    const pair = pairOf(id);
    if (edgeEnds(id)[1] === service) byPair.set(pair, Math.max(during, byPair.get(pair) ?? 0));
  }
  return [...byPair.values()].reduce((sum, during) => sum + during, 0);
};
/**
 * Traffic above the struck edge: the expectation's part of the hits, as its share of the exchanges that the struck
 * edge's caller received. Traffic at the other place of the struck pair may have met every hit.
 */
const byTraffic = (
  { probe }: PlannedExpectation,
  { hits, edge }: Site,
  n: number,
  evidence: ExposureEvidence,
): Contact => {
  const isSamePair = probe.kind === "traffic" && pairOf(edgeIdOf(probe.params)) === pairOf(edge);
  const all = receivedBy(edgeEnds(edge)[0], evidence);
  const part = all > 0 && !isSamePair ? Math.min(1, n / all) : 1;
  return { by: "graph", averted: 0, sure: 0, atMost: clamp(hits * part, n), reach: null };
};

const contactOf = (expectation: PlannedExpectation, site: Site, n: number, evidence: ExposureEvidence): Contact => {
  const { kind } = expectation.probe;
  if (kind === "traffic")
    return site.relation === "own"
      ? { by: "agents", averted: 0, sure: 0, atMost: clamp(Math.min(site.hits, n), n), reach: null }
      : byTraffic(expectation, site, n, evidence);
  if (kind === "ratio" || kind === "prometheus")
    return { ...byMetrics(site, expectation, evidence), ...(site.relation === "unknown" ? { by: "unknown" } : {}) };
  const marked = byMark(site, n, evidence);
  if (marked !== null) return marked;
  const graph = kind === "process" ? byMetrics(site, expectation, evidence) : byGraph(expectation, site, n, evidence);
  return site.relation === "unknown" ? { ...graph, by: "unknown" } : graph;
};

/** The strongest evidence first; among several edges the strongest speaks for the expectation. */
const STRENGTH: readonly ExposedBy[] = ["agents", "mark", "metrics", "graph", "unknown", "none"];

/** Exact number of samples that a fault hit, where agents or marks counted hits; null: not counted. */
const struckIn = ({ probe }: PlannedExpectation, { series, marks }: ExposureEvidence): number | null => {
  if (probe.kind !== "traffic") return marks.during?.struck ?? null;
  const told = series.tallies.filter(({ struck }) => struck !== undefined);
  return told.length === 0 ? null : told.reduce((sum, { struck = 0 }) => sum + struck, 0);
};

/** Tells whether all samples of the expectation are judged, hit and unhit samples alike. */
const isWhole = ({ probe }: PlannedExpectation): boolean =>
  !("of" in probe.params) || probe.kind !== "http" || probe.params.of === undefined || probe.params.of === "all";
/** A sample that took so much longer than every sample of the baseline has gone a third of the way from there to being bad. */
const SLOWED = 1 / 3;
export const isSlowed = (
  { good, timeoutMs }: Pick<PlannedExpectation, "good" | "timeoutMs">,
  tookMs: number,
  slowestMs: number,
): boolean => tookMs > slowestMs + SLOWED * Math.max(0, (good.withinMs ?? timeoutMs) - slowestMs);
/**
 * Samples that were surely slowed by more than chance, if chance slows as few as of the samples (`by`) that no fault
 * can have slowed.
 */
const surelySlowed = ({ of, slowed }: SlowedCount, by: SlowedCount): number =>
  Math.max(0, slowed - (of - leastLater(of, { of: by.of, hit: by.of - by.slowed }, DOUBT)));
/**
 * Samples that surely were slowed, by the baseline, which has none by definition (exceedances; Gumbel and von Schelling, Annals of
 * Mathematical Statistics 1950), and by those of `during` that were seen unhit.
 */
const slowedIn = ({ baseline, recovery }: MarkCounts, { seen, kept }: UnhitCount): number => {
  const before = baseline?.samples ?? 0;
  if (before === 0) return 0;
  // Slow samples of the recovery may be the fault's aftermath.
  const after = recovery?.unhit?.kept.slowed === 0 ? recovery.unhit.kept.of : 0;
  const quiet = { of: before + after, slowed: 0 };
  const all = { of: seen.of + kept.of, slowed: seen.slowed + kept.slowed };
  const beside = { of: quiet.of + seen.of, slowed: seen.slowed };
  return Math.max(surelySlowed(all, quiet), surelySlowed(kept, beside));
};

/** Exposure of the samples of an expectation that count in `during`. */
export const exposureOf = (plan: Plan, expectation: PlannedExpectation, evidence: ExposureEvidence): Exposure => {
  const { marks } = evidence;
  const n = seenOf(evidence.series.count);
  const sites = sitesOf(plan, expectation, evidence.receipts);
  const met = sites.map((site) => ({ site, contact: contactOf(expectation, site, n, evidence) }));
  const exact = struckIn(expectation, evidence);
  const struck = clamp(exact ?? 0, n);
  // Samples kept from two faults are the same samples: the sum over edges would count each twice.
  const averted = clamp(Math.max(0, ...met.map(({ contact }) => contact.averted)), n - struck);
  const isExact = ({ by }: Contact) => by === "mark" || (by === "agents" && exact !== null);
  const inexact = met.filter(({ contact }) => !isExact(contact)).reduce((sum, { contact }) => sum + contact.atMost, 0);
  const looks = met.filter(({ contact }) => contact.by === "metrics").map(({ contact }) => contact.atMost);
  const sure = clamp(Math.max(0, ...met.map(({ contact }) => contact.sure)), n - struck);
  // The times of exchanges do not show the samples behind them: bad samples may be among those.
  const isByMarks = met.every(({ contact: { by, surely } }) => by === "mark" && surely === undefined);
  const isSought = met.some(({ contact: { by } }) => by === "mark" || by === "graph");
  const unhit = isSought && isWhole(expectation) ? marks.during?.unhit : undefined;
  const bad = unhit?.bad ?? 0;
  const slowed = unhit === undefined ? 0 : slowedIn(marks, unhit);
  const ways = [
    { met: struck + sure, bad: isByMarks ? bad : 0, slowed: 0 },
    { met: struck + slowed, bad: slowed > 0 ? bad : 0, slowed },
    ...looks.map((met) => ({ met, bad: 0, slowed: 0 })),
  ];
  const best = ways.reduce((most, way) => (way.met + way.bad > most.met + most.bad ? way : most));
  const atLeast = clamp(best.met + best.bad, n);
  const measured = met
    .filter(({ contact }) => !isExact(contact))
    .reduce((sum, { contact: { atMost, unmeasured = atMost } }) => sum + atMost - unmeasured, 0);
  return {
    by: STRENGTH.find((by) => met.some(({ contact }) => contact.by === by)) ?? "none",
    samples: n,
    struck: Math.max(struck, ...looks),
    averted,
    atLeast,
    atMost: Math.max(atLeast, clamp(struck + averted + inexact + (isByMarks ? bad : 0), n)),
    ...{ bad: best.bad, slowed: best.slowed },
    unmeasured: Math.max(atLeast, clamp(struck + averted + inexact - measured, n)),
    contacts: met.map(({ site: { fault, edge, protocol, unread }, contact: { by, reach, surely = null } }) => ({
      ...{ fault: fault.name, edge, by, reach, surely, unread },
      isRaw: protocol === "tcp",
    })),
  };
};
