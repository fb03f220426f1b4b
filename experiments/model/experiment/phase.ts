/** Phases of a run, in a file of their own: modules that only name phases need not load the reader of experiments. */
export type Phase = "baseline" | "during" | "recovery";
export const PHASES: readonly Phase[] = ["baseline", "during", "recovery"];
