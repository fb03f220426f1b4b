/**
 * Step of a run: takes an event, returns the next state and the effects to perform. Evidence is noted, the state's row
 * of `on` reacts, then time makes the moves that are due. The live faults follow from the timeline, so that a late
 * event loses no change.
 */

import { openStrikes } from "../evidence/strikes.ts";
import type { AgentBoot } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import type { AgentRef } from "../plan/agents.ts";
import { liveAt } from "../plan/plan.ts";
import { selectionsAfter } from "../plan/selections.ts";
import { list } from "../text/words.ts";
import { sayRoundedDuration } from "../units/duration.ts";
import { judged } from "../verdict/findings.ts";
import { freshLeaks, leakFindings } from "../verdict/leaks.ts";
import { recoveryOf } from "../verdict/recovery.ts";
import type { Effect } from "./effect.ts";
import type { RunEvent } from "./event.ts";
import { guard, halt, lost } from "./halt.ts";
import {
  ANSWER_MS,
  admit,
  audit,
  auditReverted,
  closePhase,
  find,
  finish,
  inject,
  observeDuring,
  openPhase,
  order,
  prepare,
  recover,
  revert,
  warm,
  watchBaseline,
} from "./moves.ts";
import { note } from "./note.ts";
import { gapReason, isPresent } from "./presence.ts";
import type { Run, RunIn, State, Step } from "./run.ts";
import { answerMs, liveNow, offsetOf, overdue } from "./wake.ts";

const judgeDuring = <R extends Run>(run: R): R => (run.plan.mode === "full" ? judged(run, "during") : run);

/**
 * Expectations come before leaks at the same journal number: the expectation's finding describes the same damage
 * better.
 */
const withLeaks = <R extends Run>(run: R): R => {
  if (freshLeaks(run).length === 0) return run;
  const next = judgeDuring(run);
  return { ...next, findings: [...next.findings, ...leakFindings(next)] };
};
/** Evidence on `during` that comes once the faults are taken away. */
const judgeLate = <R extends Run>(run: R, event: RunEvent): R =>
  event.type === "settled" && event.phase === "during" ? judgeDuring(run) : withLeaks(run);

const gate = (run: RunIn<"baseline">): Step => {
  const next = judged(run, "baseline");
  if (next.findings.length > 0 || run.plan.mode === "baseline") return finish(next);
  const reason = gapReason(next, liveAt(next.plan, 0));
  return reason === null
    ? inject(next)
    : halt(next, { because: "agent-lost", reason: `Nothing was injected. ${reason}` }, false);
};

/** Reaction of each state to an event, beside the noting. Halts, losses and guardrails are the same everywhere. */
const on: { readonly [S in State]: (run: RunIn<S>, event: RunEvent) => Step } = {
  queued: (run, event) => (event.type === "started" ? prepare(run) : [run]),
  preparing: (run, event) => (event.type === "ready" ? warm(run, event.agents) : [run]),
  warming: (run, event) => (event.type === "joined" ? admit(run, event.agent) : [run]),
  baseline: (run, event) => {
    if (event.type === "joined") return admit(run, event.agent);
    return event.type === "settled" && run.settling && event.phase === "baseline" ? gate(run) : [run];
  },
  injecting: (run, event) => {
    if (event.type === "joined") return joined(run, event.agent);
    if (event.type === "applied" && event.revision === run.revision) return applied(run, event.boot);
    if (event.type === "refused" && isPresent(run, event.boot)) {
      const who = run.agents.find(({ boot }) => boot === event.boot)?.instance ?? event.boot;
      return halt(run, { because: "refused", reason: `${who} refused the order: ${event.why}.` }, false);
    }
    const next = event.type === "tallied" ? judgeDuring(run) : withLeaks(run);
    const [fresh] = next.findings.slice(run.findings.length);
    const ends = fresh?.verdict === "HALTED" || next.plan.onBroken === "revert";
    return fresh !== undefined && ends ? revert(next, "recovering") : [next];
  },
  reverting: (run, event) => [heard(judgeLate(run, event), event)],
  recovering: (run, event) => [judgeLate(run, event)],
  auditing: (run, event) => [heard(judgeLate(run, event), event)],
  finished: (run) => [run],
};
const heard = <R extends RunIn<"reverting" | "auditing">>(run: R, event: RunEvent): R =>
  event.type === "graded" && event.revision === run.revision
    ? { ...run, waiting: run.waiting.filter((boot) => boot !== event.boot) }
    : run;

