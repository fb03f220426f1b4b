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

/** Verdict of each machine word; null: nothing was to be judged. docs/verdicts.md says what each means, and a test holds the two together. */
export const VERDICT_OF = {
  held: "HELD",
  expectation: "BROKEN",
  "not-recovered": "BROKEN",
  leak: "BROKEN",
  file: "INVALID",
  usage: "INVALID",
  ports: "INVALID",
  mesh: "INVALID",
  "baseline-not-steady": "INCONCLUSIVE",
  "no-hits": "INCONCLUSIVE",
  "too-few": "INCONCLUSIVE",
  errored: "INCONCLUSIVE",
  "could-not-break": "INCONCLUSIVE",
  "exposure-unknown": "INCONCLUSIVE",
  unasked: "INCONCLUSIVE",
  "callers-left": "INCONCLUSIVE",
  gap: "INCONCLUSIVE",
  "agent-stalled": "INCONCLUSIVE",
  "broke-without-fault": "INCONCLUSIVE",
  "radius-unseen": "INCONCLUSIVE",
  guardrail: "HALTED",
  "guardrail-blind": "HALTED",
  deadline: "HALTED",
  interrupted: "HALTED",
  operator: "HALTED",
  "client-silent": "HALTED",
  "agent-lost": "HALTED",
  "server-lost": "HALTED",
  refused: "HALTED",
  "clock-jump": "HALTED",
  journal: "HALTED",
  "journal-lost": "HALTED",
  internal: "HALTED",
  freeze: "HALTED",
  policy: "HALTED",
  "mesh-changed": "HALTED",
  "unclaimed-damage": "HALTED",
  "not-attested": "RESIDUE",
  external: "RESIDUE",
  "baseline-only": null,
  shadow: null,
} as const satisfies Readonly<Record<string, Verdict | null>>;
/** The machine word behind a verdict. */
export type ReasonCode = keyof typeof VERDICT_OF;

/** Something that speaks against HELD. `sequence`: the journal number at which it was decided. */
export interface Finding {
  readonly verdict: Exclude<Verdict, "HELD">;
  readonly because: ReasonCode;
  readonly reason: string;
  readonly sequence: number;
  /** The expectation or guardrail it is about, where it is about one. */
  readonly about?: string;
}
/** How well it is known that an agent holds no fault of the run (SAFETY.md 3). */
export type AuditGrade = "attested" | "witnessed" | "inferred" | "unknown";

/** Worst first, over several runs. */
const SEVERITY: readonly Verdict[] = ["RESIDUE", "BROKEN", "HALTED", "INVALID", "INCONCLUSIVE", "HELD"];
/** The verdict of several runs is that of the worst; null (nothing was judged) is no worse than HELD. */
export const worstOf = (verdicts: readonly (Verdict | null)[]): Verdict | null =>
  SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? null;
export const exitCodeOf = (runs: readonly { readonly verdict: Verdict | null }[]): number => {
  const worst = worstOf(runs.map(({ verdict }) => verdict));
  return worst === null ? 0 : EXIT[worst];
};

/**
 * The finding that decides one run; null: nothing speaks against HELD. A hypothesis that was already broken when the run was halted stays BROKEN,
 * what broke in a run that was being halted does not. Among the same kind the earliest counts.
 */
export const decisive = (findings: readonly Finding[]): Finding | null => {
  const first = (verdict: Finding["verdict"]) =>
    findings.reduce<Finding | null>(
      (best, next) => (next.verdict === verdict && (best === null || next.sequence < best.sequence) ? next : best),
      null,
    );
  const halted = first("HALTED");
  const broken = first("BROKEN");
  const counts = broken !== null && (halted === null || broken.sequence < halted.sequence);
  return first("RESIDUE") ?? (counts ? broken : null) ?? halted ?? first("INVALID") ?? first("INCONCLUSIVE");
};
