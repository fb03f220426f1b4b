/** The words that every form of a report shares. */

import type { AuditGrade } from "../../experiments/model/verdict/verdict.ts";
import type { Phase } from "../model/experiment/phase.ts";
import type { ExpectationReport, PhaseCount, RunReport } from "../model/report/report.ts";
import { spellCauses } from "../model/sample/errored.ts";
import { formatShare } from "../model/units/share.ts";

export const PHASES: readonly Phase[] = ["baseline", "during", "recovery"];

/** Word in the place of the verdict; for a run without a verdict, the reason why none was given. */
export const headlineOf = (run: Pick<RunReport, "verdict" | "mode" | "state">): string => {
  if (run.verdict !== null) return run.verdict;
  if (run.state !== "finished") return "RUNNING";
  return run.mode === "baseline" ? "BASELINE" : run.mode === "shadow" ? "SHADOW" : "NO VERDICT";
};

/**
 * `339/400`, or `339/400 +3?` with three errored samples, `(5 left)` when callers gave up five. A phase without samples
 * is a dash.
 */
export const countOf = (count: PhaseCount | undefined): string => {
  const { left = 0 } = count ?? {};
  if (count === undefined || count.good + count.bad + count.errored + left === 0) return "–";
  const errored = count.errored === 0 ? "" : ` +${count.errored}?`;
  const gone = left === 0 ? "" : ` (${left} left)`;
  return `${count.good}/${count.good + count.bad}${errored}${gone}`;
};
/** `3 samples errored: 2 late prober, 1 no descriptors. The first: …`. */
export const erroredOf = ({ by, first }: NonNullable<ExpectationReport["errored"]>): string => {
  const count = Object.values(by).reduce((sum, each) => sum + each, 0);
  const example = first === null ? "" : `. The first: ${first}`;
  return `${count} sample${count === 1 ? "" : "s"} errored: ${spellCauses(by)}${example}`;
};
/** Objective as a single share, or the three shares of a hypothesis with a different share in each phase. */
export const objectiveOf = ({ objective }: Pick<ExpectationReport, "objective">): string => {
  const shares = PHASES.flatMap((phase) => objective[phase] ?? []);
  if (shares.length === 0) return "once";
  const differs = shares.some((share) => share !== shares[0]);
  return differs ? PHASES.map((phase) => share(objective[phase])).join(" ") : formatShare(shares[0]!);
};
const share = (value: number | undefined): string => (value === undefined ? "–" : formatShare(value));

/**
 * `18 +281`: samples hit, and samples kept from the fault; `≥ 120` or `≤ 41` where only a bound is known; `300 beside`
 * of a bystander.
 */
export const exposedOf = ({ exposure }: Pick<ExpectationReport, "exposure">): string => {
  if (exposure === null) return "–";
  const { by, struck, averted, atLeast, atMost } = exposure;
  switch (by) {
    case "none":
      return "none";
    case "unknown":
      return "?";
    case "bystander":
      return `${atLeast} beside`;
    case "graph":
      return atLeast > 0 ? `≥ ${atLeast}` : `≤ ${atMost}`;
    default:
      return averted === 0 ? String(struck) : `${struck} +${averted}`;
  }
};

/** Reasons may quote the end of a log below the sentence. */
export const firstLine = (reason: string): string => reason.split("\n", 1)[0]!;
export const metOf = (met: boolean | null): string => (met === null ? "not judged" : met ? "yes" : "no");
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** `7.2 ms`, `350 ms`, `2.0 s`: three digits, which is all that a latency is known to. */
export const milliseconds = (ms: number): string =>
  ms >= 1_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;

const WORST_FIRST: readonly AuditGrade[] = ["unknown", "inferred", "witnessed", "attested"];
/** The worst grade of all agents; null when no agent was ever commanded. */
const auditGradeOf = (run: Pick<RunReport, "audit">): AuditGrade | null =>
  WORST_FIRST.find((grade) => run.audit.some((audited) => audited.grade === grade)) ?? null;

export const recoveredOf = (run: Pick<RunReport, "recoveredMs" | "injected" | "verdict">): string | null => {
  if (!run.injected) return null;
  if (run.recoveredMs !== null) return `recovered ${seconds(run.recoveredMs)} after the faults were taken away`;
  return run.verdict === "BROKEN" ? "NOT RECOVERED in the time allowed" : null;
};

/**
 * The worst grade; `not yet` while the run is under way, since agents are audited at the run's end. null: no agent was
 * ever commanded.
 */
export const auditOf = (run: Pick<RunReport, "audit" | "state">): string | null =>
  run.audit.length > 0 && run.state !== "finished" ? "not yet" : auditGradeOf(run);
