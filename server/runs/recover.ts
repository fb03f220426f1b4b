/** Runs whose server died under them: finished HALTED (or worse), never HELD, once it is known that their faults are gone. */
import { foldJournal, type JournalRecord } from "../../experiments/model/journal.ts";
import type { Boot } from "../../experiments/model/names.ts";
import type { Effect } from "../../experiments/model/run/effect.ts";
import type { RunEvent } from "../../experiments/model/run/event.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import { step } from "../../experiments/model/run/step.ts";
import type { Grade } from "../../experiments/model/verdict.ts";
import { type Clock, sleep } from "../clock.ts";
import { surelyOverMs } from "../fleet/agent.ts";
import { isGone } from "../fleet/processes.ts";
import { findBoot } from "../store/boots.ts";
import { appendRecords, readRecords } from "../store/journal.ts";
import type { Store } from "../store/open.ts";
import { type RunRow, unfinishedRuns, updateRun } from "../store/runs.ts";
import type { Happening } from "./happening.ts";
import { Journal } from "./journal.ts";
import { rowOf } from "./summary.ts";

/**
 * How long the dead server may have granted after its last record: its runner had ticked less than 2 s before each grant,
 * and every second of a live fault is journalled.
 */
const MARGIN_MS = 3_000;

interface Recovery {
  readonly store: Store;
  readonly clock: Clock;
  readonly row: RunRow;
  readonly records: readonly JournalRecord[];
}

/** When every lease that the dead server granted is surely over, wall time. */
const leasesOverMs = ({ records }: Recovery, { plan }: Run): number =>
  records.at(-1)!.wallMs + MARGIN_MS + surelyOverMs(plan.leaseMs);

const grade = async (recovery: Recovery, run: Run, boot: Boot): Promise<{ grade: Grade; detail: string }> => {
  const { store, clock } = recovery;
  if (!run.injected) return { grade: "inferred", detail: "it was never ordered a fault" };
  const known = await findBoot(store.db, boot);
  const mark = known && { pid: known.pid, started: known.pid_started, machineBoot: known.machine_boot };
  if (mark !== undefined && isGone(mark)) return { grade: "witnessed", detail: `its process ${mark.pid} has ended` };
  // The dead server held the lock that this one holds: from its taking on, no lease was granted, whatever the wall clock says.
  const longestMs = MARGIN_MS + surelyOverMs(run.plan.leaseMs);
  const restMs = Math.min(longestMs, leasesOverMs(recovery, run) - clock.wallMs());
  if (restMs > 0) await sleep(clock, restMs);
  return { grade: "inferred", detail: "its server is dead, and its last lease is over by the wall clock" };
};

const answers = async (recovery: Recovery, run: Run, effects: readonly Effect[]): Promise<Happening[]> => {
  const revert = effects.findLast((effect) => effect.do === "revert");
  if (revert === undefined) return [];
  const { revision } = revert;
  const graded: Happening[] = [];
  for (const { boot } of run.agents)
    graded.push({ type: "graded", boot, revision, ...(await grade(recovery, run, boot)) });
  return graded;
};

const finish = async (recovery: Recovery, folded: Run): Promise<Run> => {
  const { store, clock, row, records } = recovery;
  const write = (more: readonly JournalRecord[]) => appendRecords(store.db, row.id, more);
  const journal = new Journal({ clock, last: records.at(-1)!, write });
  const append = async (entry: Parameters<Journal["append"]>[0]) => {
    if (!(await journal.append(entry))) throw new Error(`run ${row.id}: its journal cannot be written`);
  };
  let run = folded;
  let lastWallMs = records.at(-1)!.wallMs;
  const reason = "The server died while the run was under way; its agents dropped the faults by themselves.";
  const inbox: Happening[] = [{ type: "halted", because: "server-lost", reason, recover: false }];
  for (let next = inbox.shift(); next !== undefined && run.at !== "finished"; next = inbox.shift()) {
    const atMs = run.atMs + Math.max(0, clock.wallMs() - lastWallMs);
    lastWallMs = clock.wallMs();
    const event = { ...next, atMs } as RunEvent;
    const [after, ...effects] = step(run, event);
    run = after;
    await append({ kind: "event", event });
    inbox.push(...(await answers(recovery, run, effects)));
  }
  const { sequence, hash } = journal.last!;
  await append({ kind: "closed", count: sequence, head: hash });
  return run;
};

const recoverRun = async (recovery: Recovery): Promise<void> => {
  const { store, row, records } = recovery;
  const folded = foldJournal(records);
  const first = records[0]?.entry;
  if (folded === null || first?.kind !== "created") throw new Error(`run ${row.id}: its journal does not begin`);
  const closed = records.at(-1)!.entry.kind === "closed";
  const run = closed ? folded : await finish(recovery, folded);
  if (run.at !== "finished") throw new Error(`run ${row.id}: could not be finished, it stands at ${run.at}`);
  await updateRun(store.db, row.id, rowOf(run, first.created, row.started_ms, true));
};

/** Ids of the runs that were finished. Only for who holds the lock of the folder: nobody else can be running them. */
export const recover = async (store: Store, clock: Clock, log: (line: string) => void): Promise<string[]> => {
  const rows = await unfinishedRuns(store.db);
  for (const row of rows) {
    log(`run ${row.id} was left behind by a server that died: finishing it`);
    await recoverRun({ store, clock, row, records: await readRecords(store.db, row.id) });
  }
  return rows.map(({ id }) => id);
};
