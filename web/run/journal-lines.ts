/** Journal records as lines: kind, text, and search. Pure. */

import { spellInstances } from "../../experiments/model/evidence/instances.ts";
import { sumOf } from "../../experiments/model/evidence/tally.ts";
import { spellUnpassed } from "../../experiments/model/evidence/unpassed.ts";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { type AgentBoot, spellEdge } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import type { RunEvent } from "../../experiments/model/run/event.ts";
import { list, spellCount } from "../../experiments/model/text/words.ts";

export const kindOf = ({ entry }: JournalRecord): string => (entry.kind === "event" ? entry.event.type : entry.kind);

type Agents = readonly AgentRef[];
const nameOf = (agents: Agents, boot: AgentBoot) => agents.find((agent) => agent.boot === boot)?.instance ?? boot;
const MOST = 5;
const some = (names: readonly string[]): string =>
  names.length <= MOST ? list(names) : `${names.slice(0, MOST).join(", ")} and ${names.length - MOST} more`;

const talliedSays = (tallies: Extract<RunEvent, { type: "tallied" }>["tallies"]): string => {
  const { good, bad, errored } = sumOf(tallies);
  const unknown = errored === 0 ? "" : `, ${errored} errored`;
  const of = some([...new Set(tallies.map((tally) => tally.of))]);
  const [first] = tallies.flatMap(({ firstBad }) => firstBad);
  return `${of}: ${good} good, ${bad} bad${unknown}${first === undefined ? "" : `; ${first.why}`}`;
};
const passedSays = ({ before, edges, stalled }: Extract<RunEvent, { type: "passed" }>): string => {
  if (before !== undefined) return `the baseline of ${spellCount(before.length, "edge")}`;
  const used = edges.filter(([, n]) => n > 0);
  const ended = edges.reduce((sum, [, n]) => sum + n, 0);
  const failed = edges.reduce((sum, [, , count = 0]) => sum + count, 0);
  const still = stalled === true ? "; the server stood still" : "";
  return `${spellCount(ended, "exchange")} on ${spellCount(used.length, "edge")}, ${failed} failed${still}`;
};
const eventSays = (event: RunEvent, agents: Agents): string => {
  switch (event.type) {
    case "started":
      return "left the queue";
    case "ready":
      return event.agents.length === 0 ? "no agents" : some(event.agents.map(({ instance }) => instance));
    case "joined":
      return event.agent.instance;
    case "failed":
      return `${event.verdict}, ${event.because}: ${event.reason}`;
    case "woke":
      return "a timer was due";
    case "settled":
      return `every sample of ${event.phase} is known`;
    case "tallied":
      return talliedSays(event.tallies);
    case "guarded":
      return `${event.guardrail}: ${event.outcome}; ${event.why}`;
    case "applied":
      return `${nameOf(agents, event.boot)} applied order ${event.revision}`;
    case "refused":
      return `${nameOf(agents, event.boot)} refused order ${event.revision}: ${event.why}`;
    case "receipts":
      return `${nameOf(agents, event.boot)}: ${some(event.receipts.map(({ fault, edge, injected }) => `${fault} on ${spellEdge(edge)} hit ${injected}`))}`;
    case "exposed":
      return some(
        event.counts.map(
          ({ of, phase, struck, samples }) => `${of}, ${phase}: ${struck} of ${spellCount(samples, "sample")} hit`,
        ),
      );
    case "stalled":
      return `${nameOf(agents, event.boot)} stood still for ${Math.round(event.toMs - event.fromMs)} ms`;
    case "passed":
      return passedSays(event);
    case "lost":
      return `${nameOf(agents, event.boot)}: ${event.how}`;
    case "graded":
      return `${nameOf(agents, event.boot)}: ${event.grade}; ${event.detail}`;
    case "service-exited":
      return `${event.service} ${event.how}`;
    case "instances-changed":
      return spellInstances(event);
    case "left":
      return nameOf(agents, event.boot);
    case "service-struck":
      return `${event.service} by ${event.fault}`;
    case "service-back":
      return `${event.service} after ${(event.awayMs / 1_000).toFixed(2)} s (${event.fault})`;
    case "unpassed":
      return event.edges.map(spellUnpassed).join(" ");
    case "halted":
      return `${event.because}${event.by === undefined ? "" : ` by ${event.by}`}: ${event.reason}`;
  }
};
export const saysOf = ({ entry }: JournalRecord, agents: Agents): string => {
  if (entry.kind === "created") return `${entry.created.plan.experiment}, seed ${entry.created.plan.seed}`;
  return entry.kind === "closed"
    ? `${spellCount(entry.count, "record")} before this one`
    : eventSays(entry.event, agents);
};
/** Run time of a record, ms; null: not an event. */
export const momentMs = ({ entry }: JournalRecord): number | null => (entry.kind === "event" ? entry.event.atMs : null);

/** Cached search text: a record never changes, and neither does the text. */
const texts = new WeakMap<JournalRecord, string>();
const searchable = (record: JournalRecord): string => {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const text = `${kindOf(record)} ${JSON.stringify(record.entry)}`.toLowerCase();
  texts.set(record, text);
  return text;
};

export interface JournalFilter {
  /** Empty: every kind. */
  readonly kind: string;
  /** Search words; every word must occur in the record. */
  readonly text: string;
}
/** Lines that match a filter. `count`: number of records at the displayed moment. */
export const linesOf = (
  records: readonly JournalRecord[],
  count: number,
  { kind, text }: JournalFilter,
): readonly JournalRecord[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return records
    .slice(0, count)
    .filter((record) => kind === "" || kindOf(record) === kind)
    .filter((record) => words.length === 0 || words.every((word) => searchable(record).includes(word)));
};
/** Every kind that there is, with how many, by name. */
export const kindsOf = (records: readonly JournalRecord[], count: number): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const record of records.slice(0, count)) counts.set(kindOf(record), (counts.get(kindOf(record)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
};

/** Lines on a page. */
export const PAGE = 50;
/** Number of pages for `lines` lines; at least 1. */
export const pagesOf = (lines: number): number => Math.max(1, Math.ceil(lines / PAGE));
