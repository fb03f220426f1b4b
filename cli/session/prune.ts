/**
 * Removes old runs from this machine: runs of embedded servers that are gone. A server that stays keeps to that
 * server's retention (`retention.runs`), and an active run, or a run that still holds claims after a RESIDUE, is never
 * touched.
 */
import { existsSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { systemClock } from "../../server/clock.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { lineLog } from "../../server/log.ts";
import { recoverRuns } from "../../server/runs/recover.ts";
import { summaryOf } from "../../server/runs/summary.ts";
import { DATABASE_FILE, FolderLocked, openStore } from "../../server/store/open.ts";
import { DEFAULT_RETENTION, listRemovableBefore, sweep } from "../../server/store/retention.ts";
import { findRun, listRuns } from "../../server/store/runs.ts";
import { runsIn } from "../home.ts";
import type { LocalRuns } from "./archive.ts";
import { type LocalServer, localServersIn } from "./local-servers.ts";

export interface PruneResult {
  readonly runs: readonly RunSummary[];
  /** Folders without other runs, removed with the logs. */
  readonly folders: readonly string[];
  /** Runs that stay although old enough: active, or with claims. */
  readonly kept: number;
}
const NOTHING: PruneResult = { runs: [], folders: [], kept: 0 };
const RUNS_ALONE = {
  ...DEFAULT_RETENTION,
  runsMost: null,
  auditMs: null,
  deliveriesMs: null,
  instantsMs: null,
  startsMs: null,
};

export interface PruneOptions {
  /** Runs that began before this time are removed, Unix ms. */
  readonly beforeMs: number;
  readonly dryRun: boolean;
}

/** A start that failed has left logs and no database. */
const pruneEmpty = async (folder: string, { beforeMs, dryRun }: PruneOptions): Promise<PruneResult> => {
  if ((await stat(folder)).mtimeMs >= beforeMs) return NOTHING;
  if (!dryRun) await rm(folder, { recursive: true, force: true });
  return { ...NOTHING, folders: [folder] };
};
const pruneFolder = async (folder: string, { log }: LocalRuns, options: PruneOptions): Promise<PruneResult> => {
  const { beforeMs, dryRun } = options;
  if (!existsSync(join(folder, DATABASE_FILE))) return pruneEmpty(folder, options);
  // The lock belongs to the open database's owner: a database that another process has open is not old.
  const store = await openStore({ folder }).catch((error) => {
    if (error instanceof FolderLocked) return null;
    throw error;
  });
  if (store === null) return NOTHING;
  let isEmpty = false;
  let pruned = NOTHING;
  try {
    const { db } = store;
    if (!dryRun) await recoverRuns(store, systemClock, lineLog(log), folder);
    const ids = await listRemovableBefore(db, beforeMs);
    const all = await listRuns(db);
    const rows = await Promise.all(ids.map((id) => findRun(db, id)));
    const runs = rows.flatMap((row) => (row === undefined ? [] : [summaryOf(row)]));
    const old = all.filter(({ started_ms }) => Number(started_ms) < beforeMs).length;
    isEmpty = all.length === runs.length && (all.length > 0 || (await stat(folder)).mtimeMs < beforeMs);
    pruned = { runs, folders: isEmpty ? [folder] : [], kept: old - runs.length };
    if (!dryRun && runs.length > 0) await sweep(db, { ...RUNS_ALONE, runsMs: 0 }, beforeMs);
  } finally {
    await store.close();
  }
  if (isEmpty && !dryRun) await rm(folder, { recursive: true, force: true });
  return pruned;
};

const isOwnRunFolder = ({ folder, live, unknown }: LocalServer, home: string): boolean =>
  live === null && !unknown && !relative(runsIn(home), folder).startsWith("..");

/** A folder that cannot be read or removed is reported and passed over. */
export const pruneHere = async (here: LocalRuns, options: PruneOptions): Promise<PruneResult> => {
  const places = await localServersIn(here, here.log);
  const all: PruneResult[] = [];
  for (const place of places.filter((one) => isOwnRunFolder(one, here.home)))
    all.push(
      await pruneFolder(place.folder, here, options).catch((error: Error) => {
        here.log(`${place.folder}: ${error.message}`);
        return NOTHING;
      }),
    );
  return {
    runs: all.flatMap(({ runs }) => runs),
    folders: all.flatMap(({ folders }) => folders),
    kept: all.reduce((sum, { kept }) => sum + kept, 0),
  };
};
