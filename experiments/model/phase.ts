/** The parts of a run, in a file of their own: whoever only names them need not load the reading of experiments. */
export type Phase = "baseline" | "during" | "recovery";
export const PHASES: readonly Phase[] = ["baseline", "during", "recovery"];
