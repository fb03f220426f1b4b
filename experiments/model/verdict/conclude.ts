/** The verdict of a run, from all that was found and all that is missing. */

import { spellExits } from "../evidence/exits.ts";
import { injectedIn } from "../evidence/receipt.ts";
import { overdueStrikes, type Strike, spellStrike } from "../evidence/strikes.ts";
import { seenOf, seriesOf, sumOf } from "../evidence/tally.ts";
import type { AgentBoot, ExpectationName } from "../names.ts";
import { ownKeys, ownProperty } from "../own-property.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import type { ErroredCause } from "../sample/errored.ts";
import { list, spellCount } from "../text/words.ts";
import { sayOffset, sayRoundedDuration } from "../units/duration.ts";
import { callersLeftGaps } from "./callers-left.ts";
import { cappedMs, duringSeries } from "./counted-samples.ts";
import { escapeGaps } from "./escapes.ts";
import { exhaustionGaps, refusedIn } from "./exhaustion.ts";
import type { Facts } from "./facts.ts";
import { judged, judgeIn } from "./findings.ts";
import { type ExpectationStanding, exposureGaps, type FaultHolder, hitGaps, lifetimeGaps, strikeGaps } from "./gaps.ts";
import { allowedBad } from "./judge.ts";
import { sayCoverage, unseenReason } from "./leaks.ts";
import { boundIn, standIn } from "./run-standing.ts";
import { squeezedIn, squeezeGaps } from "./squeezes.ts";
import { spellThrottled, stallGaps } from "./stalls.ts";
import { isJudged } from "./standing.ts";
import { sayStanding } from "./standing-reason.ts";
import { decisive, type Finding, type ReasonCode, type Verdict } from "./verdict.ts";

export interface Outcome {
  readonly verdict: Verdict | null;
  readonly because: ReasonCode;
  readonly reason: string;
}

/** Time until which no agent had reported a hit; before any agent's report: never. */
const clearUntil = ({ receipts, clearMs }: Facts): number =>
  Math.min(Number.POSITIVE_INFINITY, ...ownKeys(receipts).map((boot) => clearMs[boot] ?? Number.NEGATIVE_INFINITY));

/**
 * Tells whether an expectation with an objective for `during` alone was bad in the baseline already: the run watches
 * such an expectation in the baseline too, and no fault broke samples that were bad before.
 */
const wasBadBefore = (run: Facts, { name, objective, reaction }: PlannedExpectation, during: number): boolean => {
  if (reaction === true || objective.baseline !== undefined) return false;
  const { count } = seriesOf(run.told, name, "baseline");
  return count.bad > allowedBad(during, seenOf(count));
};
/**
 * Tells whether the faults can have broken this expectation: some exchange was hit, and earlier bad samples do not
 * explain the failure.
 */
const brokeByFault = (run: Facts, name: ExpectationName): boolean => {
  if (injectedIn(run.receipts) === 0) return false;
  const expectation = run.plan.expectations.find((candidate) => candidate.name === name);
  const objective = expectation?.objective.during;
  if (expectation === undefined || objective === undefined || expectation.eventuallyMs !== null) return true;
  if (wasBadBefore(run, expectation, objective)) return false;
  const { tallies, count: overall } = seriesOf(run.told, name, "during");
  const clearMs = clearUntil(run);
  // A sample that was sent before the first hit and was still under way may have met the hit. The time of the report
  // does not matter: slow samples are kept back for 2.5 s, and would seem to come after hits that followed the answers.
  const { bad } = sumOf(tallies.filter(({ toMs, p99 = 0 }) => toMs + p99 > clearMs));
  if (bad === overall.bad) return true;
  return bad > allowedBad(objective, seenOf(overall));
};

/**
 * Sentence on what agents themselves did to callers, where that may account for every bad sample beyond the allowed;
 * "" otherwise. Callers were refused because the agents' resources were exhausted (each such sample needs a refusal
 * at least; exchanges of `traffic` that an agent refused are errored already), or slowed down for want of memory.
 */
