/** Result so far of a walk over the hash chains of all journals. Pure. */
import type { JournalVerification, JournalVerificationEnd } from "../../server/contract/index.ts";

export interface VerificationProgress {
  readonly runs: number;
  readonly records: number;
  /** Number of incomplete journals: the run is active, or the server died. */
  readonly open: number;
  readonly broken: readonly JournalVerification[];
  /** The last line came, and counts the lines before. Without this line no journal is proven whole. */
  readonly ended: boolean;
}
export const BEGUN: VerificationProgress = { runs: 0, records: 0, open: 0, broken: [], ended: false };

const onward = (
  walk: VerificationProgress,
  told: JournalVerification | JournalVerificationEnd,
): VerificationProgress => {
  if ("end" in told) return { ...walk, ended: told.runs === walk.runs && told.broken === walk.broken.length };
  return {
    ...walk,
    runs: walk.runs + 1,
    records: walk.records + told.records,
    open: walk.open + (told.closed ? 0 : 1),
    broken: told.problem === null ? walk.broken : [...walk.broken, told],
  };
};
/** `lines`: JSON, an object on each line. */
export const walked = (walk: VerificationProgress, lines: readonly string[]): VerificationProgress =>
  lines.reduce(
    (before, line) => onward(before, JSON.parse(line) as JournalVerification | JournalVerificationEnd),
    walk,
  );
