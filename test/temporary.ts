/**
 * Temporary folders of a run of the tests, as vitest's global setup: all lie in a folder that is removed at the end, so
 * that tests which fail, or are killed, leave none behind either.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Mode of /tmp: PostgreSQL's user and other users of the tests have folders there. */
const FOR_ALL = 0o1777;

export default function setup() {
  const { TMPDIR: before } = process.env;
  // The prefix is short, since sockets lie below the folder, and a socket's path has 107 bytes at most.
  const folder = mkdtempSync(join(tmpdir(), "squall-t-"));
  chmodSync(folder, FOR_ALL);
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    try {
      // A process that was killed last may still be writing there.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    } catch (error) {
      process.stderr.write(`temporary folders of the tests are left: ${(error as Error).message}\n`);
    }
  };
}
