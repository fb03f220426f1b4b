/**
 * Ends the processes of a mesh: CONT, TERM, and KILL for the remaining processes after a second. The keeper, the watch
 * and the parent all use these functions, whichever of the three is left, and possibly at the same time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isMarked, isSameProcess, type Mark, type ProcessIdentity } from "./process-identity.ts";
import { everyProcess, hasProc } from "./processes.ts";

export const GRACE_MS = 1_000;
const LOOK_MS = 25;
/** After KILL the kernel may need a moment; a process still alive after that cannot be ended. */
const KILL_PATIENCE_MS = 2_000;

/** Process group (negative, as kill(2) wants) or a single process that left its group. */
type Target = number;

const signal = (target: Target, name: NodeJS.Signals): void => {
  try {
    process.kill(target, name);
  } catch {
    // The process has gone since the last check.
  }
};

/**
 * Without /proc a group is known by the group's leader alone; once the leader is gone, the rest of the group cannot be
 * told from strangers.
 */
const groupsByLeader = (records: readonly ProcessIdentity[]): readonly Target[] =>
  records.filter(isSameProcess).map(({ pid }) => -pid);

/**
 * Live processes of a mesh. A recorded group counts while the group's leader is the recorded process, or while a member
 * carries the mark. A process with the mark outside such groups (started in a session of its own, or forked in the
 * instant when the keeper died) counts alone.
 */
export const liveTargets = (mark: Mark, records: readonly ProcessIdentity[]): readonly Target[] => {
  if (!hasProc) return groupsByLeader(records);
  // No process of the mesh is older than the first recorded process: this bound avoids reading most environments.
  const since = records.length === 0 ? 0 : Math.min(...records.map(({ start }) => Number(start)));
  const processes = everyProcess().filter((each) => each.pid !== process.pid && Number(each.start) >= since);
  const leaders = new Set(records.filter(isSameProcess).map(({ pid }) => pid));
  const recorded = new Set(records.map(({ pid }) => pid));
  const targets = new Set<Target>();
  for (const each of processes) {
    if (leaders.has(each.group)) targets.add(-each.group);
    else if (isMarked(each.pid, mark)) targets.add(recorded.has(each.group) ? -each.group : each.pid);
  }
  return [...targets];
};

/**
 * Resolves once no process of the mesh is alive, with the targets that could not be ended (normally none). `settle`:
 * check again after a moment, for a child that was between fork and exec, and so without a mark, at the first check.
 */
export const terminateAll = async (
  mark: Mark,
  records: readonly ProcessIdentity[],
  { graceMs = GRACE_MS, settle = false } = {},
): Promise<readonly Target[]> => {
  const beganMs = performance.now();
  const asked = new Set<Target>();
  let settled = !settle;
  for (;;) {
    const alive = liveTargets(mark, records);
    if (alive.length === 0) {
      if (settled) return [];
      settled = true;
      await sleep(4 * LOOK_MS);
      continue;
    }
    const passedMs = performance.now() - beganMs;
    if (passedMs > graceMs + KILL_PATIENCE_MS) return alive;
    for (const target of alive) {
      if (passedMs >= graceMs) signal(target, "SIGKILL");
      else if (!asked.has(target)) {
        asked.add(target);
        // A stopped process handles TERM only after CONT.
        signal(target, "SIGCONT");
        signal(target, "SIGTERM");
      }
    }
    await sleep(LOOK_MS);
  }
};
