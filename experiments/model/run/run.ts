/** State of a run. A state carries only data of that state; data of every state stands in `Facts`. */

import { NO_RADIUS } from "../blast-radius/radius-facts.ts";
import type { AgentBoot, FaultName } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import type { Facts } from "../verdict/facts.ts";
import type { ReasonCode, Verdict } from "../verdict/verdict.ts";
import type { Effect } from "./effect.ts";

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

export type Run = RunPhase & Facts;
export type RunIn<S extends State> = Extract<Run, { at: S }>;
export type Step = readonly [Run, ...Effect[]];

/** State of the run after the journal's first record. */
export const begin = (plan: Plan): Run => ({
  at: "queued",
  plan,
  agents: [],
  joins: {},
  left: {},
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
  instances: [],
  strikes: [],
  unpassed: [],
  spans: {},
  injected: false,
  recoveredMs: null,
  radius: NO_RADIUS,
});
