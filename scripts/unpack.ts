/**
 * Debian's packages without root. apt keeps separate lists below `.programs/` and downloads the packages that this
 * machine lacks, with all dependencies; dpkg-deb unpacks the archives there; and each program gets a starter, a script
 * that names its libraries.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../.programs");
const ROOT = join(FOLDER, "root");
const ARCHIVES = join(FOLDER, "apt/cache/archives");
const FONTS = join(FOLDER, "fonts.conf");
const FONTS_CONF = `<?xml version="1.0"?>
<fontconfig><dir>${ROOT}/usr/share/fonts</dir><cachedir>${FOLDER}/fonts</cachedir></fontconfig>
`;
const OPENSSL = join(ROOT, "etc/ssl/openssl.cnf");
const GROFF = join(ROOT, "usr/share/groff/current");
/** The folder of the starters. */
export const STARTERS = join(FOLDER, "bin");

/** apt options for separate state, cache and locks; the list of installed packages is the system's. */
const OWN = [
  ["Dir::State", join(FOLDER, "apt/state")],
  ["Dir::State::status", "/var/lib/dpkg/status"],
  ["Dir::Cache", join(FOLDER, "apt/cache")],
  ["Debug::NoLocking", "1"],
  ["Acquire::Languages", "none"],
  ["Acquire::http::Timeout", "30"],
  ["Acquire::Retries", "1"],
].flatMap(([name, value]) => ["-o", `${name}=${value}`]);
const aptIn = (cwd: string, ...words: readonly string[]): boolean =>
  spawnSync("apt-get", [...OWN, "-qq", ...words], { cwd, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
const apt = (...words: readonly string[]): boolean => aptIn(process.cwd(), ...words);

const foldersBelow = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
/**
 * Folders of programs; the last folder wins: Debian has a wrapper for PostgreSQL's programs in usr/bin, which searches
 * only the system's folders.
 */
const programFolders = (): readonly string[] => [
  ...["usr/sbin", "usr/bin", "sbin", "bin"].map((folder) => join(ROOT, folder)),
  ...foldersBelow(join(ROOT, "usr/lib/postgresql")).map((version) => join(version, "bin")),
];
const holdsLibraries = (folder: string): boolean =>
  statSync(folder).isDirectory() && readdirSync(folder).some((name) => /^lib.*\.so/.test(name));
/**
 * Folders with libraries. Some libraries lie a folder deeper (`pulseaudio/`), where a system's programs search by
 * configuration.
 */
const libraryFolders = (): readonly string[] =>
  ["lib", "usr/lib"]
    .flatMap((folder) => foldersBelow(join(ROOT, folder)))
    .filter((folder) => /-linux-gnu\w*$/.test(folder))
    .flatMap((folder) => [folder, ...foldersBelow(folder)])
    .filter(holdsLibraries);

/** Starter of a program: a shell script is copied with the paths replaced; any other program is called in place. */
const starterOf = (path: string): string => {
  const environment = [
    `export LD_LIBRARY_PATH="${libraryFolders().join(":")}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    // The system's settings name the system's fonts.
    ...(existsSync("/etc/fonts/fonts.conf") ? [] : [`export FONTCONFIG_FILE="${FONTS}"`]),
    ...(existsSync(OPENSSL) ? [`export OPENSSL_CONF="${OPENSSL}"`] : []),
    ...(existsSync(GROFF)
      ? [`export GROFF_FONT_PATH="${GROFF}/font" GROFF_TMAC_PATH="${GROFF}/tmac:${ROOT}/etc/groff"`]
      : []),
  ].join("\n");
  const script = /^#!\/bin\/sh.*\n([\s\S]*)$/.exec(readFileSync(path).subarray(0, 65_536).toString("latin1"));
  const body = script === null ? `exec "${path}" "$@"\n` : script[1]!.replaceAll("/usr/lib/", `${ROOT}/usr/lib/`);
  return `#!/bin/sh\n${environment}\n${body}`;
};
/** Tells whether a path is an unpacked program: a link into the system leads to another file, or to none. */
const isProgram = (path: string): boolean =>
  existsSync(path) && statSync(path).isFile() && realpathSync(path).startsWith(`${ROOT}/`);
const writeStarters = (): void => {
  mkdirSync(STARTERS, { recursive: true });
  writeFileSync(FONTS, FONTS_CONF);
  for (const path of programFolders().flatMap(foldersBelow)) {
    if (!isProgram(path)) continue;
    const starter = join(STARTERS, basename(path));
    writeFileSync(starter, starterOf(path));
    chmodSync(starter, 0o755);
  }
};

/**
 * Result of `apt update`; null: not run yet. Run once for all packages of a process: without a network the failure
 * takes long.
 */
let hasLists: boolean | null = null;
const readLists = (): boolean => {
  for (const folder of [join(FOLDER, "apt/state/lists/partial"), join(ARCHIVES, "partial"), ROOT])
    mkdirSync(folder, { recursive: true });
  hasLists ??= apt("update");
  return hasLists;
};
/**
 * Downloads the archive of a package alone, into a new folder below `folder`; null: no such version. `version` null:
 * the newest.
 */
export const downloadPackage = (name: string, version: string | null, folder: string): string | null => {
  if (!readLists()) return null;
  const own = mkdtempSync(join(folder, `${name}-`));
  // As root, apt would fetch as another user without write access to this folder.
  const asked = ["-o", "APT::Sandbox::User=root", "download", version === null ? name : `${name}=${version}`];
  if (!aptIn(own, ...asked)) return null;
  return foldersBelow(own).find((path) => path.endsWith(".deb")) ?? null;
};
/** Downloads and unpacks a package with all dependencies that this machine lacks; returns true on success. */
export const unpackPackages = (name: string): boolean => {
  process.stderr.write(`unpacking ${name} below ${FOLDER}: there is no root to install it\n`);
  if (!readLists() || !apt("install", "-y", "--download-only", "--no-install-recommends", name)) return false;
  for (const archive of foldersBelow(ARCHIVES).filter((path) => path.endsWith(".deb"))) {
    if (spawnSync("dpkg-deb", ["--extract", archive, ROOT], { stdio: "inherit" }).status !== 0) return false;
    rmSync(archive);
  }
  writeStarters();
  return true;
};
