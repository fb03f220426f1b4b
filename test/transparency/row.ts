/** Row of the transparency suite: a caller and a callee on an edge. */
import type { CalleeName } from "./callees.ts";
import type { CallerName } from "./callers.ts";
import type { Protocol } from "./rig.ts";

export interface Pair {
  readonly caller: CallerName;
  readonly callee: CalleeName;
}
/** Pair on an edge. */
export interface Row extends Pair {
  readonly protocol: Protocol;
}

export const rowName = ({ protocol, caller, callee }: Row): string => `${protocol}: ${caller} → ${callee}`;
