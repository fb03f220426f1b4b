/**
 * Path that a control socket is bound to. The kernel takes paths of 107 bytes (Linux; 103 on macOS), and libuv silently
 * cuts a longer path: the socket then lives under another name, outside the wanted folder. A path that is too long gets
 * a short place, and a symbolic link at the path leads there.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** Length of `sun_path` (unix(7)) without the closing zero, in bytes. */
export const LONGEST_PATH = process.platform === "linux" ? 107 : 103;
export const fits = (path: string): boolean => Buffer.byteLength(path) <= LONGEST_PATH;

export interface SocketPath {
  /** Path that the socket is bound to. */
  readonly socket: string;
  /** Path of the link to the socket; null: the socket stands at the requested path. */
  readonly link: string | null;
}

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

const user = (): number => process.getuid?.() ?? 0;
/** True when only this user and root can rename or replace the folder's contents. */
const isSafeAbove = ({ uid, mode }: Stats): boolean =>
  (uid === user() || uid === 0) && ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0);

/**
 * Makes the folder if missing. Returns the reason why the contents could be another user's; null: this user's alone.
 */
const whyUnsafe = (folder: string): string | null => {
  try {
    if (!isSafeAbove(statSync(dirname(folder)))) return `others may write to ${dirname(folder)}`;
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") return `it cannot be made (${code})`;
  }
  // Links are not followed: a link would lead to wherever the link's owner wants.
  const found = lstatSync(folder);
  const { uid, mode } = found;
  if (!found.isDirectory()) return "it is no folder";
  if (uid !== user()) return `it belongs to user ${uid}`;
  return (mode & OTHERS) === 0 ? null : `others may enter it (mode ${(mode & 0o777).toString(8)})`;
};

/** Folders with short names that belong to this user alone, the best first. */
const shortFolders = (environment: NodeJS.ProcessEnv): readonly string[] => {
  const runtime = environment.XDG_RUNTIME_DIR;
  const own = `squall-${user()}`;
  const above = runtime !== undefined && isAbsolute(runtime) ? [join(runtime, "squall")] : [];
  return [...new Set([...above, join(tmpdir(), own), join("/tmp", own)])];
};

/** Throws an error with every place that was tried, and the reason why the socket may not lie there. */
export const chooseSocketPath = (path: string, environment: NodeJS.ProcessEnv = process.env): SocketPath => {
  if (fits(path)) return { socket: path, link: null };
  const name = `${createHash("sha256").update(resolve(path)).digest("hex").slice(0, 16)}.sock`;
  const refusals: string[] = [];
  for (const folder of shortFolders(environment)) {
    const socket = join(folder, name);
    const why = fits(socket) ? whyUnsafe(folder) : "its name is too long as well";
    if (why === null) return { socket, link: path };
    refusals.push(`${folder}: ${why}`);
  }
  const length = `${Buffer.byteLength(path)} bytes, and a socket's path has ${LONGEST_PATH} at most`;
  throw new Error(`${path} has ${length}; no other place is safe:\n  ${refusals.join("\n  ")}`);
};
