/**
 * Stalls of agents (PROOF.md 4): a stall's delays say nothing of the system under test, and above a bound the rest is
 * unknown too.
 */

import type { AgentBoot } from "../names.ts";
import { sayRoundedDuration } from "../units/duration.ts";
import type { ReasonCode } from "./verdict.ts";

/** An agent's loop did not turn. Run time, ms. */
export interface AgentStall {
  readonly boot: AgentBoot;
  readonly fromMs: number;
  readonly toMs: number;
  /** Time for which the CPU limit kept the agent from running meanwhile; absent: not measurable. */
  readonly throttledMs?: number;
}
/** Stalls of an agent that follow close on each other, summed up. */
export interface StallSpan extends AgentStall {
  /** Sum of the stalls that count (`IMPATIENT_MS`), and the longest stall. */
  readonly stalledMs: number;
  readonly longestMs: number;
}
/**
 * Least time for which services are taken to wait for each other. A shorter stall makes an exchange late, which the
 * exchange's own time shows, and has no other effect: a container at the CPU limit is kept from running until the next
 * period of 100 ms, again and again, and still carries every exchange. A longer stall may make callers give up:
 * failures and numbers of calls in that time say nothing of the system under test.
 */
export const IMPATIENT_MS = 250;
/** Bounds of stalling: share of the counted time for all stalls of an agent together, and length of a single stall. */
const MOST_SHARE = 0.1;
const MOST_AT_ONCE_MS = 2_000;
/** Parts of spans are floating point numbers. */
const SAME_MS = 0.001;
/** Stalls with no longer pause in between are summed up in a single span. */
const JOINED_MS = 100;

const spanOf = (stall: AgentStall): StallSpan => {
  const lengthMs = stall.toMs - stall.fromMs;
  const countedMs = lengthMs >= IMPATIENT_MS ? lengthMs : 0;
  return { ...stall, stalledMs: countedMs, longestMs: countedMs };
};
/** Adds a stall, joined to a close predecessor: a loop that crawls must not fill the state. */
export const withStall = (spans: readonly StallSpan[], stall: AgentStall): readonly StallSpan[] => {
  const next = spanOf(stall);
  const i = spans.findLastIndex(({ boot }) => boot === stall.boot);
  const last = spans[i];
  if (last === undefined || stall.fromMs - last.toMs > JOINED_MS) return [...spans, next];
  const throttledMs = (last.throttledMs ?? 0) + (stall.throttledMs ?? 0);
  const isTold = last.throttledMs !== undefined || stall.throttledMs !== undefined;
  const joined: StallSpan = {
    ...{ boot: last.boot, fromMs: Math.min(last.fromMs, stall.fromMs), toMs: Math.max(last.toMs, stall.toMs) },
    ...{ stalledMs: last.stalledMs + next.stalledMs, longestMs: Math.max(last.longestMs, next.longestMs) },
    ...(isTold && { throttledMs }),
  };
  return spans.with(i, joined);
};

const remedyOf = (throttledMs: number): string =>
  `Its CPU limit kept it from running for ${sayRoundedDuration(throttledMs)}: raise or remove that limit.`;
/**
 * Sentence on the agent that a CPU limit kept from running for longest in that time; "": no agent reported such a time.
 */
export const spellThrottled = (
  spans: readonly StallSpan[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  nameOf: (boot: AgentBoot) => string,
): string => {
  const byBoot = new Map<AgentBoot, number>();
  for (const span of spans.filter((each) => each.toMs > fromMs && each.fromMs < toMs))
    byBoot.set(span.boot, (byBoot.get(span.boot) ?? 0) + (span.throttledMs ?? 0));
  const [most] = [...byBoot].sort(([, a], [, b]) => b - a);
  return most === undefined || most[1] === 0
    ? ""
    : `The agent ${nameOf(most[0])} rested most in the ${sayRoundedDuration(toMs - fromMs)}. ${remedyOf(most[1])}`;
};

/** A doubt for each agent that stood still for too much of the counted time. */
export const stallGaps = (
  spans: readonly StallSpan[],
  counted: { readonly fromMs: number; readonly toMs: number },
  nameOf: (boot: AgentBoot) => string,
): readonly { readonly because: Extract<ReasonCode, "agent-stalled">; readonly reason: string }[] => {
  const lastedMs = Math.max(0, counted.toMs - counted.fromMs);
  /** Part of a span that lies in the counted time, in [0, 1]. */
  const partOf = ({ fromMs, toMs }: StallSpan) =>
    toMs > fromMs ? Math.max(0, Math.min(toMs, counted.toMs) - Math.max(fromMs, counted.fromMs)) / (toMs - fromMs) : 0;
  return [...new Set(spans.map(({ boot }) => boot))].flatMap((boot) => {
    const mine = spans.filter((span) => span.boot === boot && partOf(span) > 0);
    const longestMs = Math.max(
      0,
      ...mine.map((span) => Math.min(span.longestMs, partOf(span) * (span.toMs - span.fromMs))),
    );
    const allMs = mine.reduce((sum, span) => sum + partOf(span) * span.stalledMs, 0);
    if (longestMs < MOST_AT_ONCE_MS && allMs <= MOST_SHARE * lastedMs + SAME_MS) return [];
    const throttledMs = mine.reduce((sum, span) => sum + partOf(span) * (span.throttledMs ?? 0), 0);
    const remedy =
      throttledMs > 0
        ? remedyOf(throttledMs)
        : "Its CPU limit did not show as the cause: give it CPU of its own, or see whether its process was stopped.";
    const reason = `The agent ${nameOf(boot)} itself stood still for ${sayRoundedDuration(allMs)} of the ${sayRoundedDuration(lastedMs)} that count, ${sayRoundedDuration(longestMs)} at once, so what passed it then is not known. ${remedy}`;
    return [{ because: "agent-stalled", reason }];
  });
};
