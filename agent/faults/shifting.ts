/**
 * Shifting faults: faults that decide about the times of a message's parts, and about no byte of them. Such a fault needs
 * no message taken apart: the original bytes, framing included, leave later.
 */
import type { Admission } from "./admission.ts";

/** Do all faults of an exchange only shift it in time? */
export const areShifting = (admissions: readonly Admission[]): boolean => {
  for (const { treatment } of admissions) {
    const { request, response } = treatment;
    if (request !== undefined && request.shifts !== true) return false;
    if (response !== undefined && response.shifts !== true) return false;
  }
  return true;
};
