/** The report of a run: what JSON, text, Markdown, JUnit and the dashboard render. */
import type { Phase } from "./experiment.ts";
import type { Unit } from "./faults/fault.ts";
import type { Mode } from "./plan.ts";
import type { BadSample, Tally } from "./tally.ts";
import type { Because, Grade, Verdict } from "./verdict.ts";

export interface ReceiptReport {
  readonly fault: string;
  readonly from: string;
  readonly to: string;
  readonly unit: Unit;
  readonly seen: number;
  readonly matched: number;
  readonly injected: number;
  readonly spared: number;
  readonly capped: number;
  readonly untouched: number;
  /** Of the first 1,000 hits, among what it matched. */
  readonly ordinals: readonly number[];
}
export interface PhaseCount {
  readonly good: number;
  readonly bad: number;
  readonly errored: number;
}
export interface ExpectationReport {
  readonly name: string;
  readonly probe: string;
  readonly objective: Readonly<Partial<Record<Phase, number>>>;
  readonly phases: Readonly<Partial<Record<Phase, PhaseCount>>>;
  /** null: not judged. */
  readonly met: boolean | null;
  readonly reason: string;
  readonly firstBad: readonly BadSample[];
  /** One tally a second, for charts and sparklines. */
  readonly timeline: readonly Tally[];
}
export interface FaultReport {
  readonly name: string;
  readonly description: string;
  readonly edges: readonly string[];
  /** Offsets into `during`. */
  readonly fromMs: number;
  readonly toMs: number;
}
/** One run of `--json`'s `runs`. */
export interface RunReport {
  readonly id: string;
  /** The experiment file as given on the command line; null when it came another way. */
  readonly file: string | null;
  readonly experiment: string;
  readonly description: string;
  readonly mode: Mode;
  /** The state, while the run is under way. */
  readonly state: string;
  readonly phase: Phase | null;
  readonly verdict: Verdict | null;
  readonly because: Because | null;
  readonly reason: string;
  readonly injected: boolean;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly spans: Readonly<Partial<Record<Phase, { readonly fromMs: number; readonly toMs: number | null }>>>;
  readonly faults: readonly FaultReport[];
  readonly receipts: readonly ReceiptReport[];
  readonly expectations: readonly ExpectationReport[];
  readonly recoveredMs: number | null;
  readonly audit: readonly { readonly agent: string; readonly grade: Grade; readonly detail: string }[];
  /** Agents of which it could not be shown that the faults are gone. */
  readonly residue: readonly string[];
}
