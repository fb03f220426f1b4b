/** What can happen to a run. Each event is one record of the journal, written before its effects where they add or prolong a fault. */

import type { EdgeBefore, EdgeSecond } from "../blast-radius/edge-sums.ts";
import type { Boot, FaultId, Instance, ServiceName } from "../names.ts";
import type { Phase } from "../phase.ts";
import type { ExposureCount } from "../verdict/exposure.ts";
import type { Receipt } from "../verdict/receipt.ts";
import type { AgentStall } from "../verdict/stalls.ts";
import type { Tally } from "../verdict/tally.ts";
import type { UnpassedEdge } from "../verdict/unpassed.ts";
import type { AuditGrade, ReasonCode, Verdict } from "../verdict/verdict.ts";

export interface AgentRef {
  readonly instance: Instance;
  readonly boot: Boot;
  /** The faults of the plan that this agent is ever sent; absent: all of them. None: it only counts for expectations. */
  readonly faults?: readonly FaultId[];
}
/** `atMs`: monotonic, since the run was created. The journal keeps the wall time and the sequence number beside it. */
export type RunEvent = { readonly atMs: number } & (
  | { readonly type: "started" }
  /** `agents`: every agent that is sent this run's orders. */
  | { readonly type: "ready"; readonly agents: readonly AgentRef[] }
  /** An instance that appeared in mid-run and is meant: from here on it is one of the run's agents, and audited like them. */
  | { readonly type: "joined"; readonly agent: AgentRef }
  /** Preparing failed: nothing was injected. */
  | {
      readonly type: "failed";
      readonly verdict: Exclude<Verdict, "HELD">;
      readonly because: ReasonCode;
      readonly reason: string;
    }
  | { readonly type: "woke" }
  /** Every sample sent in this phase has been tallied. */
  | { readonly type: "settled"; readonly phase: Phase }
  | { readonly type: "tallied"; readonly tallies: readonly Tally[] }
  /** One look of a guardrail. */
  | {
      readonly type: "guarded";
      readonly guardrail: string;
      readonly outcome: "good" | "bad" | "errored";
      readonly why: string;
    }
  /** An agent holds exactly what revision `revision` of this run asks for; also where that is nothing. */
  | { readonly type: "applied"; readonly boot: Boot; readonly revision: number }
  /** An agent could not or would not honour an order; it dropped everything. */
  | { readonly type: "refused"; readonly boot: Boot; readonly revision: number; readonly why: string }
  | { readonly type: "receipts"; readonly boot: Boot; readonly receipts: readonly Receipt[] }
  /** Exposure of marked samples, as agents and prober know it so far: cumulative, so that a later event replaces an earlier one. */
  | { readonly type: "exposed"; readonly counts: readonly ExposureCount[] }
  /** An agent's loop stood still, run time: what it held up then is not the system's. */
  | ({ readonly type: "stalled" } & AgentStall)
  /**
   * Traffic of every edge in one second: [fromMs, toMs) of run time. `before`: the sums of the baseline, once. `stalled`:
   * the server stood still meanwhile; `late`: places of edges of which an agent told so late that it did. `beside`: other
   * runs have live faults; `claimed`: places of the edges on which those declare damage.
   */
  | {
      readonly type: "passed";
      readonly fromMs: number;
      readonly toMs: number;
      readonly before?: readonly EdgeBefore[];
      readonly edges: readonly EdgeSecond[];
      readonly stalled?: true;
      readonly late?: readonly number[];
      readonly beside?: true;
      readonly claimed?: readonly number[];
    }
  /** An agent went away (`exited`: its parent saw the process end; `silent`: unheard for a whole lease), or dropped everything by itself (`lapsed`). */
  | { readonly type: "lost"; readonly boot: Boot; readonly how: "exited" | "lapsed" | "silent" }
  /** The audit's word on one agent that was ever sent this run. `revision`: of the revert that it answers; an older one proves nothing. */
  | {
      readonly type: "graded";
      readonly boot: Boot;
      readonly revision: number;
      readonly grade: AuditGrade;
      readonly detail: string;
    }
  /** A service of the embedded mesh ended by itself. `how`: `exited with code 1`, `was ended by SIGKILL`. */
  | { readonly type: "service-exited"; readonly service: ServiceName; readonly how: string }
  /** The baseline is over, and on these faulted edges no agent saw an exchange in it: a warning, no finding. */
  | { readonly type: "unpassed"; readonly edges: readonly UnpassedEdge[] }
  /** `by`: the name of the token that asked for it; absent: Squall did it, or the journal is from before that was told. */
  | {
      readonly type: "halted";
      readonly because: ReasonCode;
      readonly reason: string;
      readonly recover: boolean;
      readonly by?: string;
    }
);
