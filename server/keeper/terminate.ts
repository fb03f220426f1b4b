/**
 * Ends the processes of a mesh: CONT, TERM, and KILL for what is left after a second. The keeper, its watch and the
 * parent all use it, whichever of them is left, and may do so at the same time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isMarked, isSameProcess, type Mark, type ProcessIdentity } from "./process-identity.ts";
import { everyProcess, hasProc, isOver } from "./processes.ts";

export const GRACE_MS = 1_000;
const LOOK_MS = 25;
/** After KILL the kernel may need a moment; what is still there then cannot be ended by anybody. */
const KILL_PATIENCE_MS = 2_000;

/** A process group (negative, as kill(2) wants it) or a single process that left its group. */
type Target = number;

const signal = (target: Target, name: NodeJS.Signals): void => {
  try {
    process.kill(target, name);
  } catch {
    // Gone since it was looked at.
  }
};

/** Without /proc a group is known by its leader alone; once that is gone, what stays of the group cannot be told from strangers. */
const groupsByLeader = (records: readonly ProcessIdentity[]): readonly Target[] =>
  records.filter(isSameProcess).map(({ pid }) => -pid);

/**
 * What of a mesh is alive. A recorded group counts while its leader is the recorded process, or while a member carries
 * the mark. What carries the mark and is in no such group (it started a session of its own, or was forked in the instant
 * its keeper died) counts alone.
 */
export const liveTargets = (mark: Mark, records: readonly ProcessIdentity[]): readonly Target[] => {
  if (!hasProc) return groupsByLeader(records);
  // Nothing of the mesh is older than its first process: that spares the look into most environments.
  const since = records.length === 0 ? 0 : Math.min(...records.map(({ start }) => Number(start)));
  const processes = everyProcess().filter(
    (each) => !isOver(each) && each.pid !== process.pid && Number(each.start) >= since,
  );
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
 * Resolves once nothing of the mesh is alive, with what could not be ended (normally none). `settle`: look once more
 * after a moment, for a child that was between fork and exec, and so without a mark, at the first look.
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
        // A stopped process takes its TERM only once it goes on.
        signal(target, "SIGCONT");
        signal(target, "SIGTERM");
      }
    }
    await sleep(LOOK_MS);
  }
};
