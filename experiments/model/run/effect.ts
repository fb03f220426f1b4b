/** What a run asks for. `server/runs/active/effects.ts` performs them; nothing else does. */
import type { ExpectationName, FaultName } from "../names.ts";
import type { Phase } from "../phase.ts";
import type { Interval } from "../verdict/counting.ts";
import type { AgentRef } from "./event.ts";

/** By expectation: run times in which its samples count. */
export type Windows = Readonly<Record<ExpectationName, readonly Interval[]>>;

export type Effect =
  /** Get mesh and agents ready; answered by `ready` or `failed`. */
  | { readonly do: "prepare" }
  /** From now on these agents are the run's, and no other is sent anything of it. May prolong: waits for the journal. */
  | { readonly do: "assign"; readonly agents: readonly AgentRef[] }
  /**
   * From now on samples sent belong to `phase`; null: probes go on, samples count nowhere (warm-up, settling). `windows`: run
   * times in which samples of an expectation count; one that is not named counts all the time.
   */
  | { readonly do: "observe"; readonly phase: Phase | null; readonly windows?: Windows }
  /** Answered by `settled` once every sample sent in `phase` is known. */
  | { readonly do: "settle"; readonly phase: Phase }
  /** Wish exactly these faults of this run, on all their targets. Adds or prolongs: waits for the journal. */
  | { readonly do: "apply"; readonly revision: number; readonly faults: readonly FaultName[] }
  /** Wish nothing, and drop with a fresh nonce each second until attested or 30 s. Never waits for anything. Answered by `graded`, once an agent. */
  | { readonly do: "revert"; readonly revision: number }
  /** Stop the probes and free the claims. */
  | { readonly do: "tear-down" }
  /** Close the journal; the report is final. */
  | { readonly do: "publish" };
