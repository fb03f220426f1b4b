/** Stalls of agents (PROOF.md 4): what they held up says nothing of the system, and above a bound nothing else is known either. */
import type { Boot } from "./names.ts";
import type { Because } from "./verdict.ts";
import { spell } from "./words.ts";

/** An agent's loop did not turn. Run time, ms. */
export interface AgentStall {
  readonly boot: Boot;
  readonly fromMs: number;
  readonly toMs: number;
  /** How long its CPU limit kept it from running meanwhile; absent: it cannot tell. */
  readonly throttledMs?: number;
}
/** So much of the counted time, all stalls of one agent together, or so long at once. */
const MOST_SHARE = 0.1;
const MOST_AT_ONCE_MS = 2_000;
/** Stalls with no more between them than a beat are one. */
const JOINED_MS = 100;

/** With one more, joined to the one before where they are one: a loop that crawls must not fill the state. */
export const withStall = (stalls: readonly AgentStall[], stall: AgentStall): readonly AgentStall[] => {
  const i = stalls.findLastIndex(({ boot }) => boot === stall.boot);
  const last = stalls[i];
  if (last === undefined || stall.fromMs - last.toMs > JOINED_MS) return [...stalls, stall];
  const throttledMs = (last.throttledMs ?? 0) + (stall.throttledMs ?? 0);
  const isTold = last.throttledMs !== undefined || stall.throttledMs !== undefined;
  const joined: AgentStall = {
    ...{ boot: last.boot, fromMs: Math.min(last.fromMs, stall.fromMs), toMs: Math.max(last.toMs, stall.toMs) },
    ...(isTold && { throttledMs }),
  };
  return stalls.with(i, joined);
};

/** A doubt for each agent that stood still for too much of the counted time. */
export const stallDoubts = (
  stalls: readonly AgentStall[],
  counted: { readonly fromMs: number; readonly toMs: number },
  nameOf: (boot: Boot) => string,
): readonly { readonly because: Extract<Because, "agent-stalled">; readonly reason: string }[] => {
  const lastedMs = Math.max(0, counted.toMs - counted.fromMs);
  return [...new Set(stalls.map(({ boot }) => boot))].flatMap((boot) => {
    const mine = stalls.filter((stall) => stall.boot === boot);
    const lengths = mine.map(({ fromMs, toMs }) =>
      Math.max(0, Math.min(toMs, counted.toMs) - Math.max(fromMs, counted.fromMs)),
    );
    const longestMs = Math.max(...lengths);
    const allMs = lengths.reduce((sum, length) => sum + length, 0);
    if (longestMs < MOST_AT_ONCE_MS && allMs <= MOST_SHARE * lastedMs) return [];
    const throttledMs = mine.reduce((sum, stall, i) => sum + (lengths[i]! > 0 ? (stall.throttledMs ?? 0) : 0), 0);
    const remedy =
      throttledMs > 0
        ? `Its CPU limit kept it from running for ${spell(throttledMs)}: raise or remove that limit.`
        : "Its CPU limit did not show as the cause: give it CPU of its own, or see whether its process was stopped.";
    const reason = `The agent ${nameOf(boot)} itself stood still for ${spell(allMs)} of the ${spell(lastedMs)} that count, ${spell(longestMs)} at once, so what passed it then is not known. ${remedy}`;
    return [{ because: "agent-stalled", reason }];
  });
};
