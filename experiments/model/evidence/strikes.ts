/** Strikes on the processes of services by faults of a run: exits and stops that were seen, and the returns. */

import { isProcessFault, type ProcessFaultKind } from "../faults/scope.ts";
import type { FaultName, ServiceName } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import { sayOffset, sayRoundedDuration } from "../units/duration.ts";
import type { Spans } from "./moment.ts";

export interface Strike {
  readonly fault: FaultName;
  readonly service: ServiceName;
  readonly kind: ProcessFaultKind;
  /** Run time at which the exit, or the stop, was seen. */
  readonly atMs: number;
  /** Time from then until the service was ready again, or went on, as the keeper measured it; null: not yet. */
  readonly awayMs: number | null;
  /** Longest time that the plan allows for the return; null: the end of the fault brings the service back. */
  readonly withinMs: number | null;
}

/** Kind and bound of a fault on a service's process; null: the plan has no such fault. */
export const processFaultOf = (
  { faults }: Pick<Plan, "faults">,
  name: FaultName,
): { readonly kind: ProcessFaultKind; readonly withinMs: number | null } | null => {
  const action = faults.find((fault) => fault.name === name)?.action;
  if (action === undefined || !isProcessFault(action)) return null;
  return { kind: action.kind, withinMs: action.kind === "pause" ? null : action.params.within };
};

/** Strikes after which the service is not ready again, and may still become so in time. */
export const openStrikes = (strikes: readonly Strike[], nowMs: number): readonly Strike[] =>
  strikes.filter(({ awayMs, withinMs, atMs }) => awayMs === null && withinMs !== null && nowMs < atMs + withinMs);
/** Strikes after which the service was not ready again in time. */
export const overdueStrikes = (strikes: readonly Strike[], nowMs: number): readonly Strike[] =>
  strikes.filter(({ awayMs, withinMs, atMs }) => withinMs !== null && (awayMs ?? nowMs - atMs) >= withinMs);

const DONE: { readonly [K in ProcessFaultKind]: string } = {
  kill: "was killed",
  restart: "was stopped for a restart",
  pause: "was paused",
};
const BACK: { readonly [K in ProcessFaultKind]: (after: string) => string } = {
  kill: (after) => `ready again after ${after}`,
  restart: (after) => `ready again after ${after}`,
  pause: (after) => `went on after ${after}`,
};
/** Agents strike as soon as they hold the order, some ms before the last agent has said so and `during` begins. */
const whenOf = (atMs: number, { during }: Spans): string =>
  during === undefined ? "at once" : `at ${sayOffset(Math.max(0, atMs - during.fromMs))}`;
/** `payments was killed at +5.0 s, ready again after 1.32 s`; times are offsets into `during`. */
export const spellStrike = ({ service, kind, atMs, awayMs }: Strike, spans: Spans): string => {
  const back = awayMs === null ? "not back yet" : BACK[kind](sayAway(awayMs));
  return `${service} ${DONE[kind]} ${whenOf(atMs, spans)}, ${back}`;
};
/** Two digits behind the point below 10 s: such times are known to some ms. */
const sayAway = (ms: number): string => (ms < 10_000 ? `${(ms / 1_000).toFixed(2)} s` : sayRoundedDuration(ms));