const brokeByAgents = (run: Facts, name: string): string => {
  const expectation = run.plan.expectations.find((candidate) => candidate.name === name);
  const objective = expectation?.objective.during;
  const named = (boot: AgentBoot) => nameOf(run, boot);
  const [gap] = [...exhaustionGaps(run.receipts, named), ...squeezeGaps(run.receipts, named)];
  if (gap === undefined || objective === undefined || expectation?.style === "counted") return "";
  const { count } = seriesOf(run.told, name, "during");
  const mayBeTheirs = refusedIn(run.receipts) + squeezedIn(run.receipts);
  return count.bad - mayBeTheirs > allowedBad(objective, seenOf(count)) ? "" : gap.reason;
};

/** Final form of a BROKEN finding: the last numbers, and INCONCLUSIVE where no fault had acted yet. */
const settled = (run: Facts, finding: Finding): Finding => {
  // A service that does not come back has failed, whoever called it meanwhile.
  if (finding.verdict !== "BROKEN" || finding.because === "not-ready-again") return finding;
  const { about } = finding;
  const named = about !== undefined && finding.because === "expectation" ? about : null;
  const byFault = named === null ? injectedIn(run.receipts) > 0 : brokeByFault(run, named);
  const expectation = run.plan.expectations.find(({ name }) => name === named);
  const last = expectation === undefined ? null : judgeIn(run, expectation, "during");
  const reason = last?.met === false ? `${named}: ${last.reason}` : finding.reason;
  const byAgents = named === null ? "" : brokeByAgents(run, named);
  if (byFault && byAgents !== "")
    return {
      ...finding,
      verdict: "INCONCLUSIVE",
      because: "gap",
      reason: `${reason} But that may be the tool's doing. ${byAgents}`,
    };
  if (byFault) return { ...finding, reason };
  const hit = injectedIn(run.receipts) === 0 ? "the faults hit nothing" : "it was bad before the faults hit anything";
  return { ...finding, verdict: "INCONCLUSIVE", because: "broke-without-fault", reason: `${reason} But ${hit}.` };
};

/** Findings about services that were not ready again in time after a strike. */
const restoreFindings = (run: Facts): readonly Finding[] =>
  run.plan.mode !== "full"
    ? []
    : overdueStrikes(run.strikes, run.atMs).map((strike) =>
        found(run, { verdict: "BROKEN", because: "not-ready-again", reason: sayNotReady(run, strike) }),
      );
const sayNotReady = ({ spans }: Facts, strike: Strike): string =>
  `${spellStrike(strike, spans)}; within ${sayRoundedDuration(strike.withinMs ?? 0)} was asked.`;

const found = (run: Facts, finding: Omit<Finding, "sequence">): Finding => ({ ...finding, sequence: run.sequence });

/**
 * Findings of the audit (SAFETY.md 3): agents that attested, agents that died with the fault, and agents of unknown
 * state.
 */
const auditFindings = (run: Facts): readonly Finding[] => {
  if (run.revision === 0) return [];
  const graded = run.agents.map(({ instance, boot }) => ({ instance, ...(run.grades[boot] ?? UNANSWERED) }));
  const unknown = graded.filter(({ grade }) => grade === "unknown");
  const gone = graded.filter(({ grade }) => grade === "witnessed" || grade === "inferred");
  const say = (agents: typeof graded) => list(agents.map(({ instance, detail }) => `${instance} (${detail})`));
  return [
    ...(unknown.length === 0
      ? []
      : [
          found(run, {
            verdict: "RESIDUE",
            because: "not-attested",
            reason: `It could not be shown that the faults are gone from ${say(unknown)}.`,
          }),
        ]),
    ...(gone.length === 0
      ? []
      : [
          found(run, {
            verdict: "HALTED",
            because: "agent-lost",
            reason: `The run lost ${say(gone)}; its faults are gone with it.`,
          }),
        ]),
  ];
};
const UNANSWERED = { grade: "unknown", detail: "it never answered" } as const;

