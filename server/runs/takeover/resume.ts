/** Resumes the runs of an earlier term at the end of each journal. */
import { foldJournal, type JournalRecord } from "../../../experiments/model/journal/journal.ts";
import type { RunId } from "../../../experiments/model/names.ts";
import type { Run } from "../../../experiments/model/run/run.ts";
import { LOCAL } from "../../security/roles.ts";
import { findBoot } from "../../store/boots.ts";
import { readRecords } from "../../store/journal.ts";
import { lockEpoch } from "../../store/leader-row.ts";
import { type RunRow, updateRun } from "../../store/runs.ts";
import { ActiveRun } from "../active/active-run.ts";
import type { RunsConfig } from "../config.ts";
import type { RunHooks } from "../start/admit.ts";
import { originOf } from "../summary.ts";

/** Run folded from the journal in the store. */
export const foldStoredRun = async ({ store }: RunsConfig, id: RunId) => {
  const records = await readRecords(store.db, id);
  const first = records[0]?.entry;
  const run = foldJournal(records);
  if (run === null || first?.kind !== "created") throw new Error(`run ${id}: its journal does not begin`);
  return { run, created: first.created, last: records.at(-1)! as JournalRecord };
};

/** Registers the run's agents, so that the fleet can see when the processes that the run had faults in have ended. */
const recall = async ({ store, fleet }: RunsConfig, run: Run): Promise<void> => {
  for (const { boot, instance } of run.agents) {
    const known = await findBoot(store.db, boot);
    if (known === undefined) continue;
    const mark = { pid: known.pid, started: known.pid_started, machineBoot: known.machine_boot };
    fleet.expect({ boot, instance, mark });
  }
};

/** Adopts the run into this term. Throws Fenced. */
export const adoptRun = ({ store, epoch }: RunsConfig, id: RunId): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    await lockEpoch(tx, epoch);
    await updateRun(tx, id, { epoch });
  });

/** Resumes an orphaned run: from here on the run belongs to this term, to be reverted, audited and finished. */
export const resumeRun = async (row: RunRow, config: RunsConfig, hooks: RunHooks): Promise<ActiveRun> => {
  const { store } = config;
  const { run, created, last } = await foldStoredRun(config, row.id);
  await recall(config, run);
  await adoptRun(config, row.id);
  return new ActiveRun({
    ...{ ...config, ...hooks, db: store.db, mesh: null, plan: run.plan, created, run, last },
    ...{ by: LOCAL, origin: originOf(row, null), secrets: [], attached: false },
  });
};

/** Recalls a finished run whose agents may still have faults. */
export const recallFinishedRun = async (id: RunId, config: RunsConfig): Promise<Run> => {
  const { run } = await foldStoredRun(config, id);
  await recall(config, run);
  return run;
};
