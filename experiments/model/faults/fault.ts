import type { z } from "zod";

/**
 * Unit that share and receipts count: a request with its response, or a whole connection. On a TCP edge both are the
 * connection.
 */
export type Unit = "exchange" | "connection";

/**
 * Specification of a fault kind, without the effect on bytes (that is `agent/faults/<kind>.ts`) and without protocols and
 * unit (these are in `scope.ts`).
 */
export interface FaultKindSpec<Params extends z.ZodType> {
  /** Summary on a line for `explain` and the docs: the fault's effect, in the present tense, no full stop. */
  readonly summary: string;
  /** The file form of the parameters, and the parser into the model form. */
  readonly params: Params;
  /** A plain sentence part with the numbers: "answers 2 s late (±200 ms)". */
  describe(params: z.output<Params>): string;
  /** Subject of a sentence, with the numbers: "2 s latency". */
  noun(params: z.output<Params>): string;
  /** Label for an edge of a drawing, in a few letters: `+2 s ±200 ms`, `stall`, `503`. */
  label(params: z.output<Params>): string;
  /** True when no byte is lost or changed: a held stream goes on intact once the fault is gone. */
  lossless(params: z.output<Params>): boolean;
  /**
   * Least delay in ms of every exchange that the fault acts on; Infinity: the exchange never arrives. Absent: no
   * exchange need be late.
   */
  leastHoldMs?(params: z.output<Params>): number;
}

export const defineFault = <Params extends z.ZodType>(spec: FaultKindSpec<Params>): FaultKindSpec<Params> => spec;
