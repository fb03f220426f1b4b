/** Refusals of the store, each with the subject; the API has the words and the status for each. */
import type { RunId } from "../../experiments/model/names.ts";

/** Error: another server leads, or this server stopped, so the attempted write belongs to an epoch that is over. */
export class Fenced extends Error {
  override readonly name = "Fenced";
  readonly epoch: number;
  constructor(epoch: number) {
    super(`epoch ${epoch} is over: another server leads, or this one resigned; nothing was written`);
    this.epoch = epoch;
  }
}
/** Error: a document is not at the version that the writer had seen. */
export class VersionMismatch extends Error {
  override readonly name = "VersionMismatch";
  /** Version that the writer expected; null: absent. */
  readonly expected: number | null;
  readonly found: number | null;
  constructor(what: string, expected: number | null, found: number | null) {
    const spell = (version: number | null) => (version === null ? "absent" : `at version ${version}`);
    super(`${what} is ${spell(found)}, expected it ${spell(expected)}: read it again and apply your change to that`);
    this.expected = expected;
    this.found = found;
  }
}
/** Error: an idempotency key was used for another request. */
export class KeyReused extends Error {
  override readonly name = "KeyReused";
  readonly run: RunId;
  constructor(key: string, run: RunId) {
    super(
      `the idempotency key ${JSON.stringify(key)} already started run ${run} with another body: use a new key for each start`,
    );
    this.run = run;
  }
}
/**
 * Error: a record cannot follow the records in the database. Either confirmed records are gone (an asynchronous standby
 * was promoted, a dump was restored under a live server), or another process wrote there. No record was written.
 */
export class JournalGap extends Error {
  override readonly name = "JournalGap";
  constructor(run: RunId, what: string) {
    super(`the journal of run ${run} is no longer in the database as it was written: ${what}`);
  }
}
