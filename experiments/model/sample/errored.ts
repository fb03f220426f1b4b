/** Causes for which a sample could not be taken or judged: failures of the prober, not of the system under test. */
import { ownProperty } from "../own-property.ts";

/** Words that are counted and displayed; `why` beside the word gives the details. */
export type ErroredCause =
  | "late prober"
  | "stalled agent"
  | "outcome unknown"
  | "no descriptors"
  | "no memory"
  | "no ports"
  | "not permitted"
  | "address denied"
  | "prometheus unreachable"
  | "prometheus refusal"
  | "not one number"
  | "no traffic"
  | "command not run"
  | "body too large"
  | "body encoded"
  | "body not judged"
  | "look failed"
  | "other";

/** Cause and details of a sample without a result. */
export interface SampleObstacle {
  readonly cause: ErroredCause;
  readonly why: string;
}
export type ErroredBy = Readonly<Partial<Record<ErroredCause, number>>>;

/**
 * Cause of a sample that failed, or was given up, while an agent stalled for so long that the stall may be the reason.
 * Only bad samples get this cause: a claim that an objective is met must count such samples as bad (`unknownIn`).
 */
const UNKNOWN: ErroredCause = "outcome unknown";
/** Most causes that a tally counts separately; the rest is `other`. */
const MOST_CAUSES = 8;
/** The most frequent causes first, at most 8, the rest as `other` at the end. Verdicts hang on `UNKNOWN`: never part of the rest. */
const rankedCauses = (by: ErroredBy): readonly (readonly [ErroredCause, number])[] => {
  const { other = 0, ...named } = by;
  const ranked = (Object.entries(named) as [ErroredCause, number][]).sort(
    ([a, m], [b, n]) => Number(b === UNKNOWN) - Number(a === UNKNOWN) || n - m || (a < b ? -1 : 1),
  );
  const rest = ranked.slice(MOST_CAUSES).reduce((sum, [, count]) => sum + count, other);
  return [...ranked.slice(0, MOST_CAUSES), ...(rest === 0 ? [] : [["other", rest] as const])];
};
export const boundCauses = (by: ErroredBy): ErroredBy => Object.fromEntries(rankedCauses(by));
export const withCause = (by: ErroredBy, cause: ErroredCause, count = 1): ErroredBy => ({
  ...by,
  [cause]: (ownProperty(by, cause) ?? 0) + count,
});

/** Counts by cause of several tallies. Samples of old records, which name no cause, are `other`. */
export const sumCauses = (
  tallies: readonly { readonly errored: number; readonly erroredBy?: ErroredBy }[],
): ErroredBy => {
  let sum: ErroredBy = {};
  for (const { errored, erroredBy = {} } of tallies) {
    const named = Object.entries(erroredBy) as [ErroredCause, number][];
    const unnamed = errored - named.reduce((all, [, count]) => all + count, 0);
    for (const [cause, count] of [...named, ["other", Math.max(0, unnamed)] as const])
      if (count > 0) sum = withCause(sum, cause, count);
  }
  return boundCauses(sum);
};
/** Number of samples in several tallies with an unknown outcome: bad, or good had no agent stalled. */
export const unknownIn = (tallies: readonly { readonly erroredBy?: ErroredBy }[]): number =>
  tallies.reduce((sum, { erroredBy = {} }) => sum + (ownProperty(erroredBy, UNKNOWN) ?? 0), 0);
/** `9 late prober, 3 no descriptors`. */
export const spellCauses = (by: ErroredBy): string =>
  rankedCauses(by)
    .map(([cause, count]) => `${count} ${cause}`)
    .join(", ");
