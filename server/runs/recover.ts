/**
 * Finishes the runs that a dead server left in its folder, for a reader of that folder: no server is started for this.
 */
import type { Clock } from "../clock.ts";
import { Fleet } from "../fleet/fleet.ts";
import { hasStopped } from "../keeper/stopped.ts";
import type { Log } from "../log.ts";
import { acquireLeaderRowAlone } from "../store/leader-row.ts";
import type { Store } from "../store/open.ts";
import { listUnfinishedRuns } from "../store/runs.ts";
import { Runs } from "./runs.ts";

const openProbe = (): never => {
  throw new Error("nothing is looked at here");
};

/**
 * Finishes runs and returns the ids: HALTED or worse, never HELD, once the faults are known to be gone. Only for the
 * holder of the folder's lock: no other process can be running these runs. `folder`: the mark of the mesh's processes.
 */
export const recoverRuns = async (store: Store, clock: Clock, log: Log, folder: string): Promise<string[]> => {
  if ((await listUnfinishedRuns(store.db)).length === 0) return [];
  const epoch = await acquireLeaderRowAlone(store.db, "recovery", "");
  const fleet = new Fleet({ clock, epoch, mesh: null, log, onBoot() {}, isClearOutside: () => !hasStopped(folder) });
  const runs = new Runs({ clock, store, epoch, fleet, mesh: () => null, allowExec: false, openProbe, log });
  try {
    await runs.begin();
    const left = runs.all();
    await runs.settled();
    return left.map(({ id }) => id);
  } finally {
    runs.stop();
    fleet.close();
  }
};
