/** Verdicts, their exit codes, and which one wins (DESIGN.md 5). */

export type Verdict = "HELD" | "BROKEN" | "INVALID" | "INCONCLUSIVE" | "HALTED" | "RESIDUE";
export const EXIT: Readonly<Record<Verdict, number>> = {
  HELD: 0,
  BROKEN: 1,
  INVALID: 2,
  INCONCLUSIVE: 3,
  HALTED: 4,
  RESIDUE: 5,
};

/** The machine word behind a verdict. */
export type Because =
  | "held"
  // BROKEN
  | "expectation"
  | "not-recovered"
  | "leak"
  // INVALID
  | "file"
  | "usage"
  | "ports"
  | "mesh"
  // INCONCLUSIVE
  | "baseline-not-steady"
  | "no-hits"
  | "too-few"
  | "errored"
  | "could-not-break"
  | "gap"
  | "broke-without-fault"
  // HALTED
  | "guardrail"
  | "guardrail-blind"
  | "deadline"
  | "interrupted"
  | "operator"
  | "client-silent"
  | "agent-lost"
  | "server-lost"
  | "refused"
  | "clock-jump"
  | "journal"
  // RESIDUE
  | "not-attested"
  | "external"
  // verdict: null
  | "baseline-only"
  | "shadow";

/** Something that speaks against HELD. `sequence`: the journal number at which it was decided. */
export interface Finding {
  readonly verdict: Exclude<Verdict, "HELD">;
  readonly because: Because;
  readonly reason: string;
  readonly sequence: number;
}
/** How well it is known that an agent holds no fault of the run (SAFETY.md 3). */
export type Grade = "attested" | "witnessed" | "inferred" | "unknown";
