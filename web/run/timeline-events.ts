/**
 * Moments of a journal that get a tick on the timeline, found by comparing the run before and after each record.
 * Pure.
 */

import { spellInstances } from "../../experiments/model/evidence/instances.ts";
import type { Receipts } from "../../experiments/model/evidence/receipt.ts";
import { spellStrike } from "../../experiments/model/evidence/strikes.ts";
import { spellUnpassed } from "../../experiments/model/evidence/unpassed.ts";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { AgentBoot } from "../../experiments/model/names.ts";
import type { RunEvent } from "../../experiments/model/run/event.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import { list, spellCount } from "../../experiments/model/text/words.ts";
import { sayRoundedDuration } from "../../experiments/model/units/duration.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";

/** Kind of a moment, each with a different shape: colour is never the only sign. */
export type TimelineEventKind = "fault" | "hit" | "good" | "doubt" | "bad" | "halt";
export interface TimelineEvent {
  /** Sequence number of the record behind the moment. */
  readonly sequence: number;
  /** Run time, ms. */
  readonly atMs: number;
  /** Wall time of the record, Unix ms. */
  readonly wallMs: number;
  readonly kind: TimelineEventKind;
  readonly says: string;
}
type Told = Pick<TimelineEvent, "kind" | "says">;

const injectedBy = (receipts: Receipts): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { fault, injected } of Object.values(receipts).flatMap((byId) => Object.values(byId)))
    sums.set(fault, (sums.get(fault) ?? 0) + injected);
  return sums;
};
const firstHits = (before: Run, after: Run): readonly Told[] => {
  if (before.receipts === after.receipts) return [];
  const known = injectedBy(before.receipts);
  return [...injectedBy(after.receipts)]
    .filter(([fault, injected]) => injected > 0 && (known.get(fault) ?? 0) === 0)
    .map(([fault]) => ({ kind: "hit", says: `First hit of ${fault}` }));
};

const applied = (before: Run, after: Run): readonly Told[] => {
  if (before.at !== "injecting" || after.at !== "injecting") return [];
  if (before.waiting.length === 0 || after.waiting.length > 0) return [];
  const what = after.live.length === 0 ? "Applied: no fault is live" : `Applied: ${list(after.live)}`;
  return [{ kind: "fault", says: what }];
};

const VERDICTS: Readonly<Record<Verdict, TimelineEventKind>> = {
  ...{ HELD: "good", BROKEN: "bad", RESIDUE: "bad", HALTED: "halt", INVALID: "doubt", INCONCLUSIVE: "doubt" },
};
const moved = (before: Run, after: Run): readonly Told[] => {
  if (before.at === after.at) return [];
  if (after.at === "baseline") return [{ kind: "good", says: "Baseline begins" }];
  if (before.at !== "injecting" && after.at === "injecting") return [{ kind: "fault", says: "Faults are ordered" }];
  if (before.at === "injecting") return [{ kind: "good", says: "Revert: the faults are taken away" }];
  if (after.at !== "finished") return [];
  const { verdict, because } = after;
  return [{ kind: verdict === null ? "doubt" : VERDICTS[verdict], says: `Verdict: ${verdict ?? because}` }];
};

/** Findings against the hypothesis, or that end the run early. Findings at the end belong to the verdict. */
const found = (before: Run, after: Run): readonly Told[] =>
  after.at === "finished" && before.at !== "queued" && before.at !== "preparing"
    ? []
    : after.findings
        .slice(before.findings.length)
        .map(({ verdict, reason }) => ({ kind: verdict === "HALTED" ? "halt" : "bad", says: `${verdict}: ${reason}` }));

/** Adds the name of the user who halted to the reason: colleagues ask that user about the end of the run. */
const named =
  (event: RunEvent) =>
  (told: Told): Told =>
    event.type === "halted" && event.by !== undefined && told.kind === "halt"
      ? { ...told, says: told.says.replace(/^HALTED:/, `HALTED by ${event.by}:`) }
      : told;

/** Leaks that are only to be reported make no finding. */
const leaked = (before: Run, after: Run): readonly Told[] =>
  after.plan.limits.leak !== "report"
    ? []
    : after.radius.leaks
        .slice(before.radius.leaks.length)
        .map(({ reason }) => ({ kind: "doubt", says: `Leak: ${reason}` }));

