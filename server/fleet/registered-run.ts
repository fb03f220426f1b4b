/** A run that is registered with the fleet: the faults and watches it desires now, and the callbacks that get what its agents report. */
import type { MarkReports, Watch, WatchCount } from "../../agent/contract/index.ts";
import { type Boot, type EdgeId, type FaultName, faultId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import type { Receipt } from "../../experiments/model/verdict/receipt.ts";
import type { AgentStall } from "../../experiments/model/verdict/stalls.ts";
import type { ReasonCode } from "../../experiments/model/verdict/verdict.ts";
import type { UnstampedEvent } from "../runs/active/unstamped-event.ts";
import { type AgentAssignment, allot, type DesiredRun, type RunMark } from "./desired-state.ts";
import type { ResidueAudit } from "./residue-audit.ts";

export interface RunCallbacks {
  readonly plan: Plan;
  /** Server clock, ms. */
  readonly endsAtMs: number;
  readonly post: (happening: UnstampedEvent) => void;
  /** Server clock, ms: when the runner last worked off its inbox. */
  readonly tickedMs: () => number;
  /** Why it did not move since then, where that is known. */
  readonly standstill?: () => Standstill;
  /** Cumulative counts of this run's watches on one agent, which held generation `gen`. */
  readonly counted: (boot: Boot, counts: readonly WatchCount[], gen: number) => void;
  /**
   * An agent stood still, by the server's clock. `beside`: edges that it serves, where it has no part in the run; null: it
   * has one.
   */
  readonly stalled: (stall: AgentStall, beside: readonly EdgeId[] | null) => void;
  /** How the run marks what its probes send; null or absent: it does not. */
  readonly mark?: RunMark | null;
  /** A pulse of an agent that is asked for marks. */
  readonly marked?: (boot: Boot, heard: PulseMarks) => void;
}
/** What one pulse of an agent says of a run's marks. */
export interface PulseMarks extends MarkReports {
  /** Server clock. */
  readonly arrivedMs: number;
  /** Of this run, as they stood when the pulse was made. */
  readonly receipts: readonly Receipt[];
}

/** A runner that did not work off its inbox for this long has its faults taken away (SAFETY.md 1). */
export const WEDGED_MS = 2_000;
export interface Standstill {
  readonly because: ReasonCode;
  readonly reason: string;
}
export const STOOD_STILL: Standstill = {
  because: "journal",
  reason: "The run's own loop stood still for over 2 s, so its faults were taken away.",
};

/** Receipts of one run that are passed on in a second: each is a record of its journal. */
const MAX_REPORTS_PER_SECOND = 200;

export class RegisteredRun implements DesiredRun {
  readonly callbacks: RunCallbacks;
  readonly assignments = new Map<Boot, AgentAssignment>();
  revision = 0;
  faults: readonly FaultName[] = [];
  watches: readonly Watch[] = [];
  readonly excluded = new Set<Boot>();
  /** Agents whose loss was told. */
  readonly lost = new Map<Boot, "exited" | "lapsed" | "silent">();
  /** Agents that hold `revision`, told once each. */
  readonly acknowledged = new Set<Boot>();
  audit: ResidueAudit | null = null;
  /** What each agent's receipts said when they were last passed on. */
  readonly #reported = new Map<Boot, { readonly text: string; readonly hits: boolean; readonly atMs: number }>();
  /** Of every watch that was ever listed. */
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
   * Names the run's agents: all at once, later those that join. The cap on hits is dealt to those who were there first;
   * who joins a capped run hits nothing, for what the others have used of their parts is not known at that moment.
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
  /** From here on nothing of this run is sent, whatever is desired: an `apply` that comes late finds the gate closed. */
  closeGate(): void {
    this.#closed = true;
    this.faults = [];
  }
  /** Why its faults must not be granted any longer; null: they may. */
  closeReason(nowMs: number): { readonly because: ReasonCode; readonly reason: string } | null {
    if (this.faults.length === 0) return null;
    if (nowMs - this.callbacks.tickedMs() > WEDGED_MS) return this.callbacks.standstill?.() ?? STOOD_STILL;
    return nowMs < this.endsAtMs ? null : { because: "deadline", reason: "The run reached its deadline." };
  }
  /**
   * False for receipts that say what the last ones did: they are cumulative, so nothing is lost by passing over them. With
   * more agents than `MOST_TOLD` each tells less often, but its first hit at once, and its last word always.
   */
  shouldReport(
    boot: Boot,
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
  /** Whether an agent holds, or is to hold, a fault of this run on one of these edges. */
  hasFaultOn(boot: Boot, edges: ReadonlySet<EdgeId>): boolean {
    const part = this.assignments.get(boot);
    if (part === undefined || this.faults.length === 0) return false;
    const ids = this.plan.faults
      .filter(({ name }) => this.faults.includes(name))
      .flatMap(({ name, targets }) =>
        targets.filter(({ edge }) => edges.has(edge)).map(({ edge }) => faultId(this.plan.run, name, edge)),
      );
    return ids.some((id) => part.faults === null || part.faults.has(id));
  }
  has(boot: Boot): boolean {
    return this.assignments.has(boot);
  }
}

/** Ordinals are left out: there is a new one only where something was injected. */
const receiptKey = ({ id, seen, matched, injected, spared, capped, untouched, liveMs }: Receipt): string =>
  `${id} ${seen} ${matched} ${injected} ${spared} ${capped} ${untouched} ${liveMs}`;
