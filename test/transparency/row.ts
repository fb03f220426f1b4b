/** Row of the transparency suite: a caller and a callee on an edge. */
import type { Tier } from "../../agent/transport/transport.ts";
import type { CalleeName } from "./callees.ts";
import type { CallerName } from "./callers.ts";

export interface Pair {
  readonly caller: CallerName;
  readonly callee: CalleeName;
}
export type Protocol = "http" | "tcp";
export const PROTOCOLS: readonly Protocol[] = ["http", "tcp"];
/** Pair on an edge of an agent of this transport tier. */
export interface Row extends Pair {
  readonly protocol: Protocol;
  readonly tier: Tier;
  /** A fault is live during a part of the run. */
  readonly isTreated?: boolean;
}

export const rowName = ({ protocol, caller, callee }: Row): string => `${protocol}: ${caller} → ${callee}`;
