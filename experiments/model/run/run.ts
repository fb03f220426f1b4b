/** The state of a run. A state carries only its own data; what every state knows stands in `Facts`. */
import type { Phase } from "../experiment.ts";
import type { Boot, FaultName } from "../names.ts";
import type { Plan } from "../plan.ts";
import type { Receipt } from "../receipt.ts";
import type { Tally } from "../tally.ts";
import type { Because, Finding, Grade, Verdict } from "../verdict.ts";
import type { Effect } from "./effect.ts";
import type { AgentRef, RunEvent } from "./event.ts";

/** States in their order. `sinceMs` is run time. */
export type Place =
  | { readonly at: "queued" }
  | { readonly at: "preparing"; readonly sinceMs: number }
  | { readonly at: "warming"; readonly sinceMs: number }
  /** `settling`: its time is over, its last samples are awaited. */
  | { readonly at: "baseline"; readonly sinceMs: number; readonly settling: boolean }
  /** From the first order that holds a fault to the first that holds none. `duringMs`: when the last agent had applied the first; null: not yet. */
  | {
      readonly at: "injecting";
      readonly sinceMs: number;
      readonly duringMs: number | null;
      readonly live: readonly FaultName[];
      readonly waiting: readonly Boot[];
    }
  /** Nothing is wished any more; `waiting`: agents not graded yet. */
  | {
      readonly at: "reverting";
      readonly sinceMs: number;
      readonly waiting: readonly Boot[];
      readonly then: "recovering" | "auditing";
    }
  | { readonly at: "recovering"; readonly sinceMs: number }
  /** The residue audit, after everything: `waiting` as in reverting. */
  | { readonly at: "auditing"; readonly sinceMs: number; readonly waiting: readonly Boot[] }
  | {
      readonly at: "finished";
      readonly sinceMs: number;
      readonly verdict: Verdict | null;
      readonly because: Because;
      readonly reason: string;
    };
export type State = Place["at"];

export interface Facts {
  readonly plan: Plan;
  readonly agents: readonly AgentRef[];
  /** Counts the orders of this run. */
  readonly revision: number;
  /** Sequence number of the event being folded: 1 for the first. */
  readonly sequence: number;
  readonly tallies: readonly Tally[];
  /** By boot, then by fault id. */
  readonly receipts: Readonly<Record<Boot, Readonly<Record<string, Receipt>>>>;
  readonly grades: Readonly<Record<Boot, { readonly grade: Grade; readonly detail: string }>>;
  /** Last looks of each guardrail, newest last. */
  readonly looks: Readonly<Record<string, readonly ("good" | "bad" | "errored")[]>>;
  readonly findings: readonly Finding[];
  /** When each phase began and ended, run time; absent: it did not. */
  readonly spans: Readonly<Partial<Record<Phase, { readonly fromMs: number; readonly toMs: number | null }>>>;
  /** Whether a fault was ever ordered. */
  readonly injected: boolean;
  /** Start of the first window that met every objective after the revert, ms after it; null: none. */
  readonly recoveredMs: number | null;
}
export type Run = Place & Facts;
export type RunIn<S extends State> = Extract<Run, { at: S }>;
export type Step = readonly [Run, ...Effect[]];
/** One event in, the next state and what is to be done out. Pure: the journal folded through it is the run. */
export type StepRun = (run: Run, event: RunEvent) => Step;
