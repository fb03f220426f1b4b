/** Third-party programs that the tests need: finds them on the system, and installs Debian's packages. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian keeps servers out of an ordinary user's PATH. */
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Folders of the PATH. */
export const pathFolders = (): readonly string[] =>
  (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
/** The file of a program; null: the program is not installed. */
export const findProgram = (name: string): string | null =>
  [...FOLDERS, ...pathFolders()].map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;

/** Packages are installed as root on a Debian, and nowhere else. */
export const mayInstall = (): boolean => process.getuid?.() === 0 && existsSync("/etc/debian_version");
/** apt reads its lists once for all the packages of one process. */
let isUpdated = false;
/**
 * Whether apt installed the packages, where it may. Their services are not started (RUNLEVEL, policy-rc.d(8)): the tests
 * start theirs.
 */
export const installPackages = (...packages: readonly string[]): boolean => {
  if (!mayInstall()) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...words: readonly string[]) => spawnSync("apt-get", words, { stdio: "inherit", env }).status === 0;
  if (!isUpdated) isUpdated = apt("update", "-qq");
  return apt("install", "-y", "-qq", "--no-install-recommends", ...packages);
};
