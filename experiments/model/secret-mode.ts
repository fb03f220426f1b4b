/** Who may read a file that holds a secret: the rule, for whoever opens one. */

/** As `fstat` tells it. */
export interface FileFacts {
  readonly mode: number;
  readonly uid: number;
  /** false: a pipe or a terminal, which nobody else can open. */
  readonly isFile: boolean;
}
const GROUP_READS = 0o040;
const ROOT = 0;

/**
 * What is wrong with a secret's file and the command that mends it; null: nothing. Only its owner may read it. A file of
 * root's may be read by its group as well, as PostgreSQL allows it for a key: so a service gets a secret that it cannot
 * change, and so Kubernetes mounts one with `fsGroup` and `defaultMode: 0440`.
 */
export const secretProblem = (path: string, { mode, uid, isFile }: FileFacts): string | null => {
  const allowed = uid === ROOT ? GROUP_READS : 0;
  if (!isFile || (mode & 0o077 & ~allowed) === 0) return null;
  return `${path} can be read or changed by others than its owner: chmod 600 ${quoted(path)}`;
};
/** As a shell takes it for one word. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
