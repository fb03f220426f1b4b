/**
 * What the system knows about running processes, read from `/proc`. On systems without it (macOS) every answer here is
 * "unknown" (null or empty), and the callers say what they do then.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

export const hasProc = existsSync("/proc/self/stat");

export interface ProcessStat {
  readonly pid: number;
  /** `R`, `S`, `T` (stopped), `Z` (a zombie: ended, not yet waited for) … */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks between boot and the start of the process: with the pid and the boot, it names one process for ever. */
  readonly start: string;
}

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** proc_pid_stat(5): the command may hold blanks and brackets, so the fields are counted from the last `)`; state is field 3. */
export const parseStat = (text: string): ProcessStat | null => {
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

export const statOf = (pid: number): ProcessStat | null => {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
};

/**
 * The variables a process was started with. Null: it is gone or not ours to read. Empty: it was started with none, or
 * wrote its title over them, as nginx and PostgreSQL do.
 */
export const environmentOf = (pid: number): ReadonlyMap<string, string> | null => {
  const text = read(`/proc/${pid}/environ`);
  if (text === null) return null;
  const pairs = text.split("\0").filter((entry) => entry.indexOf("=") > 0);
  return new Map(pairs.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
};

/** Words of the command line as the process was started with them; null: it is gone. Any user's can be read. */
export const argvOf = (pid: number): readonly string[] | null =>
  read(`/proc/${pid}/cmdline`)?.replace(/\0$/, "").split("\0") ?? null;

/** The user that a process acts for; null: it is gone. */
export const userOf = (pid: number): number | null => {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
};

/** Whether a signal is handled by the process: one that is not would end it. `SigCgt` of proc_pid_status(5), in hexadecimal. */
export const catches = (pid: number, signal: number): boolean => {
  const [, mask] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? "") ?? [];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
};

/** Where a link of this process leads, such as its `cwd` or `ns/mnt`; null: it is gone, or not ours to look at. */
export const linkOf = (pid: number | "self", name: string): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return null;
  }
};

export interface OpenFile {
  readonly descriptor: string;
  /** A path, or `socket:[inode]`. */
  readonly target: string;
}
/** What a process holds open; null: it is gone, or not ours to look at. */
export const openFilesOf = (pid: number): readonly OpenFile[] | null => {
  let descriptors: readonly string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return null;
  }
  // One that was closed since it was listed leads nowhere.
  return descriptors.flatMap((descriptor) => {
    const target = linkOf(pid, `fd/${descriptor}`);
    return target === null ? [] : [{ descriptor, target }];
  });
};

const COMMAND_LENGTH = 160;
/** Words of the command line, for people: the first 160 characters. */
export const commandOf = (pid: number): string => {
  const words = (read(`/proc/${pid}/cmdline`) ?? "").split("\0").join(" ").trim();
  const command = words || (read(`/proc/${pid}/comm`) ?? "").trim();
  return command.length > COMMAND_LENGTH ? `${command.slice(0, COMMAND_LENGTH)}…` : command;
};

/** Every process that can be seen, this one included. */
export const everyProcess = (): readonly ProcessStat[] => {
  if (!hasProc) return [];
  return readdirSync("/proc").flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : null;
    return stat === null ? [] : [stat];
  });
};

/** Ended, although its entry may still be there. */
export const isOver = ({ state }: ProcessStat): boolean => state === "Z" || state === "X" || state === "x";

/** Inodes of the sockets that a process holds open; empty when it is not ours to read. */
export const socketsOf = (pid: number): ReadonlySet<string> =>
  new Set(
    (openFilesOf(pid) ?? []).flatMap(({ target }) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
      return inode === undefined ? [] : [inode];
    }),
  );

/**
 * The process table that this process is in (pid_namespaces(7)): a pid that was written down in another one, a container's,
 * means another process here. "" where the system has none.
 */
export const pidNamespace = (): string => linkOf("self", "ns/pid") ?? "";

/** Of this boot of the machine; "" where there is none to read. */
export const bootId = (): string => (read("/proc/sys/kernel/random/boot_id") ?? "").trim();
