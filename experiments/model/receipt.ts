/** Receipts: the proof of what a fault did. seen ⊇ matched = injected + spared + capped + untouched (DESIGN.md 2). */
import type { Unit } from "./faults/fault.ts";
import type { EdgeId, FaultId, FaultName } from "./names.ts";

/** Cumulative for one agent boot and one fault id: a repeated or lost report counts nothing twice. */
export interface Receipt {
  readonly id: FaultId;
  readonly fault: FaultName;
  readonly edge: EdgeId;
  readonly unit: Unit;
  readonly seen: number;
  readonly matched: number;
  readonly injected: number;
  readonly spared: number;
  readonly capped: number;
  /** Matched and drawn, but nothing was done: an earlier fault made it pointless, or it ended before. Includes those still under way. */
  readonly untouched: number;
  /** Milliseconds this fault has been live on this agent, pulse rests included. */
  readonly liveMs: number;
  /** Ordinals (among what it matched, from 1) of the first 1,000 hits. */
  readonly ordinals: readonly number[];
}
