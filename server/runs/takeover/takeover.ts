/**
 * Takeover of an earlier term's leftovers: unfinished runs, and claims of runs whose faults could not be shown gone.
 */
import type { RunId } from "../../../experiments/model/names.ts";
import { listClaims, releaseClaims } from "../../store/claims.ts";
import { findRun, listUnfinishedRuns, type RunRow } from "../../store/runs.ts";
import type { ActiveRun, HaltRequest } from "../active/active-run.ts";
import type { RunsConfig } from "../config.ts";
import type { RunHooks } from "../start/admit.ts";
import { requeueRun } from "./requeue.ts";
import type { ResidueWatch } from "./residue-watch.ts";
import { recallFinishedRun, resumeRun } from "./resume.ts";

export interface TakeoverConfig {
  readonly runs: RunsConfig;
  readonly hooks: RunHooks;
  readonly residue: ResidueWatch;
  /** Called for a run that belongs to this term from now on. */
  readonly track: (active: ActiveRun) => void;
  /** Called for a run that waits for its turn. */
  readonly enqueue: (active: ActiveRun) => void;
  /** True while all runs are halted: waiting runs are halted too. */
  readonly isHalted: () => boolean;
}
/** Reason why a run has lost the server, in the words of the verdict. */
export type LossReason = Pick<HaltRequest, "because" | "reason">;
/**
 * Loss of the server that held the run. `outage`: reason why the database did not answer before this term; null: the
 * database answered.
 */
export const serverLost = ({ outage = null }: Pick<RunsConfig, "outage">): LossReason => ({
  because: "server-lost",
  reason:
    outage === null
      ? "The server was lost while the run was under way."
      : `The database did not answer (${outage}), so the server that had the run led no more while it was under way.`,
});

/** Reverts, audits and finishes an orphaned run. Resolves once that has begun; false: the store did not allow it. */
export const takeOver = async (
  id: RunId,
  why: LossReason,
  { runs, hooks, track }: TakeoverConfig,
): Promise<boolean> => {
  const { store, log } = runs;
  try {
    const row = await findRun(store.db, id);
    if (row === undefined || row.closed === 1) return true;
    // A run whose journal was lost has notified all listeners of the end already.
    const quiet = why.because === "journal-lost" ? { ...hooks, onLifecycleEvent: () => {} } : hooks;
    const active = await resumeRun(row, runs, quiet);
    log.warn(`run ${id} was left behind at ${active.run.at}: finishing it`);
    track(active);
    if (active.run.at === "finished") await active.close();
    else active.post({ type: "halted", ...why, recover: false });
    return true;
  } catch (error) {
    log.error(`run ${id} could not be taken up, and keeps its claims: ${(error as Error).message}`);
    return false;
  }
};

/** Takes over the claims of a finished run: watched after RESIDUE, to be freed after any other verdict. */
export const takeOverClaims = async (id: RunId, { runs, residue }: TakeoverConfig): Promise<void> => {
  residue.watch(await recallFinishedRun(id, runs));
  if (!residue.has(id)) await releaseClaims(runs.store.db, id);
};

/** True if the run waits on here; false: the run has to be finished. */
const waitsOn = async (row: RunRow, config: TakeoverConfig): Promise<boolean> => {
  const { runs, hooks } = config;
  if (config.isHalted()) return false;
  const active = await requeueRun(row, runs, hooks).catch((error: Error) => {
    runs.log.warn(`run ${row.id} cannot wait on: ${error.message}`);
    return null;
  });
  if (active === null) return false;
  runs.log.info(`run ${row.id} waits on: nothing was injected by the server that it was started on`);
  config.enqueue(active);
  return true;
};

/** Takes over all unfinished runs; returns the ids of the runs that could not be taken over yet. */
export const takeOverAll = async (config: TakeoverConfig): Promise<readonly RunId[]> => {
  const unfinished = await listUnfinishedRuns(config.runs.store.db);
  const left: RunId[] = [];
  for (const row of unfinished) {
    if (await waitsOn(row, config)) continue;
    if (!(await takeOver(row.id, serverLost(config.runs), config))) left.push(row.id);
  }
  const open = new Set(unfinished.map(({ id }) => id));
  const { store, log } = config.runs;
  const holders = new Set((await listClaims(store.db)).map(({ run }) => run));
  for (const id of holders)
    if (!open.has(id))
      await takeOverClaims(id, config).catch((error: Error) =>
        log.error(`run ${id} keeps its claims: ${error.message}`),
      );
  return left;
};
