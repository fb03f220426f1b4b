/**
 * Gaps in the evidence for HELD: a fault that hit too seldom, was not live all the time, or could not have broken an
 * expectation.
 */

import { joinReceipts, type Receipts, receiptProblem, receiptsOn } from "../evidence/receipt.ts";
import type { Strike } from "../evidence/strikes.ts";
import { type AgentBoot, type EdgeId, type FaultId, faultId, spellEdge } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import type { Plan, PlannedExpectation, PlannedFault } from "../plan/plan.ts";
import { list, spellCount } from "../text/words.ts";
import { sayRoundedDuration } from "../units/duration.ts";
import { isJudged, type Standing } from "./standing.ts";
import { sayStanding } from "./standing-reason.ts";
import type { ReasonCode } from "./verdict.ts";

/** Gap in the evidence that keeps a run from being HELD. */
export interface EvidenceGap {
  readonly because: Extract<ReasonCode, "no-hits" | "gap" | "could-not-break" | "exposure-unknown">;
  readonly reason: string;
}

const onEdge = (plan: Plan, receipts: Receipts, { name }: PlannedFault, edge: EdgeId) =>
  receiptsOn(receipts, faultId(plan.run, name, edge));

/** Gap in the hits. `none`: no receipt proves a single hit. */
export interface HitGap extends EvidenceGap {
  readonly none: boolean;
}
/** Receipts that do not add up, and faults with fewer hits than required. */
export const hitGaps = (plan: Plan, receipts: Receipts): readonly HitGap[] => {
  const wrong = Object.values(receipts)
    .flatMap((byId) => Object.values(byId))
    .map(receiptProblem)
    .filter((problem) => problem !== null)
    .map((reason): HitGap => ({ because: "no-hits", reason, none: true }));
  return [...wrong, ...plan.faults.flatMap((fault) => hitDoubt(plan, receipts, fault) ?? [])];
};
const hitDoubt = (plan: Plan, receipts: Receipts, fault: PlannedFault): HitGap | null => {
  const { atLeast, edges } = fault.hits;
  const sums = fault.targets.map(({ edge }) => ({ edge, sum: joinReceipts(onEdge(plan, receipts, fault, edge)) }));
  const short = sums.filter(({ sum }) => (sum?.injected ?? 0) < atLeast);
  const enough = edges === "every" ? short.length === 0 && sums.length > 0 : short.length < sums.length;
  if (enough) return null;
  const [first] = short;
  if (first === undefined)
    return { because: "no-hits", reason: `${fault.name} has no edge to be injected on.`, none: true };
  const { injected = 0, matched = 0, seen = 0, capped = 0 } = first.sum ?? {};
  const cap = capped > 0 ? ` ${capped} more were spared by the cap on requests.` : "";
  const where = edges === "every" ? spellEdge(first.edge) : `any of ${list(sums.map(({ edge }) => spellEdge(edge)))}`;
  const reason = `${fault.name} hit ${spellCount(injected, fault.unit)} on ${where}, at least ${atLeast} ${atLeast === 1 ? "is" : "are"} needed as proof; ${seen} passed, ${matched} matched.${cap}`;
  return { because: "no-hits", reason, none: injected === 0 };
};

/**
 * Tolerance of live times: agents report once a second by pulse and get orders over a network, so a fault may seem a
 * little shorter than planned.
 */
const SLACK_MS = 250;
const SLACK_SHARE = 0.02;
/** An agent that was to hold faults of the run. */
export interface FaultHolder {
  readonly boot: AgentBoot;
  /** Faults sent to the agent; absent: all of the run. */
  readonly faults?: readonly FaultId[];
  /** Offset into `during` from which the agent held faults; Infinity: the agent joined, and never got to hold any. */
  readonly sinceMs: number;
  /** Offset at which the agent left in order; absent: the agent stayed. */
  readonly untilMs?: number;
}
const plannedFor = ({ fromMs, toMs }: PlannedFault, { sinceMs, untilMs = toMs }: FaultHolder, endMs: number): number =>
  Math.max(0, Math.min(toMs, endMs, untilMs) - Math.max(fromMs, sinceMs));

