/** States of services in words, the same on pages, in reports and in the API: health, or the part in a run's damage. */

import type { DeclaredDamage } from "./declared.ts";
import type { Health } from "./health.ts";
import type { DamageStop } from "./stops.ts";

/**
 * State of a service: the health, or the part that replaces a health; a struck callee is judged by no figures. From
 * worst to best in `SERVICE_STATES`.
 */
export type ServiceState = Health | "struck" | "contained" | "idle" | "unwatched";
export const SERVICE_STATES: readonly ServiceState[] = [
  ...(["unreachable", "failing", "slow", "struck", "contained", "healthy", "idle", "unwatched"] as const),
];
/** Worst of at least one state. */
export const worstState = (states: readonly ServiceState[]): ServiceState =>
  SERVICE_STATES.find((state) => states.includes(state)) ?? "unwatched";
export const STATE_WORDS: Readonly<Record<ServiceState, string>> = {
  ...{ unreachable: "unreachable", failing: "failing", slow: "slow", struck: "struck", contained: "contained" },
  ...{ healthy: "healthy", idle: "no traffic", unwatched: "not watched" },
};
/** Words for the damage that the declared radius allows a service. */
export const MAY_WORDS: Readonly<Record<DeclaredDamage["may"], string>> = { fail: "may fail", slow: "may be slow" };
export const STOP_WORDS: Readonly<Record<DamageStop["why"], string>> = {
  ...{ timeout: "timeout", fallback: "fallback", "nothing-sent": "nothing sent", absorbed: "absorbed" },
};

/**
 * Part of a service in the damage of a run: `leak` beyond the declared damage, `affected` within, `stop` where the
 * damage ends.
 */
export interface DamagePart {
  readonly leak: boolean;
  readonly affected: boolean;
  readonly stop: DamageStop["why"] | null;
}
/** The word after the state; null: none. */
export const partWord = ({ leak, affected, stop }: DamagePart): string | null => {
  if (leak) return "leak";
  if (affected) return "affected";
  return stop === null ? null : STOP_WORDS[stop];
};
/** `failing (leak)`, `slow (affected)`, `contained (timeout)`, `struck`. */
export const sayState = (state: ServiceState, part: DamagePart): string => {
  const more = partWord(part);
  return more === null ? STATE_WORDS[state] : `${STATE_WORDS[state]} (${more})`;
};
