/** Error for a folder or file that cannot be written: the owner, and the command that mends the problem. */
import { accessSync, constants, lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, relative } from "node:path";
import { userName } from "../server/keeper/users.ts";
import { type CommandError, usage } from "./exit.ts";

export const ANOTHER_HOME = "set SQUALL_HOME to a folder that can be written";

const statsOf = (path: string): Stats | null => {
  try {
    return statSync(path);
  } catch {
    return null;
  }
};
/** The nearest of the path and the folders above that can be seen. */
const nearest = (folder: string): string =>
  statsOf(folder) !== null || dirname(folder) === folder ? folder : nearest(dirname(folder));
const isWithin = (path: string, folder: string): boolean => !/^\.\.(\/|$)/.test(relative(folder, path));

/** Path as a single shell word. */
const word = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

const ownFolder = (): string | null => {
  try {
    return homedir();
  } catch {
    return null;
  }
};
/** A folder that this user may own: made for Squall, or below the user's own folder. Never `/` or `/var/lib`. */
const isToBeOwned = (found: string, home: string): boolean => {
  const own = ownFolder();
  return isWithin(found, home) || (own !== null && own !== "/" && isWithin(found, own));
};

/** The first link on the way that cannot be followed; null: none. */
const brokenLink = (path: string): string | null => {
  const above = dirname(path) === path ? null : brokenLink(dirname(path));
  if (above !== null || statsOf(path) !== null) return above;
  try {
    return lstatSync(path).isSymbolicLink() ? path : null;
  } catch {
    return null;
  }
};
const brokenLinkWhy = (link: string): string => {
  try {
    statSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return `${link} is a link that leads in a circle`;
  }
  return `${link} is a link to ${readlinkSync(link)}, which is not there`;
};

/** Error code of the system for writing there; null: writing is allowed. */
const refusal = (path: string, isFolder: boolean): string | null => {
  try {
    accessSync(path, isFolder ? constants.W_OK | constants.X_OK : constants.W_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? null;
  }
};

const KERNEL_REFUSALS: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EPERM"]);
/**
 * The reason, and the remedy. The existing folder is checked again: `mkdir` of Node says ENOENT below a file system
 * that is read-only.
 */
const told = (folder: string, home: string, error: NodeJS.ErrnoException): { why: string; mend: string | null } => {
  const found = nearest(folder);
  const stats = statsOf(found);
  const isFolder = stats?.isDirectory() !== false;
  const denied = refusal(found, isFolder);
  const code = denied ?? error.code;
  const link = brokenLink(folder);
  if (link !== null) return { why: brokenLinkWhy(link), mend: null };
  if (!isFolder && (error.code === "ENOTDIR" || error.code === "EEXIST"))
    return { why: `${found} is a file, and no folder`, mend: null };
  if (code === "ENAMETOOLONG") return { why: `the name is too long for its file system (${code})`, mend: null };
  if (code === "EROFS") return { why: `${found} lies on a file system that is read-only`, mend: null };
  if (code === "ENOSPC" || code === "EDQUOT") return { why: `there is no room left (${code})`, mend: null };
  if (stats === null) return { why: code ?? error.message, mend: null };
  // The mode allows writing, or does not count for root, and the file system refuses: /proc says ENOENT, /sys EPERM.
  if ((denied === null || process.getuid?.() === 0) && code !== undefined && KERNEL_REFUSALS.has(code))
    return { why: `${found} takes no new ${isFolder ? "files or folders" : "content"} (${code})`, mend: null };
  if (code !== "EACCES" && code !== "EPERM") return { why: code ?? error.message, mend: null };
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (stats.uid === uid)
    return {
      why: `${found} is closed to its owner (${code})`,
      mend: `chmod u+${isFolder ? "rwx" : "rw"} ${word(found)}`,
    };
  const why = `${found} belongs to user ${userName(stats.uid)}, and this is user ${userName(uid)} (${code})`;
  return { why, mend: isToBeOwned(found, home) ? `sudo chown -R ${uid}:${gid} ${word(found)}` : null };
};

interface Place {
  /** The folder, or a parent that belongs to Squall too. */
  readonly home: string;
  /** Advice on how to name another folder. */
  readonly other: string;
}
export const notWritable = (folder: string, error: NodeJS.ErrnoException, { home, other }: Place): CommandError => {
  const { why, mend } = told(folder, home, error);
  return usage(`${folder} cannot be written: ${why}; ${mend === null ? other : `run \`${mend}\`, or ${other}`}`);
};
