/** Runs that a server left in a folder, read after unfinished runs are recovered. */
import { systemClock } from "../../server/clock.ts";
import { noLog } from "../../server/log.ts";
import { recoverRuns } from "../../server/runs/recover.ts";
import { summaryOf } from "../../server/runs/summary.ts";
import { readRecords } from "../../server/store/journal.ts";
import { openStore } from "../../server/store/open.ts";
import { listRuns } from "../../server/store/runs.ts";

/** Reads the runs of a folder. Throws FolderLocked while a server uses the folder. */
export const readFolder = async (folder: string) => {
  const store = await openStore({ folder });
  try {
    await recoverRuns(store, systemClock, noLog, folder);
    const rows = await listRuns(store.db);
    return await Promise.all(
      rows.map(async (row) => ({ ...summaryOf(row), records: await readRecords(store.db, row.id) })),
    );
  } finally {
    await store.close();
  }
};
