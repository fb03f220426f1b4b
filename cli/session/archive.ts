/**
 * All runs below $SQUALL_HOME: runs of live servers over the API, the others from the folders of servers that are gone.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { reportOfJournal } from "../../experiments/model/report/report.ts";
import { systemClock } from "../../server/clock.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { lineLog } from "../../server/log.ts";
import { recoverRuns } from "../../server/runs/recover.ts";
import { summaryOf } from "../../server/runs/summary.ts";
import { readRecords } from "../../server/store/journal.ts";
import { DATABASE_FILE, FolderLocked, openStore, type Store } from "../../server/store/open.ts";
import { listRuns } from "../../server/store/runs.ts";
import type { Clock } from "../clock.ts";
import { CommandError, INTERNAL } from "../exit.ts";
import { clientOf, type LocalServer, localServersIn } from "./local-servers.ts";
import { listRemote, pickOne, type Record, readRemote } from "./remote.ts";

export interface ArchivedRun {
  readonly place: LocalServer;
  readonly summary: RunSummary;
}

/** Dependencies of every search on this machine. */
export interface LocalRuns {
  readonly home: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}
/**
 * Holds the folder's lock for a moment. null: no server ever ran here, or a server that left no record (yet) holds the
 * lock.
 */
const withStore = async <T>(
  folder: string,
  log: (line: string) => void,
  use: (store: Store) => Promise<T>,
): Promise<T | null> => {
  if (!existsSync(join(folder, DATABASE_FILE))) return null;
  const store = await openStore({ folder }).catch((error) => {
    if (error instanceof FolderLocked) return null;
    throw error;
  });
  if (store === null) return null;
  try {
    await recoverRuns(store, systemClock, lineLog(log), folder);
    return await use(store);
  } finally {
    await store.close();
  }
};

/**
 * True if a server has the database open, wherever that server runs: the lock on a file reaches across process
 * namespaces.
 */
export const isHeld = async (folder: string): Promise<boolean> => {
  if (!existsSync(join(folder, DATABASE_FILE))) return false;
  try {
    await (await openStore({ folder })).close();
    return false;
  } catch (error) {
    if (error instanceof FolderLocked) return true;
    throw error;
  }
};

/** Runs that a dead server left unfinished are closed on the way: HALTED, once the faults are known to be gone. */
export const runsAt = async (place: LocalServer, { clock, log }: LocalRuns, limit: number): Promise<ArchivedRun[]> => {
  if (place.unknown && (await isHeld(place.folder)))
    log(`${place.folder}: its server runs in another process namespace (a container), and does not answer from here`);
  const summaries =
    place.live !== null
      ? await listRemote(clientOf(place.live, clock), {}, limit)
      : ((await withStore(place.folder, log, async ({ db }) => (await listRuns(db)).map(summaryOf))) ?? []);
  return summaries.map((summary) => ({ place, summary }));
};

/** At least this number of the newest runs, where that many exist. An unreadable folder is reported and passed over. */
export const newestRuns = async (here: LocalRuns, limit: number): Promise<ArchivedRun[]> => {
  const found: ArchivedRun[] = [];
  for (const place of await localServersIn(here, here.log)) {
    if (found.length >= limit && place.live === null) continue;
    const runs = await runsAt(place, here, limit).catch((error: Error) => {
      here.log(`${place.folder}: ${error.message}`);
      return [];
    });
    found.push(...runs);
  }
  return found.sort((a, b) => (a.summary.startedAt < b.summary.startedAt ? 1 : -1)).slice(0, limit);
};

/** Finds a run by the whole id or the beginning of an id; `last` is the newest run. null: none found. */
export const findHere = async (here: LocalRuns, wanted: string): Promise<ArchivedRun | null> => {
  const all = await newestRuns(here, wanted === "last" ? 1 : Number.POSITIVE_INFINITY);
  if (wanted === "last") return all[0] ?? null;
  const ids = all.map(({ summary }) => summary.id);
  const id = pickOne(wanted, ids);
  return all.find(({ summary }) => summary.id === id) ?? null;
};

export const recordOf = async ({ place, summary: { id } }: ArchivedRun, { clock, log }: LocalRuns): Promise<Record> => {
  if (place.live !== null) return readRemote(clientOf(place.live, clock), id);
  const journal = (await withStore(place.folder, log, ({ db }) => readRecords(db, id))) ?? [];
  const report = reportOfJournal(journal);
  if (report === null) throw new CommandError(INTERNAL, `run ${id}: its journal in ${place.folder} cannot be read`);
  return { report, journal };
};
