/** Journald: finds out if a stream goes to journald, which then reads priorities (sd-daemon(3)). */
import { fstatSync } from "node:fs";

/**
 * True when the stream goes to journald. systemd names device and inode of the stream in JOURNAL_STREAM. A child whose
 * stream was redirected inherits the variable all the same, so that the stream's own device and inode decide.
 */
export const isJournaldStream = (descriptor: number, { JOURNAL_STREAM }: NodeJS.ProcessEnv): boolean => {
  if (!JOURNAL_STREAM) return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return JOURNAL_STREAM === `${dev}:${ino}`;
  } catch {
    return false;
  }
};
