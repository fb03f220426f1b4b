/** Invariants that hold after a fault of the database, for any outcome of the runs. Pure. */
import { checkJournal, foldJournal, type JournalRecord } from "../../experiments/model/journal/journal.ts";
import { digest } from "../../server/store/chain.ts";
import type { Over } from "../crash/proofs.ts";

const MINUTE_MS = 60_000;
/** Bound for a due start: the database returns, a server is elected, and due instants are checked every 10 s. */
const FIRED_WITHIN_MS = 45_000;
/**
 * Most log lines of the same form: a line for the loss, a line for the end of the loss, a line per run, none per try.
 */
const MOST_ALIKE = 4;

/**
 * Wrong verdicts: a database fault is no finding about the services, and no fault is left over while the agent lives.
 */
export const verdictProblems = ({ id, verdict, report }: Over): string[] => {
  if (verdict === "HELD" || verdict === "HALTED") return [];
  // Samples may be missing on a busy machine: a doubt, and no finding.
  if (verdict === "INCONCLUSIVE") return [];
  return [`${id} is ${verdict} (${report.because}): ${report.reason}`];
};

export interface JournalRow {
  readonly run: string;
  readonly sequence: number;
  readonly wall_ms: string | number;
  readonly entry: string;
  readonly hash: string;
}
/**
 * Journal problems in the database: each journal must be whole and closed, with the reported verdict; HELD needs proof.
 */
export const journalProblems = (rows: readonly JournalRow[], runs: readonly Over[]): string[] =>
  runs.flatMap(({ id, verdict }) => {
    const records = rows
      .filter(({ run }) => run === id)
      .map(
        ({ sequence, wall_ms, entry, hash }): JournalRecord => ({
          ...{ sequence, wallMs: Number(wall_ms), entry: JSON.parse(entry), hash },
        }),
      );
    const run = foldJournal(records);
    const problems = checkJournal(records, digest).map((problem) => `${id}: ${problem}`);
    if (records.at(-1)?.entry.kind !== "closed") problems.push(`${id}: its journal in the database is not closed`);
    if (run?.at === "finished" && run.verdict !== verdict)
      problems.push(`${id}: its journal says ${run.verdict}, and ${verdict} was told`);
    return problems;
  });

export interface InstantRow {
  readonly instant_ms: string | number;
  readonly outcome: string;
  readonly run: string | null;
  readonly reason: string;
}
/** Interval, Unix ms, whose rows a failover may have lost. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}
/**
 * Faulty instants of a minutely schedule: each minute must have a row with a separate run, except rows lost in a
 * failover.
 */
export const scheduleProblems = (
  rows: readonly InstantRow[],
  { sinceMs, nowMs, lost }: { readonly sinceMs: number; readonly nowMs: number; readonly lost: readonly Gap[] },
): string[] => {
  const known = new Map(rows.map((row) => [Number(row.instant_ms), row]));
  const problems: string[] = [];
  const firstMs = Math.ceil((sinceMs + 10_000) / MINUTE_MS) * MINUTE_MS;
  for (let atMs = firstMs; atMs < nowMs - FIRED_WITHIN_MS; atMs += MINUTE_MS) {
    const row = known.get(atMs);
    const at = new Date(atMs).toISOString();
    if (row === undefined && lost.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs)) continue;
    if (row === undefined) problems.push(`nothing is known of the instant ${at}`);
    // Starts are refused during a halt of all runs.
    else if (row.outcome === "refused" && /halted/.test(row.reason)) continue;
    else if (row.outcome !== "started" || row.run === null) problems.push(`the instant ${at} is ${row.outcome}`);
  }
  const runs = rows.flatMap(({ run }) => (run === null ? [] : [run]));
  if (new Set(runs).size < runs.length) problems.push("two instants have one run");
  return problems;
};

/** Log lines about runs, instants and leads, which come once per subject. */
const ONE_EACH = /^(audit|(warn: |error: )?(a run|run|schedule|this server|the mesh)) /;

/** Log lines repeated too often; lines that differ in numbers, ids and times alone count as the same line. */
export const linesOf = (url: string, text: string): string[] => {
  const alike = new Map<string, number>();
  for (const line of text.split("\n").map((each) => each.replace(/^\S+ /, ""))) {
    if (line === "" || ONE_EACH.test(line)) continue;
    const form = line.replace(/\b(r-)?[0-9a-z]*\d[0-9a-z-]*\b/gi, "#");
    alike.set(form, (alike.get(form) ?? 0) + 1);
  }
  return [...alike]
    .filter(([, count]) => count > MOST_ALIKE)
    .map(([form, count]) => `the server at ${url} said ${count} times: ${form.slice(0, 200)}`);
};
