/** Transitions between states, each a function. */

import type { Phase } from "../experiment/phase.ts";
import type { AgentRef } from "../plan/agents.ts";
import type { Interval } from "../plan/counting.ts";
import { liveAt } from "../plan/plan.ts";
import { windowsOf } from "../plan/samples.ts";
import { conclude } from "../verdict/conclude.ts";
import type { Facts } from "../verdict/facts.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { Effect } from "./effect.ts";
import { isPresent } from "./presence.ts";
import type { Run, RunIn, Step } from "./run.ts";

/** The server answers a revert within this: attested, or graded otherwise. */
export const REVERT_MS = 30_000;
/** Time for which the run waits for the grades. */
export const ANSWER_MS = REVERT_MS + 2_000;

/** Facts shared by every state, without the data of this state. */
const factsOf = (run: Run): Facts => {
  const { plan, agents, joins, atMs, left, revision, sequence, told, settled, receipts, clearMs, grades, looks } = run;
  const {
    findings,
    exits,
    instances,
    strikes,
    unpassed,
    spans,
    injected,
    recoveredMs,
    exposure,
    hits,
    stalls,
    radius,
  } = run;
  const tallied = { told, settled, receipts, clearMs, exposure, hits, grades, stalls, looks };
  const evidence = { ...tallied, exits, instances, strikes, unpassed, radius };
  const order = { joins, left, revision, sequence };
  return { plan, agents, ...order, atMs, ...evidence, findings, spans, injected, recoveredMs };
};

export const find = <R extends Run>(run: R, finding: Omit<Finding, "sequence">): R => ({
  ...run,
  findings: [...run.findings, { ...finding, sequence: run.sequence }],
});
const opened = (run: Run, phase: Phase): Facts["spans"] => ({
  ...run.spans,
  [phase]: { fromMs: run.atMs, toMs: null },
});
const closed = (run: Run, phase: Phase): Facts["spans"] => {
  const span = run.spans[phase];
  return span === undefined || span.toMs !== null ? run.spans : { ...run.spans, [phase]: { ...span, toMs: run.atMs } };
};
export const openPhase = <R extends Run>(run: R, phase: Phase): R => ({ ...run, spans: opened(run, phase) });
export const closePhase = <R extends Run>(run: R, phase: Phase): R => ({ ...run, spans: closed(run, phase) });

export const prepare = (run: Run): Step => [{ ...factsOf(run), at: "preparing", sinceMs: run.atMs }, { do: "prepare" }];
export const warm = (run: Run, agents: readonly AgentRef[]): Step => [
  { ...factsOf(run), agents, at: "warming", sinceMs: run.atMs },
  { do: "assign", agents },
  { do: "observe", phase: null },
];
/**
 * Admits an agent, which from here on is treated and audited like the others. An agent that is a member already stays
 * unchanged.
 */
export const admit = <R extends RunIn<"warming" | "baseline" | "injecting">>(
  run: R,
  agent: AgentRef,
): readonly [R, ...Effect[]] => {
  if (run.agents.some(({ boot }) => boot === agent.boot)) return [run];
  const agents = [...run.agents, agent];
  return [
    { ...run, agents },
    { do: "assign", agents },
  ];
};
export const watchBaseline = (run: Run): Step => [
  openPhase({ ...factsOf(run), at: "baseline", sinceMs: run.atMs, settling: false }, "baseline"),
  { do: "observe", phase: "baseline" },
];

const bootsOf = (run: Facts) => run.agents.map(({ boot }) => boot);
/** Orders the faults that are due; every agent has to report holding exactly these. */
export const order = (run: RunIn<"injecting">, offsetMs: number): readonly [RunIn<"injecting">, Effect] => {
  const live = liveAt(run.plan, offsetMs);
  const revision = run.revision + 1;
  const waiting = bootsOf(run).filter((boot) => isPresent(run, boot));
  const injected = run.injected || live.length > 0;
  return [
    { ...run, revision, live, waiting, orderedMs: run.atMs, injected },
    { do: "apply", revision, faults: live },
  ];
};
export const inject = (run: Run): Step =>
  order(
    {
      ...factsOf(run),
      at: "injecting",
      sinceMs: run.atMs,
      duringMs: null,
      live: [],
      orderedMs: run.atMs,
      waiting: [],
      counting: false,
    },
    0,
  );

/** Asks for grades. A grade answers a single revert: earlier attestations are asked for again. */
const ask = (run: Run): readonly [Facts, Effect] => {
  const revision = run.revision + 1;
  return [
    { ...factsOf(run), revision, grades: {} },
    { do: "revert", revision },
  ];
};

const shifted = (intervals: readonly Interval[], byMs: number): readonly Interval[] =>
  intervals.map(({ fromMs, toMs }) => ({ fromMs: fromMs + byMs, toMs: toMs + byMs }));
/** Counts samples of `during`, each expectation in separate windows. `duringMs`: run time at which the phase began. */
export const observeDuring = ({ plan }: Facts, duringMs: number): Effect => ({
  do: "observe",
  phase: "during",
  windows: Object.fromEntries(
    plan.expectations.map((expectation) => [expectation.name, shifted(windowsOf(plan, expectation), duringMs)]),
  ),
});
/**
 * Counts samples of the recovery: a sample that covers a time before it counts once that time lies behind the revert.
 */
const observeRecovery = ({ plan, atMs }: Facts): Effect => ({
  do: "observe",
  phase: "recovery",
  windows: Object.fromEntries(
    plan.expectations.flatMap(({ name, times }) =>
      times === undefined || times.reachMs === 0
        ? []
        : [[name, [{ fromMs: atMs + times.reachMs, toMs: plan.limits.deadlineMs }]] as const],
    ),
  ),
});

/** The only way out of injecting. */
export const revert = (run: RunIn<"injecting">, next: RunIn<"reverting">["next"]): Step => {
  const [facts, effect] = ask(run);
  const reverting: Run = { ...facts, at: "reverting", sinceMs: run.atMs, waiting: bootsOf(facts), next };
  const over = closePhase(reverting, "during");
  const settle: readonly Effect[] = run.duringMs === null ? [] : [{ do: "settle", phase: "during" }];
  return next === "recovering"
    ? [openPhase(over, "recovery"), effect, observeRecovery(run), ...settle]
    : [over, effect, { do: "observe", phase: null }, ...settle];
};
export const recover = (run: RunIn<"reverting">): Step => [
  { ...factsOf(run), at: "recovering", sinceMs: run.spans.recovery?.fromMs ?? run.sinceMs, settling: false },
];

/** Asks every agent once more, with a fresh revert. */
export const audit = (run: Run): Step => {
  const [facts, effect] = ask(run);
  const auditing: Run = { ...facts, at: "auditing", sinceMs: run.atMs, waiting: bootsOf(facts) };
  return [closePhase(auditing, "recovery"), effect, { do: "observe", phase: null }];
};
/** Audit of a run that comes straight from the revert: where all agents attested, no change is possible since. */
export const auditReverted = (run: RunIn<"reverting">): Step =>
  run.agents.every(({ boot }) => run.grades[boot]?.grade === "attested")
    ? [{ ...factsOf(run), at: "auditing", sinceMs: run.atMs, waiting: [] }]
    : audit(run);

export const finish = (run: Run): Step => {
  const { findings, ...outcome } = conclude(run);
  const finished: Run = { ...factsOf(run), findings, at: "finished", sinceMs: run.atMs, ...outcome };
  return [closePhase(closePhase(finished, "baseline"), "recovery"), { do: "tear-down" }, { do: "publish" }];
};
