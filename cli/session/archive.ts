/** All runs below $SQUALL_HOME: those of live servers over their API, the others from the folders that servers left behind. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "../../experiments/model/journal.ts";
import { type RunReport, reportOfJournal } from "../../experiments/model/report.ts";
import type { RunSummary } from "../../server/api/contract/index.ts";
import { systemClock } from "../../server/clock.ts";
import { recover } from "../../server/runs/recover.ts";
import { summaryOf } from "../../server/runs/summary.ts";
import { readRecords } from "../../server/store/journal.ts";
import { DATABASE, FolderTaken, openStore, type Store } from "../../server/store/open.ts";
import { listRuns } from "../../server/store/runs.ts";
import { CommandError, INTERNAL, USAGE } from "../exit.ts";
import { type Client, connect } from "./client.ts";
import { namesIn, runsIn, serveIn } from "./home.ts";
import { isAlive, readRecord, recordIn, type ServerRecord } from "./record.ts";

/** The folder of one server, and the server while it lives. */
export interface Place {
  readonly folder: string;
  readonly live: ServerRecord | null;
}
export interface Archived {
  readonly place: Place;
  readonly summary: RunSummary;
}

/** Folders of servers, the newest first; those of `serve` before all. */
export const placesIn = async (home: string): Promise<Place[]> => {
  const below = async (parent: string) => (await namesIn(parent)).reverse().map((name) => join(parent, name));
  const folders = [...(await below(serveIn(home, ""))), ...(await below(runsIn(home)))];
  return Promise.all(
    folders.map(async (folder) => {
      const record = await readRecord(recordIn(folder));
      return { folder, live: record !== null && isAlive(record) ? record : null };
    }),
  );
};

const clientOf = ({ url, token }: ServerRecord): Client =>
  connect(url, token, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));

/** Takes the folder's lock for a moment. null: no server ever ran here, or one holds it that left no record (yet). */
const withStore = async <T>(
  folder: string,
  log: (line: string) => void,
  use: (store: Store) => Promise<T>,
): Promise<T | null> => {
  if (!existsSync(join(folder, DATABASE))) return null;
  const store = await openStore(folder).catch((error) => {
    if (error instanceof FolderTaken) return null;
    throw error;
  });
  if (store === null) return null;
  try {
    await recover(store, systemClock, log);
    return await use(store);
  } finally {
    await store.close();
  }
};

/** Runs that a dead server left unfinished are finished on the way: HALTED, once it is known that their faults are gone. */
export const runsAt = async (place: Place, log: (line: string) => void): Promise<Archived[]> => {
  const summaries =
    place.live !== null
      ? (await clientOf(place.live).call("GET /api/v1/runs", {})).runs
      : ((await withStore(place.folder, log, async ({ db }) => (await listRuns(db)).map(summaryOf))) ?? []);
  return summaries.map((summary) => ({ place, summary }));
};

/** At least so many of the newest runs, where there are as many. A folder that cannot be read is told and passed over. */
export const newestRuns = async (home: string, limit: number, log: (line: string) => void): Promise<Archived[]> => {
  const found: Archived[] = [];
  for (const place of await placesIn(home)) {
    if (found.length >= limit && place.live === null) continue;
    const runs = await runsAt(place, log).catch((error: Error) => {
      log(`${place.folder}: ${error.message}`);
      return [];
    });
    found.push(...runs);
  }
  return found.sort((a, b) => (a.summary.startedAt < b.summary.startedAt ? 1 : -1)).slice(0, limit);
};

/** By the whole id or its beginning; `last` is the newest. */
export const findRun = async (home: string, wanted: string, log: (line: string) => void): Promise<Archived> => {
  const all = await newestRuns(home, wanted === "last" ? 1 : Number.POSITIVE_INFINITY, log);
  const found = wanted === "last" ? all : all.filter(({ summary }) => summary.id.startsWith(wanted));
  const exact = found.find(({ summary }) => summary.id === wanted);
  const [first, ...more] = exact === undefined ? found : [exact];
  if (first === undefined)
    throw new CommandError(
      2,
      wanted === "last" ? "there is no run yet" : `no run begins with ${wanted}; \`squall runs\` lists them`,
    );
  if (more.length > 0)
    throw new CommandError(
      USAGE,
      `${wanted} may be ${found.map(({ summary }) => summary.id).join(", ")}: give more of it`,
    );
  return first;
};

export interface Record {
  readonly report: RunReport;
  readonly journal: readonly JournalRecord[];
}
export const recordOf = async ({ place, summary: { id } }: Archived, log: (line: string) => void): Promise<Record> => {
  if (place.live !== null) {
    const client = clientOf(place.live);
    const { records } = await client.call("GET /api/v1/runs/:id/journal", { params: { id } });
    return { report: await client.call("GET /api/v1/runs/:id", { params: { id } }), journal: records };
  }
  const journal = (await withStore(place.folder, log, ({ db }) => readRecords(db, id))) ?? [];
  const report = reportOfJournal(journal);
  if (report === null) throw new CommandError(INTERNAL, `run ${id}: its journal in ${place.folder} cannot be read`);
  return { report, journal };
};
