/** Verdicts and their precedence (DESIGN.md 5). */

export type Verdict = "HELD" | "BROKEN" | "INVALID" | "INCONCLUSIVE" | "HALTED" | "RESIDUE";

/**
 * Verdict of each reason word; null: no expectation was to be judged. docs/verdicts.md explains each word; a test
 * compares the two.
 */
export const VERDICT_OF = {
  held: "HELD",
  expectation: "BROKEN",
  "not-recovered": "BROKEN",
  leak: "BROKEN",
  "not-ready-again": "BROKEN",
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
/** Reason word (machine-readable) behind a verdict. */
export type ReasonCode = keyof typeof VERDICT_OF;

/** Finding that speaks against HELD. `sequence`: the journal number of the decision. */
export interface Finding {
  readonly verdict: Exclude<Verdict, "HELD">;
  readonly because: ReasonCode;
  readonly reason: string;
  readonly sequence: number;
  /** Expectation or guardrail that the finding is about, if any. */
  readonly about?: string;
}
/** Certainty that an agent holds no fault of the run (SAFETY.md 3). */
export type AuditGrade = "attested" | "witnessed" | "inferred" | "unknown";

/** Worst first, over several runs. */
const SEVERITY: readonly Verdict[] = ["RESIDUE", "BROKEN", "HALTED", "INVALID", "INCONCLUSIVE", "HELD"];
/** Worst verdict of several runs; null (no expectation was judged) is no worse than HELD. */
export const worstOf = (verdicts: readonly (Verdict | null)[]): Verdict | null =>
  SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? null;

/**
 * Finding that decides a run; null: no finding speaks against HELD. A hypothesis that was broken before the halt stays
 * BROKEN; an expectation that breaks in a run being halted does not count. Among the same kind the earliest counts.
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
