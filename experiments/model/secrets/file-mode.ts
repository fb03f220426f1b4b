/** Permission rule for files that hold a secret, for every module that opens such a file. */

/** File facts from `fstat`. */
export interface FileFacts {
  readonly mode: number;
  readonly uid: number;
  /** false: a pipe or a terminal, which no other user can open. */
  readonly isFile: boolean;
}
const GROUP_READS = 0o040;
const ROOT = 0;

/**
 * Problem of a secret's file and the command that fixes the permissions; null: no problem. Only the owner may read the
 * file. A file of root's may be read by its group as well, as PostgreSQL allows for a key: this way a service gets a
 * secret that the service cannot change, and Kubernetes mounts a secret the same way, with `fsGroup` and `defaultMode:
 * 0440`.
 */
export const secretProblem = (path: string, { mode, uid, isFile }: FileFacts): string | null => {
  const allowed = uid === ROOT ? GROUP_READS : 0;
  if (!isFile || (mode & 0o077 & ~allowed) === 0) return null;
  return `${path} can be read or changed by others than its owner: chmod 600 ${quoted(path)}`;
};
/** Quotes a path so that a shell takes the path for a single word. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
