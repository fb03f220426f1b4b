/**
 * Run that is registered with the fleet: the faults and watches that the run desires now, and the callbacks that
 * receive the agents' reports.
 */
import type { MarkReports, Watch, WatchCount } from "../../agent/contract/index.ts";
import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import { type AgentBoot, type EdgeId, type FaultName, faultId } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { Selections } from "../../experiments/model/plan/selections.ts";
import type { UnstampedEvent } from "../../experiments/model/run/event.ts";
import type { AgentStall } from "../../experiments/model/verdict/stalls.ts";
import type { ReasonCode } from "../../experiments/model/verdict/verdict.ts";
import { type AgentAssignment, allot, type DesiredRun, type RunMark } from "./desired-state.ts";
import type { ResidueAudit } from "./residue-audit.ts";

export interface RunCallbacks {
  readonly plan: Plan;
  /** Deadline of the run, server clock, ms. */
  readonly endsAtMs: number;
  readonly post: (happening: UnstampedEvent) => void;
  /** Server clock, ms: when the runner last worked off the inbox. */
  readonly tickedMs: () => number;
  /** Reason why the runner has not moved since then, if known. */
  readonly standstill?: () => Standstill;
  /** Cumulative counts of this run's watches on an agent that held generation `gen`. */
  readonly counted: (boot: AgentBoot, counts: readonly WatchCount[], gen: number) => void;
  /**
   * Reports that an agent stood still, by the server's clock. `beside`: edges served by an agent that has no part in
   * the run; null: the agent has a part in the run.
   */
  readonly stalled: (stall: AgentStall, beside: readonly EdgeId[] | null) => void;
  /** Mark of the run for probe requests; null or absent: no marks. */
  readonly mark?: RunMark | null;
  /** Called with each pulse of an agent that is asked for marks. */
  readonly marked?: (boot: AgentBoot, heard: PulseMarks) => void;
}
/** Mark reports of a run in a pulse of an agent. */
export interface PulseMarks extends MarkReports {
  /** Arrival of the pulse, server clock, ms. */
  readonly arrivedMs: number;
  /** Server clock less agent clock, ms, where both are clocks of one machine; absent: unknown. */
  readonly offsetMs?: number;
  /** Receipts of this run, as of the making of the pulse. */
  readonly receipts: readonly Receipt[];
}

/** Time after which a runner that did not work off the inbox loses all faults (SAFETY.md 1). */
export const WEDGED_MS = 2_000;
export interface Standstill {
  readonly because: ReasonCode;
  readonly reason: string;
}
export const STOOD_STILL: Standstill = {
  because: "journal",
  reason: "The run's own loop stood still for over 2 s, so its faults were taken away.",
};

/** Receipts of a run that are passed on per second: each receipt is a record of the run's journal. */
const MAX_REPORTS_PER_SECOND = 200;

export class RegisteredRun implements DesiredRun {
  readonly callbacks: RunCallbacks;
  readonly assignments = new Map<AgentBoot, AgentAssignment>();
  revision = 0;
  faults: readonly FaultName[] = [];
  watches: readonly Watch[] = [];
  selections: Selections = {};
  readonly excluded = new Set<AgentBoot>();
  /** Agents that were reported to the run as lost, or as having left in order. */
  readonly lost = new Map<AgentBoot, "exited" | "lapsed" | "silent" | "left">();
  /** Agents that hold `revision`, each reported once. */
  readonly acknowledged = new Set<AgentBoot>();
  audit: ResidueAudit | null = null;
  /** Receipts of each agent as last passed on. */
  readonly #reported = new Map<AgentBoot, { readonly text: string; readonly hits: boolean; readonly atMs: number }>();
  /** Edge of every watch that was ever listed. */
  readonly #edgeOf = new Map<string, EdgeId>();
  /** Set once the gate closed for good: no fault of this run is ever sent again. */
  #closed = false;

  constructor(callbacks: RunCallbacks) {
    this.callbacks = callbacks;
  }
  get plan(): Plan {
    return this.callbacks.plan;
  }
  get endsAtMs(): number {
    return this.callbacks.endsAtMs;
  }
  get mark(): RunMark | null {
    return this.callbacks.mark ?? null;
  }