/**
 * Agents with the time from which each had to hold the ordered faults: agents present at the start from the first
 * moment on.
 */
const holdersOf = ({ agents, joins, left, spans: { during } }: Facts): readonly FaultHolder[] =>
  agents.map(({ boot, faults }) => {
    const join = ownProperty(joins, boot);
    const heldMs = join === undefined ? 0 : (join.appliedMs ?? Number.POSITIVE_INFINITY);
    const sinceMs = Math.max(0, heldMs - (during?.fromMs ?? 0));
    const leftMs = ownProperty(left, boot);
    const until = leftMs === undefined ? {} : { untilMs: leftMs - (during?.fromMs ?? 0) };
    return { boot, sinceMs, ...until, ...(faults === undefined ? {} : { faults }) };
  });

const standsOf = (run: Facts): readonly ExpectationStanding[] =>
  run.plan.expectations.flatMap((expectation) => {
    const standing = standIn(run, expectation);
    return standing === null ? [] : [{ expectation, standing }];
  });
/**
 * Doubt about an unasked recovery. Reactions need not come back: where no other expectation is watched in the recovery,
 * the run does not show that all is well again.
 */
const unaskedDoubts = ({ plan }: Facts) =>
  plan.expectations.some(({ objective, reaction }) => objective.recovery !== undefined && reaction !== true)
    ? []
    : [
        {
          because: "unasked",
          reason: "No expectation counts in the recovery: nobody asked whether all is well again.",
        } as const,
      ];
/** Span in which samples of `during` count, until the end of the phase. */
const countedSpan = ({ plan, spans: { during }, atMs }: Facts) => ({
  fromMs: (during?.fromMs ?? atMs) + plan.phases.settleMs,
  toMs: during?.toMs ?? atMs,
});
const nameOf = ({ agents }: Facts, boot: AgentBoot): string =>
  agents.find((agent) => agent.boot === boot)?.instance ?? boot;

/** Doubts that keep a completed run from being HELD. */
const doubtsOf = (run: Facts): readonly Finding[] => {
  const { plan, receipts, spans } = run;
  const during = spans.during;
  const lastedMs = during === undefined ? 0 : (during.toMs ?? run.atMs) - during.fromMs;
  const hits = hitGaps(plan, receipts);
  // The first doubt is the reported doubt: a share too small to break an expectation is a better explanation than too
  // few hits.
  const doubts = [
    ...lifetimeGaps(plan, receipts, lastedMs, holdersOf(run)),
    ...strikeGaps(plan, run.strikes),
    ...exhaustionGaps(receipts, (boot) => nameOf(run, boot)),
    ...escapeGaps(plan, receipts, { nameOf: (boot) => nameOf(run, boot), left: run.left }),
    ...squeezeGaps(receipts, (boot) => nameOf(run, boot)),
    ...stallGaps(run.stalls, countedSpan(run), (boot) => nameOf(run, boot)),
    ...hits.filter(({ none }) => none),
    ...callersLeftGaps(plan.expectations, (expectation, phase) =>
      phase === "during" ? duringSeries(run, expectation) : seriesOf(run.told, expectation.name, phase),
    ),
    ...exposureGaps(standsOf(run), plan.strict === true),
    ...hits.filter(({ none }) => !none),
  ];
  const unsettled =
    during === undefined || !run.settled.includes("during")
      ? [{ because: "too-few", reason: "The samples sent while the faults were live are not all known." } as const]
      : [];
  const unseen = unseenReason(run);
  const blind = unseen === null ? [] : [{ because: "radius-unseen", reason: unseen } as const];
  return [...doubts, ...unaskedDoubts(run), ...unsettled, ...blind].map(({ because, reason }) =>
    found(run, { verdict: "INCONCLUSIVE", because, reason }),
  );
};

/**
 * Verdict of a run. The reason ends with the services that exited meanwhile: such an exit may be the damage, or the
 * cause.
 */
