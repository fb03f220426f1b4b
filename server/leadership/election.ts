/**
 * Rules of leader election, pure functions over a row and clock readings (SAFETY.md 6). Compare-and-set on the row puts
 * leaders in sequence; the times ensure that a leader has stopped granting before the next leader begins: the time for
 * which a leader trusts a renewal, counted from the *request*, is shorter than the time for which a standby must see
 * the row unchanged before taking the row.
 */
import type { LeaderRow } from "../store/leader-row.ts";

/** Timing of the election, milliseconds. */
export interface ElectionTiming {
  /** Life of the row after a renewal, by the database's clock. */
  readonly lifeMs: number;
  /** Time for which a leader grants, by the leader's own clock, from the request for the renewal. */
  readonly validMs: number;
  /**
   * Time for which a standby must have seen the row unchanged, by the standby's own clock: a database's clock may jump,
   * for instance in a failover to a machine whose clock is ahead. Above `validMs` and `ASLEEP_MS` together by more than
   * clocks drift.
   */
  readonly stillMs: number;
  /**
   * Time unchanged after which the row is taken whatever the database's clock says: that clock may have jumped back.
   */
  readonly staleMs: number;
}
export const ELECTION_TIMING: ElectionTiming = { lifeMs: 4_000, validMs: 2_000, stillMs: 3_500, staleMs: 8_000 };
export const RENEW_MS = 1_000;
export const POLL_MS = 500;

/**
 * Readings of two clocks of a machine, ms: a clock that never jumps, and a clock that also counts the time the machine
 * sleeps.
 */
export interface ClockReading {
  readonly nowMs: number;
  readonly uptimeMs: number;
}

/** Row as a standby last saw it, and the time since when this same row has been seen. */
export interface RowObservation {
  readonly row: LeaderRow;
  /** Monotonic time at which the first answer with this epoch and beat had come, so not before the row was written. */
  readonly sinceMs: number;
}
/** Observes the row. `answeredMs`: monotonic time of the answer. */
export const observeRow = (before: RowObservation | null, row: LeaderRow, answeredMs: number): RowObservation =>
  before !== null && before.row.epoch === row.epoch && before.row.beat === row.beat
    ? { row, sinceMs: before.sinceMs }
    : { row, sinceMs: answeredMs };

/**
 * True if `holder` may try to take the row. `askedMs`: monotonic, before the query that gave `sight` and `databaseMs`.
 */
export const mayAcquire = (
  { row, sinceMs }: RowObservation,
  {
    holder,
    askedMs,
    databaseMs,
    timing,
  }: { holder: string; askedMs: number; databaseMs: number; timing: ElectionTiming },
): boolean => {
  // A leader that resigned grants no more. A process that asks this does not lead, so an earlier leadership of the same
  // process grants no more either.
  if (row.holder === null || row.holder === holder) return true;
  const stillMs = askedMs - sinceMs;
  const isOver = row.expiresMs !== null && databaseMs >= row.expiresMs;
  return stillMs >= (isOver ? timing.stillMs : timing.staleMs);
};

/** Effect of taking on the row, in the database; null: the row differs from the row that was seen, and stays. */
export const acquireRow = (
  row: LeaderRow,
  seen: Pick<LeaderRow, "epoch" | "beat">,
  { holder, url, databaseMs, timing }: { holder: string; url: string; databaseMs: number; timing: ElectionTiming },
): LeaderRow | null =>
  row.epoch === seen.epoch && row.beat === seen.beat
    ? { epoch: row.epoch + 1, beat: row.beat + 1, holder, url, expiresMs: databaseMs + timing.lifeMs }
    : null;
/** Effect of a renewal on the row; null: another server took the row, and the row stays. */
export const renewRow = (
  row: LeaderRow,
  own: { readonly epoch: number; readonly holder: string },
  { databaseMs, timing }: { databaseMs: number; timing: ElectionTiming },
): LeaderRow | null =>
  row.epoch === own.epoch && row.holder === own.holder
    ? { ...row, beat: row.beat + 1, expiresMs: databaseMs + timing.lifeMs }
    : null;

/**
 * Shortest sleep that `os.uptime()` shows reliably; less may come from the clock's resolution and the clocks' drift.
 */
const ASLEEP_MS = 1_000;
/** True if a leader may still grant, having asked at `asked` for the latest renewal (or election) granted. */
export const isLeadValid = (
  asked: ClockReading,
  { nowMs, uptimeMs }: ClockReading,
  { validMs }: ElectionTiming,
): boolean => nowMs - asked.nowMs < validMs && uptimeMs - asked.uptimeMs < validMs + ASLEEP_MS;
/** True if another server may have taken the row since. Until then a late renewal makes the lead valid again. */
export const isLeadLost = (
  asked: ClockReading,
  { nowMs, uptimeMs }: ClockReading,
  { lifeMs }: ElectionTiming,
): boolean => nowMs - asked.nowMs >= lifeMs || uptimeMs - asked.uptimeMs >= lifeMs + ASLEEP_MS;
