import type { Behaviours, Treatment } from "./behaviour.ts";
import { limit } from "./limit-bytes.ts";

export const reset: Behaviours["reset"] = ({ after, afterBytes, every }) => {
  if (afterBytes !== undefined) {
    const treat = (): Treatment => ({ response: limit(afterBytes, "rst") });
    return { begin: treat, join: treat };
  }
  const delayMs = every === undefined ? after : 0;
  const treat = (): Treatment => ({ open: (nowMs) => ({ do: "cut", how: "rst", atMs: nowMs + delayMs }) });
  return { begin: treat, join: treat, ...(every !== undefined && { everyMs: every }) };
};