export const conclude = (run: Facts): Conclusion => {
  const concluded = concludeAll(run);
  const exits = spellExits(run.exits, run.spans);
  return exits === "" ? concluded : { ...concluded, reason: `${concluded.reason} ${exits}` };
};
type Conclusion = Outcome & { readonly findings: readonly Finding[] };
const concludeAll = (run: Facts): Conclusion => {
  const whole = run.plan.mode === "full" && run.settled.includes("during") ? judged(run, "during") : run;
  const before = [
    ...whole.findings.map((finding) => settled(run, finding)),
    ...auditFindings(run),
    ...restoreFindings(run),
  ];
  const findings = run.plan.mode === "full" && run.revision > 0 ? [...before, ...doubtsOf(run)] : before;
  const worst = decisive(findings);
  if (worst === null) return { findings, ...unjudged(run) };
  const lasting = findings.find(({ because }) => because === "not-recovered");
  const more =
    lasting === undefined || lasting.because === worst.because ? agentsBehind(run, worst) : ` ${lasting.reason}`;
  return { findings, verdict: worst.verdict, because: worst.because, reason: `${worst.reason}${more}` };
};

/**
 * Sentence on the exhausted resources or stalls of agents behind errored samples or a bad baseline: the name of the agent and the
 * remedy help more than the number of samples.
 */
const agentsBehind = (run: Facts, { because, reason }: Finding): string => {
  if (because !== "errored" && because !== "baseline-not-steady") return "";
  const [exhaustion] = exhaustionGaps(run.receipts, (boot) => nameOf(run, boot));
  if (exhaustion !== undefined) return ` ${exhaustion.reason}`;
  const span = { fromMs: run.spans.baseline?.fromMs ?? run.atMs, toMs: run.spans.during?.toMs ?? run.atMs };
  const [first] = stallGaps(run.stalls, span, (boot) => nameOf(run, boot));
  if (first !== undefined) return ` ${first.reason}`;
  const cause: ErroredCause = "stalled agent";
  const limit = reason.includes(cause) ? spellThrottled(run.stalls, span, (boot) => nameOf(run, boot)) : "";
  return limit === "" ? "" : ` ${limit}`;
};
/** Outcome without any finding. */
const unjudged = (run: Facts): Outcome => {
  if (run.plan.mode === "baseline")
    return { verdict: null, because: "baseline-only", reason: "The baseline is steady; nothing was injected." };
  const total = (count: "matched" | "injected") =>
    Object.values(run.receipts)
      .flatMap((byId) => Object.values(byId))
      .reduce((sum, receipt) => sum + receipt[count], 0);
  if (run.plan.mode === "shadow")
    return {
      verdict: null,
      because: "shadow",
      reason: `Nothing was injected; the faults matched ${total("matched")} units.`,
    };
  return { verdict: "HELD", because: "held", reason: heldReason(run, total("injected")) };
};
const heldReason = (run: Facts, injected: number): string => {
  const stands = standsOf(run);
  const judged = stands.filter(({ standing }) => isJudged(standing));
  const [first] = judged;
  const what =
    judged.length === 1 && first !== undefined
      ? `${first.expectation.name}: ${judgeIn(run, first.expectation, "during").reason} ${sayStanding(first.expectation, first.standing)}${boundIn(run, first.expectation, first.standing)}`
      : `${judged.length === 2 ? "Both" : `All ${judged.length}`} expectations that could break held.`;
  const rest = stands.filter(({ standing }) => !isJudged(standing));
  const aside = rest.length === 0 ? "" : ` Not judged: ${list(rest.map(({ expectation }) => expectation.name))}.`;
  const capMs = cappedMs(run);
  const capped =
    capMs === Number.POSITIVE_INFINITY
      ? ""
      : ` Counted until ${sayOffset(capMs - (run.spans.during?.fromMs ?? 0))}, when the cap was reached.`;
  const back =
    run.recoveredMs === null ? "" : ` Steady again ${sayRoundedDuration(run.recoveredMs)} after the faults were gone.`;
  return `${what} The faults hit ${spellCount(injected, "time")}.${capped}${aside}${back}${sayCoverage(run)}`;
};
