/** Effects that a run orders. Only `server/runs/active/effects.ts` performs effects. */

import type { Phase } from "../experiment/phase.ts";
import type { ExpectationName, FaultName } from "../names.ts";
import type { AgentRef } from "../plan/agents.ts";
import type { Interval } from "../plan/counting.ts";
import type { Selections } from "../plan/selections.ts";

/** Run times in which samples count, by expectation. */
export type Windows = Readonly<Record<ExpectationName, readonly Interval[]>>;

export type Effect =
  /** Get mesh and agents ready; answered by `ready` or `failed`. */
  | { readonly do: "prepare" }
  /**
   * Assigns these agents to the run: from now on no other agent is sent any order of the run. May prolong: waits for
   * the journal.
   */
  | { readonly do: "assign"; readonly agents: readonly AgentRef[] }
  /**
   * Assigns samples sent from now on to `phase`; null: probes go on, samples count nowhere (warm-up, settling).
   * `windows`: run times in which samples of an expectation count; an expectation without windows counts all the time.
   */
  | { readonly do: "observe"; readonly phase: Phase | null; readonly windows?: Windows }
  /** Answered by `settled` once every sample sent in `phase` is known. */
  | { readonly do: "settle"; readonly phase: Phase }
  /**
   * Sets the desired state to exactly these faults of this run, on all targets. Adds or prolongs: waits for the
   * journal.
   */
  | { readonly do: "apply"; readonly revision: number; readonly faults: readonly FaultName[] }
  /**
   * Sets the addresses that faults with a selection act on from now on; a fault that is not named acts as planned. May
   * add: waits for the journal.
   */
  | { readonly do: "select"; readonly endpoints: Selections }
  /**
   * Empties the desired state, and sends drop-all with a fresh nonce each second until attested or 30 s. Never waits,
   * not even for the journal. Answered by `graded`, once an agent.
   */
  | { readonly do: "revert"; readonly revision: number }
  /** Stop the probes and free the claims. */
  | { readonly do: "tear-down" }
  /** Close the journal; the report is final. */
  | { readonly do: "publish" };
