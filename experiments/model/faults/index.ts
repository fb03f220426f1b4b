/**
 * The only list of fault kinds. A kind's behaviour stands in `agent/faults/` under the same name; a missing behaviour
 * does not compile.
 */
import type { z } from "zod";
import { abort } from "./abort.ts";
import { bandwidth } from "./bandwidth.ts";
import { corrupt } from "./corrupt.ts";
import type { FaultKindSpec } from "./fault.ts";
import { kill } from "./kill.ts";
import { latency } from "./latency.ts";
import { limitBytes } from "./limit-bytes.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { reset } from "./reset.ts";
import { restart } from "./restart.ts";
import { rewrite } from "./rewrite.ts";
import { slice } from "./slice.ts";
import { slowClose } from "./slow-close.ts";
import { throttle } from "./throttle.ts";

export const faultKinds = {
  latency,
  abort,
  partition,
  reset,
  bandwidth,
  slowClose,
  limitBytes,
  slice,
  corrupt,
  rewrite,
  throttle,
  kill,
  restart,
  pause,
};
export type FaultKind = keyof typeof faultKinds;
/** Model form of a kind's parameters: durations in ms, shares 0..1, sizes in bytes. */
export type FaultParams<K extends FaultKind> = z.output<(typeof faultKinds)[K]["params"]>;
/** Kind with its parameters, as a union that narrows on `kind`. */
export type FaultAction<K extends FaultKind = FaultKind> = {
  readonly [P in K]: { readonly kind: P; readonly params: FaultParams<P> };
}[K];

/** The spec of an action's kind, typed to accept the kind's parameters. */
export const specOf = (kind: FaultKind) => faultKinds[kind] as unknown as FaultKindSpec<z.ZodType>;
export const nounOfFault = ({ kind, params }: FaultAction) => specOf(kind).noun(params);
export const labelFault = ({ kind, params }: FaultAction) => specOf(kind).label(params);
export const describeFault = ({ kind, params }: FaultAction) => specOf(kind).describe(params);
export const leastHoldMsOf = ({ kind, params }: FaultAction): number => specOf(kind).leastHoldMs?.(params) ?? 0;