const recovered = (before: Run, after: Run): readonly Told[] =>
  before.recoveredMs === null && after.recoveredMs !== null
    ? [{ kind: "good", says: `Recovered: steady from ${sayRoundedDuration(after.recoveredMs)} after the revert` }]
    : [];

const nameOf = ({ agents }: Run, boot: AgentBoot): string =>
  agents.find((agent) => agent.boot === boot)?.instance ?? boot;

const happened = (event: RunEvent, before: Run, after: Run): readonly Told[] => {
  switch (event.type) {
    case "guarded":
      if (event.outcome === "good") return [];
      return event.outcome === "bad"
        ? [{ kind: "bad", says: `Guardrail ${event.guardrail} is bad: ${event.why}` }]
        : [{ kind: "doubt", says: `Guardrail ${event.guardrail} errored: ${event.why}` }];
    case "joined":
      return before.agents === after.agents ? [] : [{ kind: "doubt", says: `${event.agent.instance} joined` }];
    case "stalled":
      return [
        {
          kind: "doubt",
          says: `${nameOf(after, event.boot)} stood still for ${Math.round(event.toMs - event.fromMs)} ms`,
        },
      ];
    case "lost":
      return [{ kind: "bad", says: `${nameOf(after, event.boot)} was lost (${event.how})` }];
    case "refused":
      return [{ kind: "bad", says: `${nameOf(after, event.boot)} refused: ${event.why}` }];
    case "service-exited":
      return [{ kind: "bad", says: `${event.service} ${event.how}` }];
    case "instances-changed":
      return [{ kind: "doubt", says: spellInstances(event) }];
    case "left":
      return before.left === after.left ? [] : [{ kind: "doubt", says: `${nameOf(after, event.boot)} left` }];
    case "service-struck":
      return after.strikes
        .slice(before.strikes.length)
        .map((strike) => ({ kind: "hit", says: spellStrike(strike, after.spans) }));
    case "service-back":
      return after.strikes
        .filter((strike, i) => strike !== before.strikes[i])
        .map((strike) => ({ kind: "good", says: spellStrike(strike, after.spans) }));
    case "unpassed":
      return event.edges.map((edge) => ({ kind: "doubt", says: spellUnpassed(edge) }));
    case "graded":
      return graded(before, after);
    default:
      return [];
  }
};
/** Once, when the last agent has answered; a fleet would be a carpet of ticks. */
const graded = (before: Run, after: Run): readonly Told[] => {
  const answered = ({ agents, grades }: Run) => agents.filter(({ boot }) => grades[boot] !== undefined).length;
  const asked = before.agents.length;
  if (
    asked === 0 ||
    answered(before) === asked ||
    answered({ ...after, grades: { ...before.grades, ...after.grades } }) < asked
  )
    return [];
  const attested = Object.values({ ...before.grades, ...after.grades }).filter(
    ({ grade }) => grade === "attested",
  ).length;
  return [
    attested === asked
      ? { kind: "good", says: `Audit: ${asked === 1 ? "its agent" : `all ${asked} agents`} attested to hold nothing` }
      : { kind: "doubt", says: `Audit: ${attested} of ${spellCount(asked, "agent")} attested to hold nothing` },
  ];
};

export const timelineEventsOf = (
  before: Run,
  after: Run,
  { sequence, wallMs, entry }: JournalRecord,
): readonly TimelineEvent[] => {
  if (entry.kind !== "event" || before.at === "finished") return [];
  const told = [
    ...happened(entry.event, before, after),
    ...applied(before, after),
    ...firstHits(before, after),
    ...found(before, after).map(named(entry.event)),
    ...leaked(before, after),
    ...recovered(before, after),
    ...moved(before, after),
  ];
  return told.map((one) => ({ sequence, atMs: after.atMs, wallMs, ...one }));
};

export interface TimelineFold extends TimelineEvent {
  /** Repetitions in a row, and the time of the last. */
  readonly times: number;
  readonly lastMs: number;
}
/** Merges repeated moments into a single line. */
export const gathered = (moments: readonly TimelineEvent[]): readonly TimelineFold[] => {
  const lines: TimelineFold[] = [];
  for (const moment of moments) {
    const before = lines.at(-1);
    if (before?.says === moment.says && before.kind === moment.kind)
      lines[lines.length - 1] = { ...before, times: before.times + 1, lastMs: moment.atMs };
    else lines.push({ ...moment, times: 1, lastMs: moment.atMs });
  }
  return lines;
};
