/**
 * States of services and edges on one scale, with the words that pages, reports and the API use for them. Which damage counts is
 * `harm.ts`'s to say, and who may suffer `radius-declared.ts`'s.
 */
import type { Harm } from "./harm.ts";
import type { May } from "./radius-declared.ts";
import type { Stop } from "./radius-stops.ts";

/** From best to worst. `slow` is told against the baseline of a run, the others also where there is no run. */
export const HEALTH = ["healthy", "slow", "failing", "unreachable"] as const;
export type Health = (typeof HEALTH)[number];

/** Shares of the exchanges that ended; null: none ended. */
export interface Outcomes {
  /** Without an answer, or with one that says failure. */
  readonly errors: number | null;
  readonly unanswered: number | null;
}
/** Default of `limits.harm.errors`: from this share on `healthy` would be milder than the figure beside it. */
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
/** Health that harm leaves: only what got worse than the baseline counts, so that who always failed a little is not hurt. */
export const healthAfter = ({ how, unanswered }: Pick<Harm, "how" | "unanswered">): Exclude<Health, "healthy"> => {
  if (how !== "failing") return "slow";
  return isUnreachable(unanswered.now) ? "unreachable" : "failing";
};

/** Health, or what is known instead of it: a struck callee is judged by nobody's figures. From worst to best in `SERVICE_STATES`. */
export type ServiceState = Health | "struck" | "contained" | "idle" | "unwatched";
export const SERVICE_STATES: readonly ServiceState[] = [
  ...(["unreachable", "failing", "slow", "struck", "contained", "healthy", "idle", "unwatched"] as const),
];
/** The one that is worst, of one at least. */
export const worstState = (states: readonly ServiceState[]): ServiceState =>
  SERVICE_STATES.find((state) => states.includes(state)) ?? "unwatched";
export const STATE_WORDS: Readonly<Record<ServiceState, string>> = {
  ...{ unreachable: "unreachable", failing: "failing", slow: "slow", struck: "struck", contained: "contained" },
  ...{ healthy: "healthy", idle: "no traffic", unwatched: "not watched" },
};
/** What the declared radius lets a service suffer. */
export const MAY_WORDS: Readonly<Record<May["may"], string>> = { fail: "may fail", slow: "may be slow" };
export const STOP_WORDS: Readonly<Record<Stop["why"], string>> = {
  ...{ timeout: "timeout", fallback: "fallback", "nothing-sent": "nothing sent", absorbed: "absorbed" },
};

/** Part of a service in the damage of a run: `leak` beyond what is declared, `affected` within, `stop` where the damage ends. */
export interface Part {
  readonly leak: boolean;
  readonly affected: boolean;
  readonly stop: Stop["why"] | null;
}
/** The word after the state; null: none. */
export const partWord = ({ leak, affected, stop }: Part): string | null => {
  if (leak) return "leak";
  if (affected) return "affected";
  return stop === null ? null : STOP_WORDS[stop];
};
/** `failing (leak)`, `slow (affected)`, `contained (timeout)`, `struck`. */
export const sayState = (state: ServiceState, part: Part): string => {
  const more = partWord(part);
  return more === null ? STATE_WORDS[state] : `${STATE_WORDS[state]} (${more})`;
};
