/**
 * Exposure that HELD claims, taken from the events with plain sums (PROOF.md 1–3). Shares no code with
 * `verdict/exposure.ts` and `verdict/standing.ts`, so that an error in either shows in the other.
 */

import { type EdgeId, type ExpectationName, faultId } from "../names.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";
import type { RunEvent } from "../run/event.ts";
import type { UnmarkedCount } from "../verdict/lags.ts";
import { ofType, type Participant, receiptsOf } from "./held-participants.ts";

/** Hits and unmarked hits that the events report of a struck edge. */
interface Edge {
  readonly fault: Plan["faults"][number];
  readonly edge: EdgeId;
  readonly hits: number;
  readonly unmarked: number;
}
export interface ReportedExposure {
  readonly plan: Plan;
  readonly cast: readonly Participant[];
  readonly events: readonly RunEvent[];
  /** Run time at which `during` began. */
  readonly startMs: number;
}

const edgesOf = ({ plan, cast, events }: ReportedExposure): readonly Edge[] => {
  const edges: Edge[] = [];
  for (const fault of plan.faults)
    for (const { edge } of fault.targets) {
      let [hits, unmarked] = [0, 0];
      for (const receipt of receiptsOf(cast, events, faultId(plan.run, fault.name, edge))) {
        const { injected, markedHits = 0, requests, markedRequests = 0, unread = 0 } = receipt;
        hits += injected;
        // On connections that carry requests, unmarked requests count, and connections cut before a request could be read.
        unmarked += requests === undefined ? injected - markedHits : requests - markedRequests + unread;
      }
      edges.push({ fault, edge, hits, unmarked });
    }
  return edges;
};

/** Run time after which no sample counts: the first exchange that the cap spared. */
export const capMs = ({ plan, cast, events, startMs }: ReportedExposure): number => {
  let least = Number.POSITIVE_INFINITY;
  for (const { name, fromMs, targets } of plan.faults)
    for (const { edge } of targets)
      for (const receipt of receiptsOf(cast, events, faultId(plan.run, name, edge)))
        if (receipt.capped > 0) least = Math.min(least, startMs + fromMs + (receipt.firstCappedMs ?? 0));
  return least;
};

const talliesOf = ({ events }: ReportedExposure, of: ExpectationName, phase: string) =>
  ofType(events, "tallied")
    .flatMap(({ tallies }) => tallies)
    .filter((tally) => tally.of === of && tally.phase === phase);
const lastMark = ({ events }: ReportedExposure, of: ExpectationName, phase: string) =>
  ofType(events, "exposed")
    .flatMap(({ counts }) => counts)
    .findLast((count) => count.of === of && count.phase === phase);

/** Probes that read numbers, and have no answers of a service. */
const LOOKS = ["ratio", "prometheus", "process"];
/** Bad samples that an objective leaves room for, in whole trillionths. */
const room = (objective: number, n: number): number =>
  Number((BigInt(n) * (10n ** 12n - BigInt(Math.round(objective * 1e12)))) / 10n ** 12n);

/**
 * Part of the samples that exchanges follow for the sample's sake, by plain sums: of the samples without an exchange of
 * their own, `chance` would meet an exchange by chance. Where the number of such samples (`apart`) is not reported, a
 * sample's own exchange is taken out of the sample's chance.
 */
const partIn = ({ looks, spreadMs, lags }: UnmarkedCount): number => {
  let part = 0;
  for (const [withinMs, met, chance, apart] of lags) {
    const open = apart === undefined ? looks * (1 - Math.min(0.5, withinMs / spreadMs)) : looks - chance;
    if (open > 0) part = Math.max(part, Math.min(1, (met - chance) / open));
  }
  return part;
};

/** Least and most samples that met a fault, by the events. */
const bounds = (
  heard: ReportedExposure,
  expectation: PlannedExpectation,
  counted: readonly { good: number; bad: number; struck?: number }[],
) => {
  const n = counted.reduce((sum, { good, bad }) => sum + good + bad, 0);
  const [before, now, after] = ["baseline", "during", "recovery"].map((phase) =>
    lastMark(heard, expectation.name, phase),
  );
  const own = counted.some(({ struck }) => struck !== undefined);
  let sure =
    expectation.probe.kind === "traffic"
      ? counted.reduce((sum, { struck = 0 }) => sum + struck, 0)
      : (now?.struck ?? 0);
  let [kept, maybe, known, byMark] = [0, 0, false, true];
  const { params } = expectation.probe;
  // Where only hit samples are judged, or only unhit samples, these counts are not of the samples that count.
  const told = "of" in params && (params.of === "treated" || params.of === "untreated") ? undefined : now?.unhit;
  const { bad, spared, seen, kept: shut } = told ?? { bad: 0, spared: 0, seen: { slowed: 0 }, kept: { slowed: 0 } };
  // Bad samples count by themselves: the kept samples are computed over the other samples.
  const asked = n - (bad - spared);
  for (const { fault, edge, hits, unmarked } of edgesOf(heard)) {
    const relation = expectation.path === undefined ? "unknown" : expectation.path[edge];
    if (relation === undefined) continue;
    known ||= relation !== "unknown";
    const row = (count: typeof now) => count?.edges.find((each) => each.edge === edge && each.fault === fault.name);
    const [first, last] = [row(before), row(now)];
    const share = fault.share.steps.reduce((most, step) => Math.max(most, step), 0);
    const timed = first?.unmarked === undefined ? 0 : partIn(first.unmarked);
    if ((first?.seen ?? 0) + (last?.seen ?? 0) + (first?.late ?? 0) + (last?.late ?? 0) > 0) {
      const { since = 0, seen: back = 0 } = row(after) ?? {};
      const [came, of] = [first?.seen ?? 0, before?.samples ?? 0];
      const again = since > 0 ? (came + back) / (of + since) : 0;
      const [struck, marked] = [last?.struck ?? 0, Math.max(came / Math.max(1, of), again)];
      const drawn = last?.drawn === undefined ? asked * share : struck + last.drawn - (n - asked);
      kept = Math.max(kept, Math.min(last?.kept ?? 0, Math.max(marked * drawn, timed * n * share) - struck));
      known = true;
      continue;
    }
    byMark = false;
    if (first?.unmarked !== undefined) {
      const { looks, asked: all, exchanges, followed = looks } = first.unmarked;
      kept = Math.max(kept, (last?.kept ?? 0) * timed * share);
      // Where the start of the path is not given, hits alone bound the samples.
      if (relation === "unknown") maybe += exchanges > 0 && unmarked > 0 ? n * share : 0;
      // As many calls as samples may all be the samples' own, as far as calls follow on samples: then hits bound the
      // samples.
      else if (exchanges > 0 && Math.abs(exchanges - all) <= 3 + all / 4)
        maybe += unmarked > 0 ? n * share * Math.min(1, (2 * followed) / looks) : 0;
    } else if (expectation.probe.kind === "traffic" && relation === "own" && own) continue;
    else if (LOOKS.includes(expectation.probe.kind)) {
      maybe += hits > 0 ? n : 0;
      if (relation !== "unknown" && hits > 0) sure = n;
    }
    // Samples that a breaker kept back are bounded by the samples themselves, and so are the samples on a raw
    // connection.
    else maybe += unmarked > 0 ? n * share : 0;
  }
  const slowed = seen.slowed + shut.slowed;
  sure = Math.min(n, sure + Math.max(slowed > 0 ? slowed + bad : 0, Math.floor(kept + 1e-9) + (byMark ? bad : 0)));
  return { n, sure, most: Math.min(n, sure + maybe), known };
};

