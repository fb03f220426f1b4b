/** Measured blast radius as a run keeps it: folded by `run/passed.ts`, judged by `verdict/leaks.ts`, displayed by the report. */

import type { EdgeId, ServiceName } from "../names.ts";
import type { EdgeBefore, SecondSums } from "./edge-sums.ts";
import type { StreamTest } from "./leak.ts";
import type { DamagedService } from "./measured.ts";
import type { DamageStop } from "./stops.ts";

export type Stream = "failed" | "slow";
export interface DamagedServiceFacts extends Omit<DamagedService, "leak"> {
  /** Run time since which the service has been in this state, the worst of the run. */
  readonly sinceMs: number;
  /** Stop of the damage at this service; absent: no stop. */
  readonly stop?: DamageStop["why"];
}
export interface Leak {
  readonly service: ServiceName;
  readonly edge: EdgeId;
  readonly how: "failing" | "slow";
  /** Run times of the begin of the damage, and of the proof. */
  readonly sinceMs: number;
  readonly atMs: number;
  readonly reason: string;
  /** Present: several runs had live faults, and none of the runs declares this damage. */
  readonly unclaimed?: true;
}
/** Sums of an edge's traffic while the faults were live. */
export interface PassedSums {
  readonly n: number;
  readonly failed: number;
  readonly slow: number;
  /** Reported seconds, also those without an ended exchange. */
  readonly seconds: number;
}
export interface EdgeFacts {
  readonly before: EdgeBefore;
  /** The last seconds, newest last, over which harm is measured. */
  readonly lately: readonly SecondSums[];
  readonly tests: Readonly<Partial<Record<Stream, StreamTest>>>;
}
export interface RadiusFacts {
  /** Facts by the edge's place; empty before the baseline is reported, null where no exchange ended in the baseline. */
  readonly edges: readonly (EdgeFacts | null)[];
  /** Sums by the edge's place, from the first hit to the revert; null: no exchange yet. */
  readonly during: readonly (PassedSums | null)[];
  /** Run time at which the first hit was known; null: there was none. */
  readonly hitMs: number | null;
  readonly services: Readonly<Record<ServiceName, DamagedServiceFacts>>;
  readonly leaks: readonly Leak[];
}
export const NO_RADIUS: RadiusFacts = { edges: [], during: [], hitMs: null, services: {}, leaks: [] };
