/** A disk or a quota that is used up: not a bug, and not mended by a retry. */
const FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "SQLITE_FULL"]);
export const isFull = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && FULL.has((error as NodeJS.ErrnoException).code);
export const fullMessage = ({ message }: Error): string =>
  `${message}: free some space, or set SQUALL_HOME to a folder elsewhere`;
