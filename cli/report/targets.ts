/**
 * Report targets: every place is opened before any run starts, since a failed report after the verdict is discovered
 * too late.
 */
import { closeSync, openSync, type Stats, writeSync } from "node:fs";
import { constants, lstat, open, readlink, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ReportFormat } from "../../experiments/model/report/format.ts";
import { makeFolder } from "../../server/folder.ts";
import { type CommandError, usage } from "../exit.ts";
import { notWritable } from "../not-writable.ts";

export interface ReportTargets {
  /** A folder; all others are files. */
  readonly report?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly sarif?: string;
}
const FILES = ["junit", "markdown", "html", "sarif"] as const satisfies readonly ReportFormat[];
export type ReportFile = (typeof FILES)[number];
export const filesOf = (targets: ReportTargets): readonly (readonly [flag: ReportFile, path: string])[] =>
  FILES.flatMap((flag) => {
    const path = targets[flag];
    return path === undefined ? [] : [[flag, path] as const];
  });

const PROBE_BYTES = 4_096;
/** A place that exists, and can hold no report whatever the permissions are. */
class WrongPlace extends Error {}
const refusal = (flag: string, given: string, path: string, error: NodeJS.ErrnoException): CommandError => {
  if (error instanceof WrongPlace) return usage(`--${flag} ${given}: ${error.message}; nothing was started`);
  const { message } = notWritable(path, error, { home: dirname(path), other: "name another place" });
  return usage(`--${flag} ${given}: ${message}; nothing was started`);
};

/**
 * Writes some bytes to a new file, so that a full disk shows, and removes the file: a run that never ends leaves no
 * empty report.
 */
const tryNewFile = async (path: string): Promise<void> => {
  const file = await open(path, "wx");
  try {
    await file.writeFile(Buffer.alloc(PROBE_BYTES));
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
};
/** Never waits, neither for a pipe's reader nor for a modem's carrier. */
const AT_ONCE = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/**
 * Writes no bytes: fails on a full device, and shows no output on a terminal. Node's promise-based write of no bytes
 * makes no system call.
 */
const tryDevice = (path: string): void => {
  const device = openSync(path, AT_ONCE);
  try {
    writeSync(device, Buffer.alloc(0));
  } finally {
    closeSync(device);
  }
};
/**
 * Opens a pipe that has a reader, and keeps the pipe open until the process ends: a reader would take the first close
 * for the end of the report. A named pipe is opened for reading as well, so that the report does not wait for a reader
 * that has gone meanwhile; the pipe of a shell (`/dev/stdout`) is not, since a `head` that has gone must end the
 * writers of that pipe.
 */
const tryPipe = (path: string, isNamed: boolean): void => {
  try {
    const opened = openSync(path, AT_ONCE);
    if (!isNamed) return;
    openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    closeSync(opened);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
    throw new WrongPlace("is a pipe that nobody reads, start its reader first or name a file");
  }
};
/** null: no file there. Throws if the way to the path is closed. */
const statsOf = (path: string, look: (path: string) => Promise<Stats>): Promise<Stats | null> =>
  look(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
const tryFile = async (path: string): Promise<void> => {
  makeFolder(dirname(path));
  const [stats, own] = [await statsOf(path, stat), await statsOf(path, lstat)];
  if (stats === null)
    // A link to a new file is written through, as a shell does. Circular links do not come here: `stat` has refused
    // them.
    return own?.isSymbolicLink() ? tryFile(resolve(dirname(path), await readlink(path))) : tryNewFile(path);
  if (stats.isDirectory()) throw new WrongPlace("is a folder, expected a file in it");
  // A regular file keeps the old content until the new report is complete.
  if (stats.isFile()) return (await open(path, constants.O_WRONLY)).close();
  if (stats.isFIFO()) return tryPipe(path, own?.isFIFO() === true);
  if (stats.isCharacterDevice()) return tryDevice(path);
  throw new WrongPlace(`is a ${stats.isSocket() ? "socket" : "disk"}, expected a file`);
};
const tryFolder = async (path: string): Promise<void> => {
  makeFolder(path);
  await tryNewFile(join(path, `.squall-${process.pid}`));
};

/** Throws a usage error for the first place that cannot be written. */
export const openTargets = async (targets: ReportTargets, cwd: string): Promise<void> => {
  if (targets.report === "") throw usage('--report: expected the name of a folder, got ""');
  const taken = new Map<string, string>();
  for (const [flag, given] of filesOf(targets)) {
    if (given === "") throw usage(`--${flag}: expected the name of a file, got ""`);
    const path = resolve(cwd, given);
    const before = taken.get(path);
    if (before !== undefined)
      throw usage(`--${before} and --${flag} both name ${given}: one would overwrite the other`);
    taken.set(path, flag);
    await tryFile(path).catch((error) => {
      throw refusal(flag, given, path, error);
    });
  }
  const { report } = targets;
  if (report !== undefined)
    await tryFolder(resolve(cwd, report)).catch((error) => {
      throw refusal("report", report, resolve(cwd, report), error);
    });
};
