/** Result so far of a walk over the hash chains of all journals. Pure. */
import type { JournalVerification, JournalVerificationEnd } from "../../server/contract/index.ts";

export interface Walk {
  readonly runs: number;
  readonly records: number;
  /** Number of incomplete journals: the run is active, or the server died. */
  readonly open: number;
  readonly broken: readonly JournalVerification[];
  /** The last line came, and counts the lines before. Without this line no journal is proven whole. */
  readonly ended: boolean;
}
export const BEGUN: Walk = { runs: 0, records: 0, open: 0, broken: [], ended: false };

const onward = (walk: Walk, told: JournalVerification | JournalVerificationEnd): Walk => {
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
export const walked = (walk: Walk, lines: readonly string[]): Walk =>
  lines.reduce(
    (before, line) => onward(before, JSON.parse(line) as JournalVerification | JournalVerificationEnd),
    walk,
  );
