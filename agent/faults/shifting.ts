/**
 * Shifting faults: faults that decide about the times of a message's parts, and about no byte of them. Such a fault needs
 * no message taken apart: the original bytes, framing included, leave later.
 */
import type { FaultKind } from "../../experiments/model/faults/index.ts";
import type { Admission } from "./admission.ts";

/** True for a kind whose filters never answer, cut, split, replace or edit, and do not count the bytes of a body. */
const SHIFTS: { readonly [K in FaultKind]: boolean } = {
  latency: true,
  abort: false,
  partition: false,
  reset: false,
  bandwidth: false,
  slowClose: false,
  limitBytes: false,
  slice: false,
  corrupt: false,
  rewrite: false,
  throttle: false,
};

/** Do all faults of an exchange only shift it in time? */
export const areShifting = (admissions: readonly Admission[]): boolean => {
  for (const { fault } of admissions) if (!SHIFTS[fault.order.action.kind]) return false;
  return true;
};
