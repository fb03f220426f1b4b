/**
 * Process mark: tells a process from a later process with the same pid. Agent and server read `/proc` for themselves;
 * how the texts are understood is said here alone, because the server compares its own reading with the agent's.
 */

export interface ProcessStat {
  readonly pid: number;
  /** `R`, `S`, `T` (stopped), `Z` (a zombie: ended, not yet waited for) … */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /**
   * Clock ticks between boot and the start of the process: with the pid and the boot, the ticks identify a process for
   * ever.
   */
  readonly start: string;
}

/** proc_pid_stat(5): the command may hold blanks and brackets, so the fields are counted from the last `)`; state is field 3. */
const parseStat = (text: string): ProcessStat | null => {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  const start = fields[22 - 3];
  if (state === undefined || group === undefined || start === undefined) return null;
  return {
    pid: Number.parseInt(text, 10),
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    start,
  };
};

/** True for a process that has ended, although the entry may still be there: sockets and memory are given up. */
const isOver = ({ state }: ProcessStat): boolean => state === "Z" || state === "X" || state === "x";

/** The same for a process that lives; null: no such process, a text that could not be read, or a process that is over. */
export const parseLiveStat = (text: string | null): ProcessStat | null => {
  const stat = text === null ? null : parseStat(text);
  return stat === null || isOver(stat) ? null : stat;
};

export interface ProcessMark {
  /** Start time of the process, in clock ticks since the machine started. */
  readonly started: string;
  /** Boot of the machine and pid namespace: elsewhere, or in another container, the same pid is another process. */
  readonly machineBoot: string;
}

/** `bootId`: text of `/proc/sys/kernel/random/boot_id`; `pidNamespace`: target of `/proc/self/ns/pid`. Empty: unreadable. */
export const machineBootOf = (bootId: string, pidNamespace: string): string | null =>
  bootId.trim() === "" || pidNamespace === "" ? null : `${bootId.trim()} ${pidNamespace}`;