/**
 * Compares the planned live time of each fault until `endMs` (offset into `during` of the revert) with the live time
 * that each agent reports.
 */
export const lifetimeGaps = (
  plan: Plan,
  receipts: Receipts,
  endMs: number,
  holders: readonly FaultHolder[],
): readonly EvidenceGap[] =>
  plan.faults.flatMap((fault) =>
    fault.targets.flatMap(({ edge }): EvidenceGap[] => {
      const id = faultId(plan.run, fault.name, edge);
      const meant = holders.filter(({ faults }) => faults === undefined || faults.includes(id));
      // Where hits on some edge are enough, an edge without an agent is left out.
      if (meant.length === 0) return fault.hits.edges === "some" ? [] : unheld(fault, edge, endMs);
      const short = meant
        .map((holder) => ({
          plannedMs: plannedFor(fault, holder, endMs),
          liveMs: ownProperty(ownProperty(receipts, holder.boot) ?? {}, id)?.liveMs ?? 0,
        }))
        .filter(({ plannedMs, liveMs }) => liveMs < plannedMs * (1 - SLACK_SHARE) - SLACK_MS)
        .sort((a, b) => a.liveMs - a.plannedMs - (b.liveMs - b.plannedMs));
      const [worst] = short;
      return worst === undefined ? [] : [gap(fault, edge, worst.liveMs, worst.plannedMs)];
    }),
  );
const unheld = (fault: PlannedFault, edge: EdgeId, endMs: number): EvidenceGap[] => {
  const plannedMs = Math.max(0, Math.min(fault.toMs, endMs) - fault.fromMs);
  return plannedMs * (1 - SLACK_SHARE) <= SLACK_MS ? [] : [gap(fault, edge, 0, plannedMs)];
};
const gap = ({ name }: PlannedFault, edge: EdgeId, liveMs: number, plannedMs: number): EvidenceGap => ({
  because: "gap",
  reason: `${name} was live on ${spellEdge(edge)} for ${sayRoundedDuration(liveMs)} of its ${sayRoundedDuration(plannedMs)}.`,
});

/** Faults on a process whose strike was not seen, and strikes after which the service was not seen to be back. */
export const strikeGaps = (plan: Plan, strikes: readonly Strike[]): readonly EvidenceGap[] =>
  plan.faults.flatMap(({ name, service, action }): EvidenceGap[] => {
    if (service === undefined) return [];
    const mine = strikes.filter(({ fault }) => fault === name);
    if (mine.length === 0)
      return [{ because: "no-hits", reason: `${name}: no ${action.kind} of ${service} was seen.` }];
    if (mine.every(({ awayMs }) => awayMs !== null)) return [];
    return [{ because: "gap", reason: `${name}: ${service} was not seen to be back.` }];
  });

/** Expectation that counts in `during`, with its standing at the end of that phase. */
export interface ExpectationStanding {
  readonly expectation: PlannedExpectation;
  readonly standing: Standing;
}
/**
 * Gaps in the exposure of the samples that speak against HELD: no expectation could have failed, or the exposure is not
 * known.
 */
export const exposureGaps = (stands: readonly ExpectationStanding[], isStrict: boolean): readonly EvidenceGap[] => {
  if (stands.length === 0)
    return [{ because: "could-not-break", reason: "No expectation counts while the faults are live." }];
  const say = (stood: readonly ExpectationStanding[]) =>
    stood.map(({ expectation, standing }) => `${expectation.name}: ${sayStanding(expectation, standing)}`).join(" ");
  const unknown = stands.filter(({ standing }) => standing.is === "unknown");
  if (isStrict && unknown.length > 0) return [{ because: "exposure-unknown", reason: say(unknown) }];
  if (stands.some(({ standing }) => isJudged(standing))) return [];
  const open = stands.filter(({ standing }) => standing.is === "open");
  return open.length > 0
    ? [{ because: "exposure-unknown", reason: say(open) }]
    : [{ because: "could-not-break", reason: say(stands) }];
};
