/** Limits of an edge as the data path compares them: a limit of 0 in an order never comes. */
import { EDGE_LIMITS, type EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import type { EdgeOrder } from "../contract/messages.ts";

const orNever = (ms: number): number => (ms === 0 ? Number.POSITIVE_INFINITY : ms);

/** Limits of an order over the defaults; times without a limit are Infinity. */
export const limitsOf = ({ limits = {} }: Pick<EdgeOrder, "limits">): EdgeLimits => {
  const { connectMs, headMs, idleMs, stallMs, tunnelMs, halfClosedMs, lingerMs, headBytes } = {
    ...EDGE_LIMITS,
    ...limits,
  };
  return {
    connectMs: orNever(connectMs),
    headMs: orNever(headMs),
    idleMs: orNever(idleMs),
    stallMs: orNever(stallMs),
    tunnelMs: orNever(tunnelMs),
    halfClosedMs: orNever(halfClosedMs),
    lingerMs: orNever(lingerMs),
    headBytes,
  };
};

/** Time, ms, without a byte after which the kernel looks for a peer that vanished: no limit may find such a peer. */
export const KEEP_ALIVE_AFTER_MS = 60_000;
