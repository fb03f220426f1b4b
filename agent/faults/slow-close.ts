import { type Behaviours, later, type Treatment } from "./behaviour.ts";

export const slowClose: Behaviours["slowClose"] = ({ delay }) => {
  const treat = (): Treatment => ({ response: { end: (nowMs) => later(nowMs + delay) } });
  return { begin: treat, join: treat };
};
