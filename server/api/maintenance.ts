/** Administrator's routes: verify the journals, and back up the store. */
import { Readable } from "node:stream";
import type { JournalVerification, JournalVerificationEnd } from "../contract/index.ts";
import { backup } from "../store/backup.ts";
import type { Db } from "../store/schema.ts";
import { verifyJournals as walk } from "../store/verify-journals.ts";
import type { Handler } from "./context.ts";

async function* lines(db: Db): AsyncGenerator<string> {
  let [runs, broken] = [0, 0];
  for await (const verified of walk(db)) {
    runs++;
    if (verified.problem !== null) broken++;
    yield `${JSON.stringify(verified satisfies JournalVerification)}\n`;
  }
  yield `${JSON.stringify({ end: true, runs, broken } satisfies JournalVerificationEnd)}\n`;
}
export const verifyRuns: Handler<"GET /api/v1/verify"> = async ({ store }) => Readable.from(lines(store.db));

export const streamBackup: Handler<"GET /api/v1/backup"> = async ({ store, clock }) =>
  Readable.from(backup(store, clock.wallMs()));
