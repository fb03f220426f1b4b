/**
 * Events of a run. Each event is a record of the journal, written before the event's effects where the effects add or
 * prolong a fault.
 */

import type { EdgeBefore, EdgeSecond } from "../blast-radius/edge-sums.ts";
import type { Receipt } from "../evidence/receipt.ts";
import type { Tally } from "../evidence/tally.ts";
import type { UnpassedEdge } from "../evidence/unpassed.ts";
import type { Phase } from "../experiment/phase.ts";
import type { InstanceChange } from "../mesh/instances.ts";
import type { AgentBoot, FaultName, ServiceName } from "../names.ts";
import type { AgentRef } from "../plan/agents.ts";
import type { ExposureCount } from "../verdict/exposure.ts";
import type { AgentStall } from "../verdict/stalls.ts";
import type { AuditGrade, ReasonCode, Verdict } from "../verdict/verdict.ts";

/**
 * Event with `atMs`: monotonic, since the run was created. The journal keeps wall time and sequence number beside the
 * event.
 */
export type RunEvent = { readonly atMs: number } & (
  | { readonly type: "started" }
  /** `agents`: every agent that is sent this run's orders. */
  | { readonly type: "ready"; readonly agents: readonly AgentRef[] }
  /**
   * Join of a targeted instance that appeared in mid-run: from here on the agent belongs to the run, and is audited
   * like the others.
   */
  | { readonly type: "joined"; readonly agent: AgentRef }
  /** Preparing failed: no fault was injected. */
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
  /** Sample of a guardrail. */
  | {
      readonly type: "guarded";
      readonly guardrail: string;
      readonly outcome: "good" | "bad" | "errored";
      readonly why: string;
    }
  /** An agent holds exactly the faults that revision `revision` of this run orders; also where the order is empty. */
  | { readonly type: "applied"; readonly boot: AgentBoot; readonly revision: number }
  /** An agent could not or would not honour an order; the agent dropped all faults. */
  | { readonly type: "refused"; readonly boot: AgentBoot; readonly revision: number; readonly why: string }
  | { readonly type: "receipts"; readonly boot: AgentBoot; readonly receipts: readonly Receipt[] }
  /**
   * Exposure of marked samples, as agents and prober have counted so far: cumulative, so that a later event replaces an
   * earlier event.
   */
  | { readonly type: "exposed"; readonly counts: readonly ExposureCount[] }
  /** An agent's event loop stood still, run time: delays in that time are not the system's. */
  | ({ readonly type: "stalled" } & AgentStall)
  /**
   * Traffic of every edge in a second: [fromMs, toMs) of run time. `before`: the sums of the baseline, once. `stalled`:
   * the server stood still meanwhile; `late`: places of edges with a report so late that the agent must have stood
   * still. `beside`: other runs have live faults; `claimed`: places of the edges on which those runs declare damage.
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
  /**
   * Loss of an agent, which went away (`exited`: the parent process saw the exit; `silent`: unheard for a whole lease)
   * or dropped all faults without an order (`lapsed`).
   */
  | { readonly type: "lost"; readonly boot: AgentBoot; readonly how: "exited" | "lapsed" | "silent" }
  /**
   * Orderly end of an agent, as of a pod that is replaced: the agent takes no order any more, and attested to hold no
   * fault. A successor joins like any agent.
   */
  | { readonly type: "left"; readonly boot: AgentBoot }
  /**
   * Audit grade of an agent that was ever sent this run. `revision`: the revert that the grade answers; a grade of an
   * older revert proves no removal.
   */
  | {
      readonly type: "graded";
      readonly boot: AgentBoot;
      readonly revision: number;
      readonly grade: AuditGrade;
      readonly detail: string;
    }
  /** A service of the embedded mesh exited by itself. `how`: `exited with code 1`, `was ended by SIGKILL`. */
  | { readonly type: "service-exited"; readonly service: ServiceName; readonly how: string }
  /**
   * Instances of a service came and went, as the mesh says: of a callee on a struck or watched edge, or of a service that
   * a probe addresses. Faults stay on the edge; those that select by labels select the newcomers alike.
   */
  | ({ readonly type: "instances-changed" } & InstanceChange)
  /** A fault of the run struck a service: the exit of its process, or its stop, was seen. */
  | { readonly type: "service-struck"; readonly fault: FaultName; readonly service: ServiceName }
  /** The service is ready again, or goes on; `awayMs`: time since the strike, as measured at the process. */
  | {
      readonly type: "service-back";
      readonly fault: FaultName;
      readonly service: ServiceName;
      readonly awayMs: number;
    }
  /** The baseline is over without any exchange on these faulted edges: a warning, no finding. */
  | { readonly type: "unpassed"; readonly edges: readonly UnpassedEdge[] }
  /**
   * Halt of the run. `by`: the name of the token that requested the halt; absent: Squall halted the run, or the journal
   * is older than this field.
   */
  | {
      readonly type: "halted";
      readonly because: ReasonCode;
      readonly reason: string;
      readonly recover: boolean;
      readonly by?: string;
    }
);

/** Run event before the runner stamps the time. */
export type UnstampedEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, "atMs"> : never) : never;