  /**
   * Assigns the run's agents: all at once, later those that join. The cap on hits is divided among the first agents. An
   * agent that joins a capped run hits no requests: the use of the cap by the other agents is not known at that moment.
   */
  assign(refs: readonly AgentRef[]): void {
    const cap = this.plan.limits.requests;
    const isFirst = this.assignments.size === 0;
    refs.forEach(({ boot, faults }, index) => {
      if (this.assignments.has(boot)) return;
      const allotment = cap === null ? null : isFirst ? allot(cap, refs.length, index) : 0;
      this.assignments.set(boot, { faults: faults === undefined ? null : new Set(faults), allotment });
    });
  }
  watch(watches: readonly Watch[]): void {
    this.watches = watches;
    for (const { id, edge } of watches) this.#edgeOf.set(id, edge);
  }
  /** The edge that a watch of this run counts on; undefined: the run never had such a watch. */
  edgeOf(watch: string): EdgeId | undefined {
    return this.#edgeOf.get(watch);
  }

  setDesired(revision: number, faults: readonly FaultName[]): void {
    this.revision = revision;
    this.faults = this.#closed ? [] : faults;
    this.acknowledged.clear();
  }
  /**
   * Closes the gate: no fault of this run is sent any more, regardless of the desired state. An `apply` that comes late
   * finds the gate closed.
   */
  closeGate(): void {
    this.#closed = true;
    this.faults = [];
  }
  /** Reason why the run's faults must not be granted any longer; null: further grants are allowed. */
  closeReason(nowMs: number): { readonly because: ReasonCode; readonly reason: string } | null {
    if (this.faults.length === 0) return null;
    if (nowMs - this.callbacks.tickedMs() > WEDGED_MS) return this.callbacks.standstill?.() ?? STOOD_STILL;
    return nowMs < this.endsAtMs ? null : { because: "deadline", reason: "The run reached its deadline." };
  }
  /**
   * False for receipts equal to the last receipts passed on: receipts are cumulative, so skipping some loses no counts.
   * With more agents than `MAX_REPORTS_PER_SECOND` each agent is passed on less often, but the first hit at once, and
   * the attestation always.
   */
  shouldReport(
    boot: AgentBoot,
    receipts: readonly Receipt[],
    { nowMs, isLast }: { nowMs: number; isLast: boolean },
  ): boolean {
    const text = receipts.map(receiptKey).join();
    const before = this.#reported.get(boot);
    if (receipts.length === 0 || before?.text === text) return false;
    const hits = receipts.some(({ injected }) => injected > 0);
    const paceMs =
      this.assignments.size <= MAX_REPORTS_PER_SECOND ? 0 : (this.assignments.size / MAX_REPORTS_PER_SECOND) * 1_000;
    const isDue = before === undefined || nowMs - before.atMs >= paceMs || (hits && !before.hits);
    if (!isDue && !isLast) return false;
    this.#reported.set(boot, { text, hits, atMs: nowMs });
    return true;
  }
  /** True if an agent holds, or is to hold, a fault of this run on any of these edges. */
  hasFaultOn(boot: AgentBoot, edges: ReadonlySet<EdgeId>): boolean {
    const part = this.assignments.get(boot);
    if (part === undefined || this.faults.length === 0) return false;
    const ids = this.plan.faults
      .filter(({ name }) => this.faults.includes(name))
      .flatMap(({ name, targets }) =>
        targets.filter(({ edge }) => edges.has(edge)).map(({ edge }) => faultId(this.plan.run, name, edge)),
      );
    return ids.some((id) => part.faults === null || part.faults.has(id));
  }
  has(boot: AgentBoot): boolean {
    return this.assignments.has(boot);
  }
}

/** Key of a receipt, without ordinals: a new ordinal appears only after an injection, which changes `injected`. */
const receiptKey = (receipt: Receipt): string => {
  const { id, seen, matched, injected, spared, capped, untouched, liveMs, exhausted = [] } = receipt;
  const { escaped = 0, squeezed = 0 } = receipt;
  const refused = exhausted.map(({ of, refused }) => `${of} ${refused}`);
  return [id, seen, matched, injected, spared, capped, untouched, liveMs, escaped, squeezed, ...refused].join(" ");
};
