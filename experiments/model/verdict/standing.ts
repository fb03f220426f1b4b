/**
 * Standing of an expectation at the end of `during`: whether the faults could have broken the expectation (PROOF.md 1).
 * Only an expectation that could have failed and did not makes a run HELD.
 */

import { type Series, seenOf, sumOf, type Tally } from "../evidence/tally.ts";
import { type EdgeId, type FaultId, faultId } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import { type Interval, joinIntervals } from "../plan/counting.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";
import { type Exposure, type ExposureEvidence, exposureOf } from "./exposure.ts";
import { allowedBad } from "./judge.ts";

export interface StandingEvidence extends ExposureEvidence {
  /** Series of the same expectation in the baseline. */
  readonly baseline: Series;
  /** Times (run ms) in which hits were reported, by fault id. */
  readonly hits: Readonly<Record<FaultId, readonly Interval[]>>;
}
/**
 * Judged standings: `proven` (enough samples met a fault), `at-most` (perhaps as many, clearly more than allowed),
 * `bystander` (enough were under way beside hits), `unknown` (the start of the path is not given). Standings that are
 * not judged: `open` (bounds leave the number open), `too-few` (too few samples met a fault), `beside` (too few were
 * under way beside hits), `no-path`, `was-so` (a reaction that was there before).
 */
export type EvidenceStanding =
  | "proven"
  | "at-most"
  | "bystander"
  | "unknown"
  | "open"
  | "too-few"
  | "beside"
  | "no-path"
  | "was-so";
export interface Standing {
  readonly is: EvidenceStanding;
  readonly exposure: Exposure;
  /** Bad samples that the objective allows. */
  readonly allowed: number;
  /** Samples under way beside hits; 0 unless the expectation sets `exposure: bystander`. */
  readonly beside: number;
}
const JUDGED: readonly EvidenceStanding[] = ["proven", "at-most", "bystander", "unknown"];
/** Tells whether an expectation that is met speaks for HELD. */
export const isJudged = ({ is }: Standing): boolean => JUDGED.includes(is);

/** A shared pool or queue that a hit exchange filled may still be full for so long. */
const AFTERMATH_MS = 1_000;
/** Samples under way at a service while a call that the service waits on was hit, or up to a second later. */
export const besideHits = (
  plan: Plan,
  edges: readonly EdgeId[],
  tallies: readonly Tally[],
  hits: StandingEvidence["hits"],
): number => {
  const told = plan.faults.flatMap(({ name }) =>
    edges.flatMap((edge) => ownProperty(hits, faultId(plan.run, name, edge)) ?? []),
  );
  const times = joinIntervals(told.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + AFTERMATH_MS })));
  const isBeside = (tally: Tally) => times.some(({ fromMs, toMs }) => tally.fromMs >= fromMs && tally.toMs <= toMs);
  return seenOf(sumOf(tallies.filter(isBeside)));
};

/** Run time of the first hit on any edge of the expectation's path; Infinity: none. */
const firstHitMs = (plan: Plan, { path }: PlannedExpectation, hits: StandingEvidence["hits"]): number =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...plan.faults.flatMap(({ name, targets }) =>
      targets
        .filter(({ edge }) => path === undefined || edge in path)
        .flatMap(({ edge }) => ownProperty(hits, faultId(plan.run, name, edge))?.[0]?.fromMs ?? []),
    ),
  );

/**
 * Standing of an `eventually`: proven if the fault hit before the first good sample and the first sample was not good
 * already.
 */
const eventualStand = (plan: Plan, expectation: PlannedExpectation, evidence: StandingEvidence): EvidenceStanding => {
  const { series, hits } = evidence;
  const goodMs = Math.min(...series.tallies.map(({ firstGoodMs }) => firstGoodMs ?? Number.POSITIVE_INFINITY));
  const badBefore = series.tallies.some(({ firstBad }) => firstBad.some(({ atMs }) => atMs < goodMs));
  if (!badBefore) return "was-so";
  if (firstHitMs(plan, expectation, hits) >= goodMs) return "too-few";
  const relations = Object.values(expectation.path ?? {});
  return relations.some((relation) => relation !== "unknown") ? "proven" : "unknown";
};
const wasSo = ({ eventuallyMs, objective }: PlannedExpectation, { count }: Series): boolean => {
  if (eventuallyMs !== null) return count.good > 0;
  const n = seenOf(count);
  return n > 0 && count.bad <= allowedBad(objective.during!, n);
};

const shareStand = (
  plan: Plan,
  expectation: PlannedExpectation,
  { by, atLeast, atMost, unmeasured }: Exposure,
  allowed: number,
): EvidenceStanding => {
  if (atLeast > allowed) return "proven";
  if (atMost <= allowed) return "too-few";
  if (by === "unknown") return "unknown";
  const path = expectation.path;
  const met = plan.faults.filter(({ targets }) => targets.some(({ edge }) => path === undefined || edge in path));
  const margin = Math.max(0, ...met.map(({ hits }) => hits.atLeast));
  return unmeasured >= 2 * allowed + margin ? "at-most" : "open";
};

/** Throws on an expectation without an objective for `during`. */
export const standingOf = (plan: Plan, expectation: PlannedExpectation, evidence: StandingEvidence): Standing => {
  const exposure = exposureOf(plan, expectation, evidence);
  const { eventuallyMs, objective } = expectation;
  if (objective.during === undefined) throw new Error(`${expectation.name} does not count in during`);
  const allowed = eventuallyMs === null ? allowedBad(objective.during, exposure.samples) : 0;
  const beside =
    expectation.exposure === "bystander"
      ? besideHits(plan, expectation.beside ?? [], evidence.series.tallies, evidence.hits)
      : 0;
  const stand = (): EvidenceStanding => {
    if (expectation.reaction === true && wasSo(expectation, evidence.baseline)) return "was-so";
    const onPath =
      exposure.by === "none"
        ? "no-path"
        : eventuallyMs !== null
          ? eventualStand(plan, expectation, evidence)
          : shareStand(plan, expectation, exposure, allowed);
    if (expectation.exposure !== "bystander" || JUDGED.includes(onPath)) return onPath;
    return beside > allowed ? "bystander" : "beside";
  };
  return { is: stand(), exposure, allowed, beside };
};
