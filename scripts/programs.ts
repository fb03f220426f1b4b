/**
 * Third-party programs that the tests need: finds the programs on the system, installs Debian's packages, or gives the
 * reason for a missing program.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { STARTERS, unpackPackages } from "./unpack.ts";

export interface Program {
  readonly name: string;
  /** Debian's, each tried alone. */
  readonly packages: readonly string[];
  /** Finds the file or folder of the program; null: absent. */
  find(): string | null;
  /** In place of Debian's packages. */
  install?(): unknown;
  /** Advice to people where the program could not be installed. */
  readonly advice: string;
}

/** Debian keeps servers out of an ordinary user's PATH. */
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Folders of the PATH, and last the folder with the programs unpacked without root. */
export const pathFolders = (): readonly string[] => [
  ...(process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== ""),
  STARTERS,
];
/** The file of a program; null: the program is not installed. */
export const findProgram = (name: string): string | null =>
  [...FOLDERS, ...pathFolders()].map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;

/** Program that is a single file, from a separate package. */
export const program = (name: string, file: string, ...packages: readonly string[]): Program => ({
  name,
  packages: packages.length === 0 ? [file] : packages,
  find: () => findProgram(file),
  advice: `Debian and Ubuntu: \`apt-get install ${packages[0] ?? file}\``,
});

const isRoot = (): boolean => process.getuid?.() === 0;
const isDebian = (): boolean => existsSync("/etc/debian_version") && findProgram("apt-get") !== null;
/** Packages are installed as root on a Debian, and nowhere else. */
export const mayInstall = (): boolean => isRoot() && isDebian();

/** State of apt's lists, which are read once for all packages of a process. */
let isUpdated = false;
/**
 * Installs a package; returns true on success. Services of the package are not started (RUNLEVEL, policy-rc.d(8)): the
 * tests start their own.
 */
const installPackage = (name: string): boolean => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...words: readonly string[]) => spawnSync("apt-get", words, { stdio: "inherit", env }).status === 0;
  if (!isUpdated) isUpdated = apt("update", "-qq");
  return apt("install", "-y", "-qq", "--no-install-recommends", name);
};
/** Installs packages as root, or unpacks packages for an ordinary user; has no effect on a system without apt. */
export const installPackages = (...packages: readonly string[]): void => {
  if (!isDebian()) return;
  for (const name of packages)
    if (isRoot()) installPackage(name);
    else unpackPackages(name);
};

/** Returns the path of a program, installed if missing; null where both fail: the program's tests are left out. */
export const ensure = ({ find, install, packages }: Program): string | null => {
  if (find() === null) (install ?? (() => installPackages(...packages)))();
  return find();
};

const why = (): string => {
  if (!isDebian()) return "no apt-get to install it";
  return isRoot() ? "apt-get could not install it" : "no root to install it";
};
/** Reason, for test titles, why tests that need these programs are left out; null: all programs were found. */
export const lackOf = (...needed: readonly Program[]): string | null => {
  const missing = needed.find(({ find }) => find() === null);
  return missing === undefined ? null : `no ${missing.name}, and ${why()}`;
};
