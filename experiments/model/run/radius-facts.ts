/** The measured blast radius as a run keeps it: folded by `passed.ts`, judged by `leaked.ts`, told by the report. */
import type { EdgeBefore, SecondSums } from "../blast-radius/edge-sums.ts";
import type { StreamTest } from "../blast-radius/leak.ts";
import type { HurtService } from "../blast-radius/measured.ts";
import type { DamageStop } from "../blast-radius/stops.ts";
import type { EdgeId, ServiceName } from "../names.ts";

export type Stream = "failed" | "slow";
export interface SufferingService extends Omit<HurtService, "leak"> {
  /** Run time since which it has been in this state, the worst that it was in. */
  readonly sinceMs: number;
  /** Where the damage ends here; absent: it does not. */
  readonly stop?: DamageStop["why"];
}
export interface Leak {
  readonly service: ServiceName;
  readonly edge: EdgeId;
  readonly how: "failing" | "slow";
  /** Run time: since when it is damaged, and when that was certain. */
  readonly sinceMs: number;
  readonly atMs: number;
  readonly reason: string;
  /** Present: several runs had live faults, and none of them declares it. */
  readonly unclaimed?: true;
}
/** All that passed one edge while the faults were live. */
export interface PassedSums {
  readonly n: number;
  readonly failed: number;
  readonly slow: number;
  /** Seconds that were told, also those in which nothing ended. */
  readonly seconds: number;
}
export interface EdgeFacts {
  readonly before: EdgeBefore;
  /** The last seconds, newest last, over which harm is said. */
  readonly lately: readonly SecondSums[];
  readonly tests: Readonly<Partial<Record<Stream, StreamTest>>>;
}
export interface RadiusFacts {
  /** By the edge's place; empty before the baseline is told, null where nothing passed in it. */
  readonly edges: readonly (EdgeFacts | null)[];
  /** By the edge's place: what passed from the first hit to the revert; null: nothing yet. */
  readonly during: readonly (PassedSums | null)[];
  /** Run time at which the first hit was known; null: there was none. */
  readonly hitMs: number | null;
  readonly services: Readonly<Record<ServiceName, SufferingService>>;
  readonly leaks: readonly Leak[];
}
export const NO_RADIUS: RadiusFacts = { edges: [], during: [], hitMs: null, services: {}, leaks: [] };
