import type { z } from "zod";

export type Protocol = "http" | "tcp";
/** What share and receipts count: a request with its response, or a whole connection. On a TCP edge both are the connection. */
export type Unit = "exchange" | "connection";

/** What one kind of fault is, apart from what it does to bytes (that is `agent/faults/<kind>.ts`). */
export interface FaultKindSpec<Params extends z.ZodType> {
  /** One line for `explain` and the docs: what it does, in the present tense, no full stop. */
  readonly summary: string;
  /** The file form of its parameters, and how it is read into the model form. */
  readonly params: Params;
  /** One plain sentence part with the numbers: "answers 2 s late (± 200 ms)". */
  describe(params: z.output<Params>): string;
  /** The same as the subject of a sentence, with its numbers: "2 s latency". */
  noun(params: z.output<Params>): string;
  /** The same for an edge of a drawing, in a few letters: `+2 s ±200 ms`, `stall`, `503`. */
  label(params: z.output<Params>): string;
  readonly protocols: readonly Protocol[];
  unit(params: z.output<Params>): Unit;
  /** True when no byte is lost or changed: a stream it held goes on intact once it is gone. */
  lossless(params: z.output<Params>): boolean;
  /** Ms by which everything that it acts on is late at the least; Infinity: it never gets there. Absent: nothing need be late. */
  leastHoldMs?(params: z.output<Params>): number;
}

export const defineFault = <Params extends z.ZodType>(spec: FaultKindSpec<Params>): FaultKindSpec<Params> => spec;

export const BOTH: readonly Protocol[] = ["http", "tcp"];
