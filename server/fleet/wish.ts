/** What every run wishes of one agent at this moment, as one whole set. Pure; computed at each send, never stored (SAFETY.md 1). */
import { type FaultOrder, LONGEST_FAULT_MS, type Watch } from "../../agent/contract/index.ts";
import { type Boot, type FaultName, faultId, type RunId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan.ts";

/** What one run wishes. */
export interface RunWish {
  readonly plan: Plan;
  readonly revision: number;
  /** Names of the faults that are to be live; none: nothing may be. */
  readonly faults: readonly FaultName[];
  readonly watches: readonly Watch[];
  /** The agents that were journalled as the run's own; no other is ever sent a fault of it. */
  readonly boots: readonly Boot[];
  /** Agents of the run that lapsed or refused: nothing is given to them a second time. */
  readonly fallen: ReadonlySet<Boot>;
  /** Server clock, ms: the run's deadline. No fault is granted past it. */
  readonly endsAtMs: number;
}
/** The body of an `apply`. */
export interface OrderSet {
  readonly faults: readonly FaultOrder[];
  readonly watches: readonly Watch[];
  readonly allotments: Readonly<Record<RunId, number>>;
}
export const NOTHING: OrderSet = { faults: [], watches: [], allotments: {} };

/** An even part of a cap for each boot; the first ones take what does not divide. Parts sum to the cap. */
export const allot = (cap: number, boots: readonly Boot[], boot: Boot): number => {
  const index = boots.indexOf(boot);
  if (index < 0) return 0;
  return Math.floor(cap / boots.length) + (index < cap % boots.length ? 1 : 0);
};

const faultsOf = ({ plan, faults, endsAtMs }: RunWish, nowMs: number): FaultOrder[] => {
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
    );
};

/** Runs in the order of their starts, faults in file order: the first is nearest the caller. */
export const wishFor = (wishes: readonly RunWish[], boot: Boot, nowMs: number): OrderSet => {
  const mine = wishes.filter(({ boots }) => boots.includes(boot));
  const faulting = mine.filter(({ fallen, endsAtMs }) => !fallen.has(boot) && nowMs < endsAtMs);
  const faults = faulting.flatMap((wish) => faultsOf(wish, nowMs));
  const capped = faulting.filter(({ faults, plan }) => faults.length > 0 && plan.limits.requests !== null);
  return {
    faults,
    watches: mine.flatMap(({ watches }) => watches),
    allotments: Object.fromEntries(
      capped.map(({ plan, boots }) => [plan.run, allot(plan.limits.requests!, boots, boot)]),
    ),
  };
};

/** Equal for two sets exactly when an agent that holds one holds the other: `notAfterMs` is not part of an order. */
export const contentOf = ({ faults, watches, allotments }: OrderSet): string =>
  JSON.stringify([faults.map(({ notAfterMs: _, ...order }) => order), watches, allotments]);
