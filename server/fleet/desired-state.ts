/** Desired state of one agent: the faults, watches and marks that all runs want on it at this moment, as one whole set. Pure; computed at each send, never stored (SAFETY.md 1). */
import {
  type FaultOrder,
  LONGEST_FAULT_MS,
  type MarkedFault,
  type MarkOrder,
  type Watch,
} from "../../agent/contract/index.ts";
import {
  type Boot,
  type EdgeId,
  type FaultId,
  type FaultName,
  faultId,
  type RunId,
} from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan.ts";

/** One agent's part in a run. */
export interface AgentAssignment {
  /** Its faults; null: all of the plan. None: it only counts. */
  readonly faults: ReadonlySet<FaultId> | null;
  /** Its share of `limits.requests`, over the whole run; null: there is no limit. */
  readonly allotment: number | null;
}
/** Mark of a run for probe requests: key and tag, drawn at its start. */
export interface RunMark {
  /** 32 hexadecimal digits. */
  readonly key: string;
  readonly tag: number;
  /** The faults whose marked exchanges count, on edges whose agents can read marks. */
  readonly faults: readonly MarkedFault[];
}
/** Desired state of one run. */
export interface DesiredRun {
  readonly plan: Plan;
  readonly revision: number;
  /** Names of the faults that are to be live; none: nothing may be. */
  readonly faults: readonly FaultName[];
  readonly watches: readonly Watch[];
  /** How what its probes send is known; null or absent: they send nothing that could be. */
  readonly mark?: RunMark | null;
  /** The agents that were journalled as the run's own; no other is ever sent a fault of it. */
  readonly assignments: ReadonlyMap<Boot, AgentAssignment>;
  /** Agents of the run that lapsed or refused: nothing is given to them a second time. */
  readonly excluded: ReadonlySet<Boot>;
  /** Server clock, ms: the run's deadline. No fault is granted past it. */
  readonly endsAtMs: number;
}
/** An agent, as far as its desired state depends on it. */
export interface OrderRecipient {
  readonly boot: Boot;
  /** What it serves: it could not count on another edge, and would refuse the whole set. */
  readonly edges: readonly EdgeId[];
  readonly supportsMarks?: boolean;
}
/** The body of an `apply`. */
export interface OrderSet {
  readonly faults: readonly FaultOrder[];
  readonly watches: readonly Watch[];
  readonly allotments: Readonly<Record<RunId, number>>;
  /** Absent: none. */
  readonly marks?: readonly MarkOrder[];
}
export const NO_ORDERS: OrderSet = { faults: [], watches: [], allotments: {} };

/** An even part of a cap for each of `count` agents; the first ones take what does not divide. Parts sum to the cap. */
export const allot = (cap: number, count: number, index: number): number =>
  Math.floor(cap / count) + (index < cap % count ? 1 : 0);

const faultsOf = ({ plan, faults, endsAtMs }: DesiredRun, part: AgentAssignment, nowMs: number): FaultOrder[] => {
  const live = new Set(faults);
  const notAfterMs = Math.min(LONGEST_FAULT_MS, Math.max(0, Math.floor(endsAtMs - nowMs)));
  return plan.faults
    .filter(({ name }) => live.has(name))
    .flatMap((fault) =>
      fault.targets.map(({ edge, endpoints }) => ({
        id: faultId(plan.run, fault.name, edge),
        run: plan.run,
        name: fault.name,
        edge,
        endpoints,
        action: fault.action,
        match: fault.match,
        share: fault.share,
        pulse: fault.pulse,
        seed: plan.seed,
        stealth: fault.stealth,
        shadow: plan.mode === "shadow",
        notAfterMs,
      })),
    )
    .filter(({ id }) => part.faults === null || part.faults.has(id));
};

/** The faults whose marks this agent can tell, live or not: what passes in the baseline counts too. */
export const markedFaults = (
  { mark = null }: DesiredRun,
  part: AgentAssignment,
  edges: readonly EdgeId[],
): readonly MarkedFault[] =>
  mark === null
    ? []
    : mark.faults.filter(({ id, edge }) => edges.includes(edge) && (part.faults === null || part.faults.has(id)));

/** Runs in the order of their starts, faults in file order: the first is nearest the caller. */
export const desiredStateOf = (
  runs: Iterable<DesiredRun>,
  { boot, edges, supportsMarks = false }: OrderRecipient,
  nowMs: number,
): OrderSet => {
  const faults: FaultOrder[] = [];
  const watches: Watch[] = [];
  const allotments: Record<RunId, number> = {};
  const marks: MarkOrder[] = [];
  for (const run of runs) {
    const part = run.assignments.get(boot);
    if (part === undefined) continue;
    watches.push(...run.watches.filter(({ edge }) => edges.includes(edge)));
    const marked = supportsMarks ? markedFaults(run, part, edges) : [];
    if (marked.length > 0) marks.push({ run: run.plan.run, key: run.mark!.key, tag: run.mark!.tag, faults: marked });
    if (run.faults.length === 0 || run.excluded.has(boot) || nowMs >= run.endsAtMs) continue;
    const orders = faultsOf(run, part, nowMs);
    faults.push(...orders);
    if (part.allotment !== null && orders.length > 0) allotments[run.plan.run] = part.allotment;
  }
  return { faults, watches, allotments, ...(marks.length === 0 ? {} : { marks }) };
};

/** Equal for two sets exactly when an agent that holds one holds the other: `notAfterMs` is not part of an order. */
export type OrderContent = string;
export const orderContent = ({ faults, watches, allotments, marks }: OrderSet): OrderContent =>
  JSON.stringify([faults.map(({ notAfterMs: _, ...order }) => order), watches, allotments, marks]);
