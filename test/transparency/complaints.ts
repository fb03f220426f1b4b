/** Judgement of a result by the table of differences. */
import { acceptedFor, isNotYet, isOfRows } from "./differences.ts";
import { describeResult, type RowResult } from "./pairs.ts";
import { rowName } from "./row.ts";

/** Tells whether a difference of this row is listed, so that a second look is needless. */
export const isExpected = (result: RowResult): boolean => isNotYet(result) || complaintsOf(result).length === 0;
/** Reasons against a result: a difference that is not accepted, or an accepted difference that did not show. */
export const complaintsOf = (result: RowResult): readonly string[] => {
  const accepted = acceptedFor(result);
  const unexpected = result.aspects.filter((aspect) => !accepted.some(({ aspects }) => aspects.includes(aspect)));
  if (unexpected.length > 0) return [describeResult(result)];
  if (result.aspects.length === 0 && accepted.some((each) => isOfRows(each) && each.isSteady))
    return [`${rowName(result)}: a difference is accepted, and there is none`];
  return [];
};
