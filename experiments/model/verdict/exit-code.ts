/** Exit codes of the verdicts (DESIGN.md 5); `cli/exit.ts` has the codes beside these. */
import { type Verdict, worstOf } from "./verdict.ts";

export const EXIT: Readonly<Record<Verdict, number>> = {
  HELD: 0,
  BROKEN: 1,
  INVALID: 2,
  INCONCLUSIVE: 3,
  HALTED: 4,
  RESIDUE: 5,
};

/** Exit code of several runs: that of the worst verdict. */
export const exitCodeOf = (runs: readonly { readonly verdict: Verdict | null }[]): number => {
  const worst = worstOf(runs.map(({ verdict }) => verdict));
  return worst === null ? 0 : EXIT[worst];
};
