import type { Behaviours, Treatment } from "./behaviour.ts";
import { later } from "./behaviour.ts";

export const slowClose: Behaviours["slowClose"] = ({ delay }) => {
  const treat = (): Treatment => ({ response: { end: (nowMs) => later(nowMs + delay) } });
  return { begin: treat, join: treat };
};
