/** Progress as log lines: a line when a value changes, and a beat every few seconds. Pure. */

import { spellInstances } from "../../experiments/model/evidence/instances.ts";
import { spellStrike } from "../../experiments/model/evidence/strikes.ts";
import { spellUnpassed, withAdvice } from "../../experiments/model/evidence/unpassed.ts";
import { sayImpact } from "../../experiments/model/explain/impact.ts";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { spellEdge } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { firstLine, headlineOf } from "../../experiments/report/words.ts";

/** `10:15:12Z +12.1s`, so that lines can be laid beside the logs of services. */
const stamp = (wallMs: number, atMs: number): string =>
  `${new Date(wallMs).toISOString().slice(11, 19)}Z +${(atMs / 1_000).toFixed(1)}s`;

const hitsOf = (report: RunReport): string => {
  if (report.receipts.length === 0) return "";
  const hits = report.receipts.reduce((sum, { injected }) => sum + injected, 0);
  const matched = report.receipts.reduce((sum, receipt) => sum + receipt.matched, 0);
  return `, faults hit ${hits} of ${matched} matched`;
};
const countsOf = (report: RunReport): string =>
  report.expectations
    .flatMap(({ name, phases }) => {
      const count = report.phase === null ? undefined : phases[report.phase];
      return count === undefined ? [] : [`${name} ${count.good} good ${count.bad} bad`];
    })
    .join("; ");

const WORDS: Readonly<Record<string, string>> = {
  queued: "queued",
  preparing: "getting the agents ready",
  warming: "warming up",
  baseline: "baseline: is the steady state there without a fault?",
  injecting: "faults ordered",
  reverting: "taking the faults away",
  recovering: "does the steady state come back?",
  auditing: "asking every agent to prove that its faults are gone",
};
const newsOf = (report: RunReport): string => {
  if (report.state === "finished") return `${headlineOf(report)}: ${firstLine(report.reason)}`;
  const word = WORDS[report.state] ?? report.state;
  if (report.state !== "injecting") return word + (report.state === "reverting" ? hitsOf(report) : "");
  const places = report.faults.map(
    ({ name, edges, service }) => `${name} on ${service ?? edges.map(spellEdge).join(", ")}`,
  );
  return `${word}: ${places.join("; ")}`;
};

/** A line when the state is another than before. */
export const changeLine = (before: string | null, report: RunReport, wallMs: number, atMs: number): string | null =>
  before === report.state ? null : terminal(`${stamp(wallMs, atMs)} ${report.experiment}: ${newsOf(report)}`);

/** Heading of a run in a log: the sentence on the run's impact. */
export const impactLine = ({ entry, wallMs }: JournalRecord): string | null => {
  if (entry.kind !== "created") return null;
  const { plan } = entry.created;
  return terminal(`${stamp(wallMs, 0)} ${plan.experiment}: ${sayImpact(plan)}`);
};

/** Warnings of a record in words; most records have none. `mesh`: the file's mesh, where read here. */
export const warningsOf = ({ entry }: JournalRecord, mesh: Mesh | null): readonly string[] => {
  if (entry.kind !== "event" || entry.event.type !== "unpassed") return [];
  return entry.event.edges.map((edge) => spellUnpassed(mesh === null ? edge : withAdvice(edge, mesh)));
};
/** Warnings of a record, each as a permanent line. */
export const warningLines = (record: JournalRecord, experiment: string, mesh: Mesh | null): readonly string[] => {
  const atMs = record.entry.kind === "event" ? record.entry.event.atMs : 0;
  return warningsOf(record, mesh).map((warning) =>
    terminal(`${stamp(record.wallMs, atMs)} ${experiment}: Warning: ${warning}`),
  );
};
/** Permanent lines of a record on instances that came and went; most records have none. */
export const instanceLines = ({ entry, wallMs }: JournalRecord, experiment: string): readonly string[] =>
  entry.kind !== "event" || entry.event.type !== "instances-changed"
    ? []
    : [terminal(`${stamp(wallMs, entry.event.atMs)} ${experiment}: ${spellInstances(entry.event)}`)];
/** Line when a struck service is back, with the time that it was away; null: the record tells of no return. */
export const strikeLine = ({ entry, wallMs }: JournalRecord, { plan, strikes, spans }: Run): string | null => {
  if (entry.kind !== "event" || entry.event.type !== "service-back") return null;
  const { fault, service, awayMs, atMs } = entry.event;
  const strike = strikes.findLast((each) => each.fault === fault && each.service === service && each.awayMs === awayMs);
  if (strike === undefined) return null;
  return terminal(`${stamp(wallMs, atMs)} ${plan.experiment}: ${spellStrike(strike, spans)}`);
};
/** Counts in the middle of a phase; null while there are none. */
export const beatLine = (report: RunReport, wallMs: number, atMs: number): string | null => {
  const counts = countsOf(report);
  if (report.phase === null || counts === "") return null;
  return terminal(`${stamp(wallMs, atMs)} ${report.experiment}: ${report.phase}: ${counts}${hitsOf(report)}`);
};