/** Sends the order in force to an agent that joined: the agent must apply the order like the others had to. */
const joined = (before: RunIn<"injecting">, agent: AgentRef): Step => {
  const [run, ...effects] = admit(before, agent);
  if (effects.length === 0) return [run];
  const { boot } = agent;
  const joins = { ...run.joins, [boot]: { atMs: run.atMs, appliedMs: null } };
  return [{ ...run, joins, waiting: [...run.waiting, boot] }, ...effects];
};
const applied = (before: RunIn<"injecting">, boot: AgentBoot): Step => {
  const join = ownProperty(before.joins, boot);
  const joins =
    join?.appliedMs === null ? { ...before.joins, [boot]: { ...join, appliedMs: before.atMs } } : before.joins;
  const run = { ...before, joins, waiting: before.waiting.filter((waited) => waited !== boot) };
  return [begun(run)];
};
/** `during` begins when the last agent has applied the first order. */
const begun = (run: RunIn<"injecting">): RunIn<"injecting"> =>
  run.waiting.length > 0 || run.duringMs !== null ? run : openPhase({ ...run, duringMs: run.atMs }, "during");

/** Takes an agent out that ended in order: the others must hold every live fault that the agent held. */
const left = (run: Run, { boot }: Extract<RunEvent, { type: "left" }>): Step => {
  if (run.at !== "injecting") return [run];
  const rest = { ...run, waiting: run.waiting.filter((waited) => waited !== boot) };
  return withoutGap(rest, () => [begun(rest)]);
};
/** Lets the faults that select by labels follow the instances; every agent has to apply the order that results. */
const follow = (run: Run): Step => {
  if (run.at === "queued" || run.at === "reverting" || run.at === "recovering") return [run];
  if (run.at === "auditing" || run.at === "finished") return [run];
  const endpoints = selectionsAfter(run.plan, run.instances);
  const before = selectionsAfter(run.plan, run.instances.slice(0, -1));
  if (JSON.stringify(endpoints) === JSON.stringify(before)) return [run];
  const select = { do: "select", endpoints } as const;
  if (run.at !== "injecting") return [run, select];
  return withoutGap(run, () => {
    const [next, apply] = order(run, offsetOf(run));
    return [next, select, apply];
  });
};
/** Goes on where every live fault is held by an agent and selects an instance; ends the run otherwise. */
const withoutGap = (run: RunIn<"injecting">, goOn: () => Step): Step => {
  const reason = gapReason(run, run.live);
  return reason === null ? goOn() : halt(run, { verdict: "INCONCLUSIVE", because: "gap", reason }, true);
};

const react = (run: Run, event: RunEvent): Step => {
  switch (event.type) {
    case "halted":
      return halt(run, { because: event.because, reason: event.reason }, event.recover);
    case "lost":
      return lost(run, event);
    case "left":
      return left(run, event);
    case "instances-changed":
      return follow(run);
    case "guarded":
      return guard(run, event);
    case "failed": {
      const { verdict, because, reason } = event;
      return run.at === "preparing" || run.at === "queued" ? halt(run, { verdict, because, reason }, false) : [run];
    }
    default:
      return (on[run.at] as (run: Run, event: RunEvent) => Step)(run, event);
  }
};

/** Step that is due by the clock in each state; null: none. */
const due: { readonly [S in State]: (run: RunIn<S>) => Step | null } = {
  queued: () => null,
  preparing: () => null,
  warming: (run) => (run.atMs >= run.sinceMs + run.plan.phases.warmupMs ? watchBaseline(run) : null),
  baseline: (run) =>
    !run.settling && run.atMs >= run.sinceMs + run.plan.phases.baselineMs
      ? [
          closePhase({ ...run, settling: true }, "baseline"),
          { do: "observe", phase: null },
          { do: "settle", phase: "baseline" },
        ]
      : null,
  injecting: (run) => dueInjecting(run),
  reverting: (run) => {
    if (run.waiting.length > 0 && run.atMs < run.sinceMs + ANSWER_MS) return null;
    return run.next === "recovering" ? recover(run) : auditReverted(run);
  },
  recovering: (run) => dueRecovering(run),
  auditing: (run) => (run.waiting.length === 0 || run.atMs >= run.sinceMs + ANSWER_MS ? finish(run) : null),
  finished: () => null,
};