/** Samples in seconds that lie within a second of a hit on an edge of `beside`. */
const besides = (
  heard: ReportedExposure,
  expectation: PlannedExpectation,
  counted: readonly { fromMs: number; toMs: number; good: number; bad: number }[],
): number => {
  const moments: number[] = [];
  for (const { name } of heard.plan.faults)
    for (const edge of expectation.beside ?? []) {
      const id = faultId(heard.plan.run, name, edge);
      const last = new Map<string, number>();
      for (const { boot, receipts, atMs } of ofType(heard.events, "receipts"))
        for (const { injected } of receipts.filter((receipt) => receipt.id === id)) {
          if (injected > (last.get(boot) ?? 0)) moments.push(atMs);
          last.set(boot, Math.max(injected, last.get(boot) ?? 0));
        }
    }
  const near = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
    moments.some((ms) => fromMs <= ms + 1_000 && toMs >= ms - 1_000);
  return counted.filter(near).reduce((sum, { good, bad }) => sum + good + bad, 0);
};

/**
 * Checks that an expectation could have failed; returns null, or a sentence with the sums where no failure was
 * possible.
 */
const blameless = (heard: ReportedExposure, expectation: PlannedExpectation): string | null => {
  const { name, objective, eventuallyMs, exposure, reaction } = expectation;
  if (objective.during === undefined) return `${name} does not count in during`;
  const untilMs = capMs(heard);
  const counted = talliesOf(heard, name, "during").filter(({ toMs }) => toMs <= untilMs + 0.001);
  const { n, sure, most, known } = bounds(heard, expectation, counted);
  if (eventuallyMs !== null) {
    const goodMs = counted.reduce(
      (least, { firstGoodMs = Number.POSITIVE_INFINITY }) => Math.min(least, firstGoodMs),
      Number.POSITIVE_INFINITY,
    );
    const wasBad = counted.some(({ firstBad }) => firstBad.some(({ atMs }) => atMs < goodMs));
    const wasHit = ofType(heard.events, "receipts").some(
      ({ atMs, receipts }) => atMs - 1_000 < goodMs && receipts.some(({ injected }) => injected > 0),
    );
    const wasSo = reaction === true && talliesOf(heard, name, "baseline").some(({ good }) => good > 0);
    return wasBad && wasHit && !wasSo ? null : `${name} was good before any hit`;
  }
  const allowed = room(objective.during, n);
  const earlier = talliesOf(heard, name, "baseline");
  const badBefore = earlier.reduce((sum, { bad }) => sum + bad, 0);
  const seenBefore = earlier.reduce((sum, { good, bad }) => sum + good + bad, 0);
  if (reaction === true && seenBefore > 0 && badBefore <= room(objective.during, seenBefore))
    return `${name} was so before`;
  if (sure > allowed) return null;
  if (exposure === "bystander" && besides(heard, expectation, counted) > allowed) return null;
  if (!known && most > allowed) return heard.plan.strict === true ? `${name} may have met nothing` : null;
  return most >= 2 * allowed && most > allowed
    ? null
    : `${name}: ${sure} to ${most} of ${n} met a fault, ${allowed} may be bad`;
};

/** Violations of the exposure that HELD claims; empty where some expectation could have failed. */
export const exposureViolations = (
  plan: Plan,
  cast: readonly Participant[],
  events: readonly RunEvent[],
  startMs: number,
): readonly string[] => {
  const heard = { plan, cast, events, startMs };
  const reasons = plan.expectations.map((expectation) => blameless(heard, expectation));
  const asked = plan.expectations.some(
    ({ objective, reaction }) => objective.recovery !== undefined && reaction !== true,
  );
  return [
    ...(reasons.includes(null) ? [] : [`no expectation could have broken: ${reasons.join("; ")}`]),
    ...(asked ? [] : ["nobody asked whether all was well again"]),
  ];
};
