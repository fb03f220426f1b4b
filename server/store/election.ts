/**
 * Who may lead, as pure rules over one row and clock readings (SAFETY.md 6). Compare-and-set on the row makes leaders
 * follow one another; the times see to it that one has stopped granting before the next begins:
 * a leader trusts itself for less time after it *asked* for a renewal than the row stands unchanged before it is taken.
 */

/** Milliseconds. */
export interface ElectionTiming {
  /** How long a renewal lets the row live, by the database's clock. */
  readonly lifeMs: number;
  /** How long a leader grants, by its own clock, from when it asked for the renewal. */
  readonly validMs: number;
  /**
   * How long a standby must have seen the row unchanged, by its own clock: a database's clock may jump, say when it fails
   * over to a machine whose clock is ahead. Above `validMs` and `ASLEEP_MS` together by more than clocks drift.
   */
  readonly stillMs: number;
  /** After so long unchanged the row is taken whatever the database's clock says: it may have jumped back. */
  readonly staleMs: number;
}
export const ELECTION_TIMING: ElectionTiming = { lifeMs: 4_000, validMs: 2_000, stillMs: 3_500, staleMs: 8_000 };
export const RENEW_MS = 1_000;
export const POLL_MS = 500;

export interface LeaderRow {
  readonly epoch: number;
  readonly beat: number;
  /** null: the last one resigned. */
  readonly holder: string | null;
  readonly url: string | null;
  /** null: for as long as the holder has the file's lock. */
  readonly expiresMs: number | null;
}
/** Two clocks of one machine, ms: one that never jumps, and one that also counts the time the machine sleeps. */
export interface ClockReading {
  readonly nowMs: number;
  readonly uptimeMs: number;
}

/** The row as a standby last saw it, and since when it has seen just that. */
export interface RowObservation {
  readonly row: LeaderRow;
  /** Monotonic; when the first answer with this epoch and beat had come, so not before it was written. */
  readonly sinceMs: number;
}
/** `answeredMs`: monotonic, when the answer had come. */
export const observeRow = (before: RowObservation | null, row: LeaderRow, answeredMs: number): RowObservation =>
  before !== null && before.row.epoch === row.epoch && before.row.beat === row.beat
    ? { row, sinceMs: before.sinceMs }
    : { row, sinceMs: answeredMs };

/** Whether `holder` may try to take the row. `askedMs`: monotonic, before the look that `sight` and `databaseMs` are from. */
export const mayAcquire = (
  { row, sinceMs }: RowObservation,
  {
    holder,
    askedMs,
    databaseMs,
    timing,
  }: { holder: string; askedMs: number; databaseMs: number; timing: ElectionTiming },
): boolean => {
  // Who resigned grants no more; and who asks this does not lead, so neither does the one it was before.
  if (row.holder === null || row.holder === holder) return true;
  const stillMs = askedMs - sinceMs;
  const isOver = row.expiresMs !== null && databaseMs >= row.expiresMs;
  return stillMs >= (isOver ? timing.stillMs : timing.staleMs);
};

/** What taking does to the row, in the database; null: it is not as it was seen, and stays. */
export const acquireRow = (
  row: LeaderRow,
  seen: Pick<LeaderRow, "epoch" | "beat">,
  { holder, url, databaseMs, timing }: { holder: string; url: string; databaseMs: number; timing: ElectionTiming },
): LeaderRow | null =>
  row.epoch === seen.epoch && row.beat === seen.beat
    ? { epoch: row.epoch + 1, beat: row.beat + 1, holder, url, expiresMs: databaseMs + timing.lifeMs }
    : null;
/** What a renewal does to it; null: somebody took it, and it stays. */
export const renewRow = (
  row: LeaderRow,
  own: { readonly epoch: number; readonly holder: string },
  { databaseMs, timing }: { databaseMs: number; timing: ElectionTiming },
): LeaderRow | null =>
  row.epoch === own.epoch && row.holder === own.holder
    ? { ...row, beat: row.beat + 1, expiresMs: databaseMs + timing.lifeMs }
    : null;

/** A second of sleep is told by `os.uptime()`; less is what its resolution and the clocks' drift may make up. */
const ASLEEP_MS = 1_000;
/** Whether a leader that asked at `asked` for the renewal (or election) it got may still grant. */
export const isLeadValid = (
  asked: ClockReading,
  { nowMs, uptimeMs }: ClockReading,
  { validMs }: ElectionTiming,
): boolean => nowMs - asked.nowMs < validMs && uptimeMs - asked.uptimeMs < validMs + ASLEEP_MS;
/** Whether somebody else may have taken the row since. Until then a late renewal makes it valid again. */
export const isLeadLost = (
  asked: ClockReading,
  { nowMs, uptimeMs }: ClockReading,
  { lifeMs }: ElectionTiming,
): boolean => nowMs - asked.nowMs >= lifeMs || uptimeMs - asked.uptimeMs >= lifeMs + ASLEEP_MS;
