/** What every run wishes of one agent at this moment, as one whole set. Pure; computed at each send, never stored (SAFETY.md 1). */
import { type FaultOrder, LONGEST_FAULT_MS, type Watch } from "../../agent/contract/index.ts";
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
export interface Part {
  /** Its faults; null: all of the plan. None: it only counts. */
  readonly faults: ReadonlySet<FaultId> | null;
  /** Its share of `limits.requests`, over the whole run; null: there is no limit. */
  readonly allotment: number | null;
}
/** What one run wishes. */
export interface RunWish {
  readonly plan: Plan;
  readonly revision: number;
  /** Names of the faults that are to be live; none: nothing may be. */
  readonly faults: readonly FaultName[];
  readonly watches: readonly Watch[];
  /** The agents that were journalled as the run's own; no other is ever sent a fault of it. */
  readonly parts: ReadonlyMap<Boot, Part>;
  /** Agents of the run that lapsed or refused: nothing is given to them a second time. */
  readonly fallen: ReadonlySet<Boot>;
  /** Server clock, ms: the run's deadline. No fault is granted past it. */
  readonly endsAtMs: number;
}
/** Of whom something is wished. */
export interface Wished {
  readonly boot: Boot;
  /** What it serves: it could not count on another edge, and would refuse the whole set. */
  readonly edges: readonly EdgeId[];
}
/** The body of an `apply`. */
export interface OrderSet {
  readonly faults: readonly FaultOrder[];
  readonly watches: readonly Watch[];
  readonly allotments: Readonly<Record<RunId, number>>;
}
export const NOTHING: OrderSet = { faults: [], watches: [], allotments: {} };

/** An even part of a cap for each of `count` agents; the first ones take what does not divide. Parts sum to the cap. */
export const allot = (cap: number, count: number, index: number): number =>
  Math.floor(cap / count) + (index < cap % count ? 1 : 0);

const faultsOf = ({ plan, faults, endsAtMs }: RunWish, part: Part, nowMs: number): FaultOrder[] => {
  const wished = new Set(faults);
  const notAfterMs = Math.min(LONGEST_FAULT_MS, Math.max(0, Math.floor(endsAtMs - nowMs)));
  return plan.faults
    .filter(({ name }) => wished.has(name))
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

/** Runs in the order of their starts, faults in file order: the first is nearest the caller. */
export const wishFor = (wishes: Iterable<RunWish>, { boot, edges }: Wished, nowMs: number): OrderSet => {
  const faults: FaultOrder[] = [];
  const watches: Watch[] = [];
  const allotments: Record<RunId, number> = {};
  for (const wish of wishes) {
    const part = wish.parts.get(boot);
    if (part === undefined) continue;
    watches.push(...wish.watches.filter(({ edge }) => edges.includes(edge)));
    if (wish.faults.length === 0 || wish.fallen.has(boot) || nowMs >= wish.endsAtMs) continue;
    const orders = faultsOf(wish, part, nowMs);
    faults.push(...orders);
    if (part.allotment !== null && orders.length > 0) allotments[wish.plan.run] = part.allotment;
  }
  return { faults, watches, allotments };
};

/** Equal for two sets exactly when an agent that holds one holds the other: `notAfterMs` is not part of an order. */
export type Content = string;
export const contentOf = ({ faults, watches, allotments }: OrderSet): Content =>
  JSON.stringify([faults.map(({ notAfterMs: _, ...order }) => order), watches, allotments]);
