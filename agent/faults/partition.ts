import {
  type Behaviours,
  type Cut,
  type Later,
  later,
  type RequestFilter,
  type ResponseFilter,
  type Treatment,
} from "./behaviour.ts";

const AT_ONCE = (nowMs: number): Cut => ({ do: "cut", how: "rst", atMs: nowMs });
const WAIT: Later = later(Number.POSITIVE_INFINITY);
const wait = () => WAIT;
// A partition works on bytes, so no head is ever decided on.
const STALL = { data: wait, end: wait } satisfies RequestFilter & ResponseFilter;
const BLACKHOLE = {
  data: () => ({ do: "replace", pieces: [], lossy: true }) as const,
  // FIN is held, not swallowed: neither side learns that the other side has gone.
  end: wait,
} satisfies RequestFilter & ResponseFilter;

export const partition: Behaviours["partition"] = ({ how, direction }) => {
  if (how === "refuse") return { begin: () => ({ open: AT_ONCE }) };
  if (how === "reset") return { begin: () => ({ open: AT_ONCE }), join: () => ({ open: AT_ONCE }) };
  const filter = how === "stall" ? STALL : BLACKHOLE;
  const treatment: Treatment = {
    ...(direction !== "response" && { request: filter }),
    ...(direction !== "request" && { response: filter }),
  };
  return { begin: () => treatment, join: () => treatment };
};
