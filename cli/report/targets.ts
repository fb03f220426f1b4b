/** Where reports go: every place is opened before anything starts, since a verdict without its report comes too late to be told. */
import { closeSync, openSync, writeSync } from "node:fs";
import { access, constants, mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ReportFormat } from "../../experiments/model/report-format.ts";
import { type CommandError, usage } from "../exit.ts";
import { notWritable } from "../session/not-writable.ts";

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
const refusal = (flag: string, given: string, folder: string, error: NodeJS.ErrnoException): CommandError => {
  if (error.code === "EISDIR") return usage(`--${flag} ${given}: is a folder, expected a file in it`);
  const { message } = notWritable(folder, error, { home: folder, other: "name another place" });
  return usage(`--${flag} ${given}: ${message}; nothing was started`);
};

/** Writes some bytes where nothing was, so that a full disk shows, and takes them away: a run that never ends leaves no empty report. */
const tryNewFile = async (path: string): Promise<void> => {
  const file = await open(path, "wx");
  try {
    await file.writeFile(Buffer.alloc(PROBE_BYTES));
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
};
/** A write of no bytes: fails on a full device, and shows nothing on a terminal. The promise's form of it never asks the system. */
const tryDevice = (path: string): void => {
  const device = openSync(path, "a");
  try {
    writeSync(device, Buffer.alloc(0));
  } finally {
    closeSync(device);
  }
};
const tryFile = async (path: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const stats = await stat(path).catch(() => null);
  if (stats === null) return tryNewFile(path);
  if (stats.isDirectory()) throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
  // Opening a pipe would wait for its reader; a regular file keeps what it has until there is something better.
  if (stats.isFile()) return (await open(path, "a")).close();
  await access(path, constants.W_OK);
  if (stats.isCharacterDevice()) tryDevice(path);
};
const tryFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true });
  await tryNewFile(join(path, `.squall-${process.pid}`));
};

/** Throws a usage error for the first place that cannot be written. */
export const openTargets = async (targets: ReportTargets, cwd: string): Promise<void> => {
  const taken = new Map<string, string>();
  for (const [flag, given] of filesOf(targets)) {
    const path = resolve(cwd, given);
    const before = taken.get(path);
    if (before !== undefined)
      throw usage(`--${before} and --${flag} both name ${given}: one would overwrite the other`);
    taken.set(path, flag);
    await tryFile(path).catch((error) => {
      throw refusal(flag, given, dirname(path), error);
    });
  }
  const { report } = targets;
  if (report !== undefined)
    await tryFolder(resolve(cwd, report)).catch((error) => {
      throw refusal("report", report, resolve(cwd, report), error);
    });
};
