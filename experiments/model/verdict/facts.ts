/** Facts of a run, kept by every state of the run: all that a verdict is concluded from. `run/note.ts` folds events into them. */

import type { RadiusFacts } from "../blast-radius/radius-facts.ts";
import type { ServiceExit } from "../evidence/exits.ts";
import type { InstanceNews } from "../evidence/instances.ts";
import type { Receipt } from "../evidence/receipt.ts";
import type { Strike } from "../evidence/strikes.ts";
import type { SeriesByExpectation, Tally } from "../evidence/tally.ts";
import type { UnpassedEdge } from "../evidence/unpassed.ts";
import type { Phase } from "../experiment/phase.ts";
import type { AgentBoot, ExpectationName, FaultId } from "../names.ts";
import type { AgentRef } from "../plan/agents.ts";
import type { Interval } from "../plan/counting.ts";
import type { Plan } from "../plan/plan.ts";
import type { MarkCounts } from "./exposure.ts";
import type { StallSpan } from "./stalls.ts";
import type { AuditGrade, Finding } from "./verdict.ts";

export interface Facts {
  readonly plan: Plan;
  readonly agents: readonly AgentRef[];
  /** Agents that joined while faults were live: time of the join, and time from which the agent held the faults too. */
  readonly joins: Readonly<Record<AgentBoot, { readonly atMs: number; readonly appliedMs: number | null }>>;
  /** Agents that ended in order, without a fault left: run time of the end. */
  readonly left: Readonly<Record<AgentBoot, number>>;
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
  readonly exposure: Readonly<Record<ExpectationName, MarkCounts>>;
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
  /** Instances of services that came and went, in that order. */
  readonly instances: readonly InstanceNews[];
  /** Strikes of the run's faults on processes of services, in that order. */
  readonly strikes: readonly Strike[];
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
