/** State of a run. A state carries only data of that state; data of every state stands in `Facts`. */

import type { Phase } from "../experiment/phase.ts";
import type { AgentBoot, FaultId, FaultName } from "../names.ts";
import type { AgentRef } from "../plan/agents.ts";
import type { Interval } from "../plan/counting.ts";
import type { Plan } from "../plan/plan.ts";
import type { ServiceExit } from "../verdict/exits.ts";
import type { MarkCounts } from "../verdict/exposure.ts";
import type { Receipt } from "../verdict/receipt.ts";
import type { StallSpan } from "../verdict/stalls.ts";
import type { SeriesByExpectation, Tally } from "../verdict/tally.ts";
import type { UnpassedEdge } from "../verdict/unpassed.ts";
import type { AuditGrade, Finding, ReasonCode, Verdict } from "../verdict/verdict.ts";
import type { Effect } from "./effect.ts";
import { NO_RADIUS, type RadiusFacts } from "./radius-facts.ts";

/** States in the order of a run. `sinceMs` is run time. */
export type RunPhase =
  | { readonly at: "queued" }
  | { readonly at: "preparing"; readonly sinceMs: number }
  | { readonly at: "warming"; readonly sinceMs: number }
  /** Baseline. `settling`: the phase's time is over, the last samples are awaited. */
  | { readonly at: "baseline"; readonly sinceMs: number; readonly settling: boolean }
  /**
   * Injection, from the first order of faults to the revert. `duringMs`: time at which the last agent had applied the
   * first order; null: not yet.
   */
  | {
      readonly at: "injecting";
      readonly sinceMs: number;
      readonly duringMs: number | null;
      /** Ordered faults, the time of the order, and the agents that have not applied the order yet. */
      readonly live: readonly FaultName[];
      readonly orderedMs: number;
      readonly waiting: readonly AgentBoot[];
      /** Tells whether samples sent at this moment count: a fault is live, everywhere, and `settle` is over. */
      readonly counting: boolean;
    }
  /** Revert, with an empty desired state; `waiting`: agents not graded yet. */
  | {
      readonly at: "reverting";
      readonly sinceMs: number;
      readonly waiting: readonly AgentBoot[];
      readonly next: "recovering" | "auditing";
    }
  /** `sinceMs`: the revert. `settling`: as in baseline. */
  | { readonly at: "recovering"; readonly sinceMs: number; readonly settling: boolean }
  /** Residue audit, after all other states: `waiting` as in reverting. */
  | { readonly at: "auditing"; readonly sinceMs: number; readonly waiting: readonly AgentBoot[] }
  | {
      readonly at: "finished";
      readonly sinceMs: number;
      readonly verdict: Verdict | null;
      readonly because: ReasonCode;
      readonly reason: string;
    };
export type State = RunPhase["at"];

export interface Facts {
  readonly plan: Plan;
  readonly agents: readonly AgentRef[];
  /** Agents that joined while faults were live: time of the join, and time from which the agent held the faults too. */
  readonly joins: Readonly<Record<AgentBoot, { readonly atMs: number; readonly appliedMs: number | null }>>;
  /** Run time of the last event. */
  readonly atMs: number;
  /** Counts the orders of this run. */
  readonly revision: number;
  /** Journal number of the event being folded: `created` is 1, the first event 2. */
  readonly sequence: number;
  readonly told: SeriesByExpectation<Tally>;
  /** Phases of which every sample is known. */
  readonly settled: readonly Phase[];
  /** By boot, then by fault id. */
  readonly receipts: Readonly<Record<AgentBoot, Readonly<Record<FaultId, Receipt>>>>;
  /** Time until which each agent that reports receipts had reported no hit. */
  readonly clearMs: Readonly<Record<AgentBoot, number>>;
  /** Exposure as counted by marks, by expectation. */
  readonly exposure: Readonly<Record<string, MarkCounts>>;
  /** Times in which hits were reported, joined, by fault id. */
  readonly hits: Readonly<Record<FaultId, readonly Interval[]>>;
  readonly grades: Readonly<Record<AgentBoot, { readonly grade: AuditGrade; readonly detail: string }>>;
  /** Stretches in which agents stood still; stretches that follow on each other are joined. */
  readonly stalls: readonly StallSpan[];
  /** Last samples of each guardrail, newest last. */
  readonly looks: Readonly<Record<string, readonly SampleKind[]>>;
  readonly findings: readonly Finding[];
  /** Services of the embedded mesh that ended by themselves, in that order. */
  readonly exits: readonly ServiceExit[];
  /** Faulted edges without an exchange in the baseline. */
  readonly unpassed: readonly UnpassedEdge[];
  /** Begin and end of each phase, run time; absent: not begun. */
  readonly spans: Readonly<Partial<Record<Phase, { readonly fromMs: number; readonly toMs: number | null }>>>;
  /** Tells whether a fault was ever ordered. */
  readonly injected: boolean;
  /** Start of the first window that met every objective after the revert, ms from the revert; null: none. */
  readonly recoveredMs: number | null;
  readonly radius: RadiusFacts;
}
export type SampleKind = "good" | "bad" | "errored";
export type Run = RunPhase & Facts;
export type RunIn<S extends State> = Extract<Run, { at: S }>;
export type Step = readonly [Run, ...Effect[]];

/** State of the run after the journal's first record. */
export const begin = (plan: Plan): Run => ({
  at: "queued",
  plan,
  agents: [],
  joins: {},
  atMs: 0,
  revision: 0,
  sequence: 1,
  told: {},
  settled: [],
  receipts: {},
  clearMs: {},
  exposure: {},
  hits: {},
  grades: {},
  stalls: [],
  looks: {},
  findings: [],
  exits: [],
  unpassed: [],
  spans: {},
  injected: false,
  recoveredMs: null,
  radius: NO_RADIUS,
});
