/**
 * Running processes, as the system describes them in `/proc`. On systems without `/proc` (macOS) every answer here is
 * "unknown" (null or empty), and the callers define the consequence.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { type ProcessStat, parseLiveStat } from "../../agent/contract/process-mark.ts";

export const hasProc = existsSync("/proc/self/stat");

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** null: no such process, or a process that is over. */
export const statOf = (pid: number): ProcessStat | null => parseLiveStat(read(`/proc/${pid}/stat`));

/**
 * Variables with which a process was started. null: the process is gone or not readable by this user. Empty: no
 * variables at the start, or the process wrote a title over them, as nginx and PostgreSQL do.
 */
export const environmentOf = (pid: number): ReadonlyMap<string, string> | null => {
  const text = read(`/proc/${pid}/environ`);
  if (text === null) return null;
  const pairs = text.split("\0").filter((entry) => entry.indexOf("=") > 0);
  return new Map(pairs.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
};

/**
 * Words of the command line with which the process was started; null: the process is gone. Readable for processes of
 * any user.
 */
export const argvOf = (pid: number): readonly string[] | null =>
  read(`/proc/${pid}/cmdline`)?.replace(/\0$/, "").split("\0") ?? null;

/** User for whom a process acts; null: the process is gone. */
export const userOf = (pid: number): number | null => {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
};

/**
 * True if the process handles a signal: an unhandled signal would end the process. `SigCgt` of proc_pid_status(5), in
 * hexadecimal.
 */
export const catches = (pid: number, signal: number): boolean => {
  const [, mask] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? "") ?? [];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
};

/**
 * Target of a link of this process, such as `cwd` or `ns/mnt`; null: the process is gone, or not readable by this user.
 */
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
/** Files that a process holds open; null: the process is gone, or not readable by this user. */
export const openFilesOf = (pid: number): readonly OpenFile[] | null => {
  let descriptors: readonly string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return null;
  }
  // A descriptor closed since the listing has no target.
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

/** Every live process that can be seen, this process included. */
export const everyProcess = (): readonly ProcessStat[] => {
  if (!hasProc) return [];
  return readdirSync("/proc").flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : null;
    return stat === null ? [] : [stat];
  });
};

/** Inodes of the sockets that a process holds open; empty when the process is not readable by this user. */
export const socketsOf = (pid: number): ReadonlySet<string> =>
  new Set(
    (openFilesOf(pid) ?? []).flatMap(({ target }) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
      return inode === undefined ? [] : [inode];
    }),
  );

/**
 * Process table of this process (pid_namespaces(7)): a pid recorded in another table, a container's, means another
 * process here. "" where the system has no such namespaces.
 */
export const pidNamespace = (): string => linkOf("self", "ns/pid") ?? "";

/** Time namespace of this process; "" where none can be read. */
export const timeNamespace = (): string => linkOf("self", "ns/time") ?? "";
/** Id of this boot of the machine; "" where no id can be read. */
export const bootId = (): string => (read("/proc/sys/kernel/random/boot_id") ?? "").trim();
