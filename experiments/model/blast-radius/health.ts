/**
 * States of services and edges on a single scale, with the words that pages, reports and the API use. `harm.ts` decides
 * which damage counts, and `declared.ts` which services are declared to be affected.
 */
import type { Harm } from "./harm.ts";

/** Health from best to worst. `slow` is measured against the baseline of a run, the others also without a run. */
export const HEALTH = ["healthy", "slow", "failing", "unreachable"] as const;
export type Health = (typeof HEALTH)[number];

/** Shares of the exchanges that ended; null: none ended. */
export interface Outcomes {
  /** Share of exchanges without an answer, or with an answer that reports failure. */
  readonly errors: number | null;
  readonly unanswered: number | null;
}
/** Default of `limits.harm.errors`: from this share on, `healthy` would be milder than the figure beside the word. */
const FAILING = 0.01;
/** A retry that gets through makes no callee reachable. */
const UNREACHABLE = 0.99;
const isUnreachable = (unanswered: number | null): boolean => unanswered !== null && unanswered >= UNREACHABLE;

/** Health by the figures that stand beside the word; `how`: against the baseline of a run, null: no worse, or no run. */
export const healthOf = ({ errors, unanswered }: Outcomes, how: Harm["how"] | null): Health => {
  if (isUnreachable(unanswered)) return "unreachable";
  if (how === "failing" || (errors !== null && errors >= FAILING)) return "failing";
  return how === "slow" ? "slow" : "healthy";
};
/**
 * Health that harm leaves: only a change from the baseline counts, so that a service that always failed a little is not
 * affected.
 */
export const healthAfter = ({ how, unanswered }: Pick<Harm, "how" | "unanswered">): Exclude<Health, "healthy"> => {
  if (how !== "failing") return "slow";
  return isUnreachable(unanswered.now) ? "unreachable" : "failing";
};
