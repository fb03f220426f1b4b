/** Exposure of samples by the mark (PROOF.md 3): how many of an expectation's samples met a fault, united over all agents. */

import type { EdgeId, ExpectationName, FaultName } from "./names.ts";
import type { Phase } from "./phase.ts";

/** Marked samples of one expectation against one fault on one edge. A sample counts once, however many exchanges it caused. */
export interface EdgeExposure {
  readonly fault: FaultName;
  readonly edge: EdgeId;
  /** Samples that the fault's match saw on the edge before they were answered. */
  readonly seen: number;
  /** Samples hit there before they were answered. */
  readonly struck: number;
  /** Samples seen there only after they were answered; absent: none. */
  readonly late?: number;
  /** Samples not seen there, sent while the fault acted (no rest of a pulse, no reached cap) and after its first hit there. */
  readonly kept: number;
}
/** Cumulative for one expectation and phase. Only samples that count, and are answered. */
export interface ExposureCount {
  readonly of: ExpectationName;
  readonly phase: Extract<Phase, "baseline" | "during">;
  readonly samples: number;
  /** Samples hit by any fault on any edge before they were answered. */
  readonly struck: number;
  /** Samples hit only after they were answered. */
  readonly late: number;
  readonly edges: readonly EdgeExposure[];
  /** Present when an agent had no room to tell every sample: all numbers are lower bounds. */
  readonly atLeast?: true;
}
/** By expectation and phase, as last told. */
export type Exposures = Readonly<
  Record<ExpectationName, Readonly<Partial<Record<ExposureCount["phase"], ExposureCount>>>>
>;
