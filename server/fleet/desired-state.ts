/**
 * Desired state of an agent: the faults, watches and marks that all runs want there at this moment, as a whole set.
 * Pure; computed at each send, never stored (SAFETY.md 1).
 */
import {
  type FaultOrder,
  LONGEST_FAULT_MS,
  type MarkedFault,
  type MarkOrder,
  type Watch,
} from "../../agent/contract/index.ts";
import {
  type AgentBoot,
  type EdgeId,
  type FaultId,
  type FaultName,
  faultId,
  type RunId,
} from "../../experiments/model/names.ts";
import { ownProperty } from "../../experiments/model/own-property.ts";
import type { Plan, PlannedFault } from "../../experiments/model/plan/plan.ts";
import type { Selections } from "../../experiments/model/plan/selections.ts";

/** An agent's part in a run. */
export interface AgentAssignment {
  /** The agent's faults; null: all faults of the plan. Empty: the agent only counts. */
  readonly faults: ReadonlySet<FaultId> | null;
  /** The agent's share of `limits.requests`, over the whole run; null: no limit. */
  readonly allotment: number | null;
}
export interface RunMark {
  /** Key: 32 hexadecimal digits. */
  readonly key: string;
  readonly tag: number;
  /** Faults whose marked exchanges count, on edges of agents that can read marks. */
  readonly faults: readonly MarkedFault[];
}
export interface DesiredRun {
  readonly plan: Plan;
  readonly revision: number;
  /** Names of the faults that are to be live; empty: none. */
  readonly faults: readonly FaultName[];
  readonly watches: readonly Watch[];
  /** Addresses that faults act on where others are meant than planned; absent: none. */
  readonly selections?: Selections;
  /** Mark that identifies the probes' requests; null or absent: the probes send no markable requests. */
  readonly mark?: RunMark | null;
  /** Agents journalled as the run's own; no other agent is ever sent a fault of the run. */
  readonly assignments: ReadonlyMap<AgentBoot, AgentAssignment>;
  /** Agents of the run that lapsed or refused: no fault is given to such an agent a second time. */
  readonly excluded: ReadonlySet<AgentBoot>;
  /** The run's deadline, server clock, ms. No fault is granted past the deadline. */
  readonly endsAtMs: number;
}
/** Agent properties on which the desired state depends. */
export interface OrderRecipient {
  readonly boot: AgentBoot;
  /** Edges that the agent serves: the agent could not count on another edge, and would refuse the whole set. */
  readonly edges: readonly EdgeId[];
  readonly supportsMarks?: boolean;
  /** True: the kernel redirects connections to the agent; absent: the agent would refuse `existing`. */
  readonly intercepts?: boolean;
}
/** Body of an `apply` message. */
export interface OrderSet {
  readonly faults: readonly FaultOrder[];
  readonly watches: readonly Watch[];
  readonly allotments: Readonly<Record<RunId, number>>;
  /** Absent: none. */
  readonly marks?: readonly MarkOrder[];
}
export const NO_ORDERS: OrderSet = { faults: [], watches: [], allotments: {} };

/**
 * Even part of a cap for the agent at `index` of `count`; the first agents take the remainder. Parts sum to the cap.
 */
export const allot = (cap: number, count: number, index: number): number =>
  Math.floor(cap / count) + (index < cap % count ? 1 : 0);

/** Addresses that a fault acts on at this moment; null: all. */
const endpointsOf = ({ selections = {} }: DesiredRun, id: FaultId, planned: readonly string[] | null) => {
  const selected = ownProperty(selections, id);
  return selected === undefined ? planned : selected;
};

/**
 * Connections to reset at an agent. None in a shadow run, which touches nothing; none at an agent without a redirect,
 * which every connection of its callers passes.
 */
const existingOf = ({ mode }: Plan, { existing }: PlannedFault, { intercepts = false }: OrderRecipient) =>
  existing !== undefined && intercepts && mode === "full" ? { existing } : {};

const faultsOf = (run: DesiredRun, part: AgentAssignment, agent: OrderRecipient, nowMs: number): FaultOrder[] => {
  const { plan, faults, endsAtMs } = run;
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
        endpoints: endpointsOf(run, faultId(plan.run, fault.name, edge), endpoints),
        action: fault.action,
        match: fault.match,
        share: fault.share,
        pulse: fault.pulse,
        seed: plan.seed,
        stealth: fault.stealth,
        shadow: plan.mode === "shadow",
        notAfterMs,
        ...existingOf(plan, fault, agent),
      })),
    )
    .filter(({ id }) => part.faults === null || part.faults.has(id));
};

/** Faults for which this agent can report marks, live or not: exchanges in the baseline count too. */
export const markedFaults = (
  run: DesiredRun,
  part: AgentAssignment,
  edges: readonly EdgeId[],
): readonly MarkedFault[] =>
  (run.mark?.faults ?? [])
    .filter(({ id, edge }) => edges.includes(edge) && (part.faults === null || part.faults.has(id)))
    .map((fault) => ({ ...fault, endpoints: endpointsOf(run, fault.id, fault.endpoints) }));

/** Desired state of an agent: runs in the order of start, faults in file order, the first nearest the caller. */
export const desiredStateOf = (runs: Iterable<DesiredRun>, agent: OrderRecipient, nowMs: number): OrderSet => {
  const { boot, edges, supportsMarks = false } = agent;
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
    const orders = faultsOf(run, part, agent, nowMs);
    faults.push(...orders);
    if (part.allotment !== null && orders.length > 0) allotments[run.plan.run] = part.allotment;
  }
  return { faults, watches, allotments, ...(marks.length === 0 ? {} : { marks }) };
};

/**
 * Content key of an order: equal for two sets exactly when an agent that holds the first holds the second. `notAfterMs`
 * is not part of the key.
 */
export type OrderContent = string;
export const orderContent = ({ faults, watches, allotments, marks }: OrderSet): OrderContent =>
  JSON.stringify([faults.map(({ notAfterMs: _, ...order }) => order), watches, allotments, marks]);