/** Both are in file order. */
const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

const dueInjecting = (run: RunIn<"injecting">): Step | null => {
  const { plan, atMs, duringMs } = run;
  const late = run.waiting.filter((boot) => atMs >= answerMs(run, boot));
  if (late.length > 0) {
    const who = run.agents.filter(({ boot }) => late.includes(boot)).map(({ instance }) => instance);
    const reason = `${list(who)} did not apply an order within ${sayRoundedDuration(plan.leaseMs)}.`;
    return halt(run, { because: "agent-lost", reason }, true);
  }
  if (duringMs === null) return run.waiting.length === 0 ? [begun(run)] : null;
  if (atMs >= duringMs + plan.phases.duringMs) return revert(run, "recovering");
  const live = liveNow(run);
  const counts =
    live.length > 0 &&
    atMs >= duringMs + plan.phases.settleMs &&
    (run.counting || (run.waiting.length === 0 && same(live, run.live)));
  const observe: readonly Effect[] =
    counts === run.counting ? [] : [counts ? observeDuring(run, duringMs) : { do: "observe", phase: null }];
  const next = { ...run, counting: counts };
  if (same(live, run.live)) return observe.length === 0 ? null : [next, ...observe];
  const [ordered, apply] = order(next, offsetOf(run));
  return withoutGap(ordered, () => [ordered, ...observe, apply]);
};

const dueRecovering = (run: RunIn<"recovering">): Step | null => {
  const { plan, atMs, sinceMs: revertMs, told } = run;
  if (run.spans.during !== undefined && !run.settled.includes("during")) return dueRecoveryEnd(run);
  const settled = run.settling && run.settled.includes("recovery");
  const recovery = recoveryOf(plan, { told, revertMs, nowMs: atMs, settled });
  // A killed service must be seen ready again, or its time be over: a steady state without it is no recovery.
  const isAwaited = openStrikes(run.strikes, atMs).length > 0;
  if (recovery.is === "waiting" || (isAwaited && recovery.is !== "failed")) return dueRecoveryEnd(run);
  if (recovery.is === "unasked") return audit(run);
  if (recovery.is === "recovered") return audit({ ...run, recoveredMs: recovery.afterMs });
  const verdict = recovery.because === "not-recovered" ? "BROKEN" : "INCONCLUSIVE";
  const { is: _is, ...why } = recovery;
  return audit(plan.mode === "full" ? find(run, { verdict, ...why }) : run);
};
const dueRecoveryEnd = (run: RunIn<"recovering">): Step | null => {
  const { withinMs, holdMs } = run.plan.phases.recovery;
  return !run.settling && run.atMs >= run.sinceMs + withinMs + holdMs
    ? [
        closePhase({ ...run, settling: true }, "recovery"),
        { do: "observe", phase: null },
        { do: "settle", phase: "recovery" },
      ]
    : null;
};

const advance = (run: Run, before: readonly Effect[]): Step => {
  const moved = (due[run.at] as (run: Run) => Step | null)(run);
  if (moved === null) return [run, ...before];
  const [next, ...effects] = moved;
  return advance(next, [...before, ...effects]);
};

/** Verdicts that rest on the evidence of the whole journal: without the journal such a verdict is not shown. */
const NEEDS_JOURNAL: ReadonlySet<string | null> = new Set(["HELD", "INCONCLUSIVE", null]);
/**
 * Overrules HELD: a finished run whose last records could not be written, or are lost before the journal is closed, is
 * never HELD.
 */
const overruled = (run: RunIn<"finished">, event: RunEvent): RunIn<"finished"> => {
  if (event.type !== "halted" || !NEEDS_JOURNAL.has(run.verdict)) return run;
  const { because, reason } = event;
  return because === "journal" || because === "journal-lost" ? { ...run, verdict: "HALTED", because, reason } : run;
};

export const step = (run: Run, event: RunEvent): Step => {
  if (run.at === "finished") return [overruled(run, event)];
  const noted = note(run, event);
  const tooLate = overdue(noted) && event.type !== "halted" && event.type !== "failed";
  const deadline = {
    because: "deadline",
    reason: `The run took longer than its deadline of ${sayRoundedDuration(run.plan.limits.deadlineMs)}.`,
  } as const;
  const [next, ...effects] = tooLate ? halt(noted, deadline, false) : react(noted, event);
  return advance(next, effects);
};
