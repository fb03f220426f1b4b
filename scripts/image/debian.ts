/**
 * Debian's part of the image: the C and C++ libraries that Node loads, nft with its libraries and a shell for the gate of
 * `squall agent --intercept`, certificates, and the files that name the release.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { downloadPackage } from "../unpack.ts";
import { CHECKOUT, type Pins } from "./settings.ts";
import type { Entry } from "./tar.ts";

const CACHE = join(CHECKOUT, ".programs/image");
const run = (command: string, ...argv: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, argv, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${argv.join(" ")} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
};
export const sha256Of = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

const NFT_LIBRARIES = [
  ...["libbsd0", "libedit2", "libgmp10", "libjansson4", "libmd0", "libmnl0"],
  ...["libnftables1", "libnftnl11", "libtinfo6", "libxtables12"],
];
const LIBRARY = /^(\/usr)?\/lib\/[^/]+-linux-gnu\/lib(?!tic\.)[^/]*\.so[.\d]*$/;
/** Paths that the image takes from each package. Every package brings licences too. */
const PARTS: Readonly<Record<string, RegExp>> = {
  "base-files": /^\/etc\/debian_version$|^\/usr\/lib\/os-release$|^\/etc\/os-release$/,
  "ca-certificates": /^$/,
  // Left out: character sets of iconv and libraries for profilers, which Node does not load.
  libc6: /^\/lib(64)?\/.*(?<!(memusage|pcprofile|mvec|malloc_debug|thread_db)\.so[.\d]*)$/,
  "libgcc-s1": /^\/lib\//,
  "libstdc++6": /^\/usr\/lib\/[^/]+-linux-gnu\/libstdc\+\+\.so[.\d]*$/,
  // Programs of the gate, and the libraries that nft loads.
  coreutils: /^\/bin\/sleep$/,
  dash: /^\/bin\/(sh|dash)$/,
  nftables: /^\/usr\/sbin\/nft$/,
  // `nft -i` looks its terminal up, even where its input is a pipe.
  "ncurses-base": /^\/lib\/terminfo\/d\/dumb$/,
  ...Object.fromEntries(NFT_LIBRARIES.map((name) => [name, LIBRARY])),
};
export const PACKAGES: readonly string[] = Object.keys(PARTS);
const LICENCE = /^\/usr\/share\/doc\/[^/]+\/copyright$/;

/**
 * Path of the package's archive in the pinned version; downloaded once. Throws if Debian no longer has that version.
 */
const archiveOf = (name: string, { debian }: Pins, architecture: string): string => {
  const pin = debian.packages[name];
  if (pin === undefined) throw new Error(`scripts/image/pins.json names no version of ${name}`);
  const wanted = pin.sha256[architecture];
  if (wanted === undefined) throw new Error(`scripts/image/pins.json has no digest of ${name} for ${architecture}`);
  const kept = join(CACHE, `${name}-${wanted}.deb`);
  if (existsSync(kept)) return kept;
  const found = downloadPackage(name, pin.version, CACHE);
  if (found === null)
    throw new Error(
      `Debian ${debian.release} has no ${name} ${pin.version} any more, or cannot be reached: on that release \`npm run image -- --pin\` takes the newest ones`,
    );
  const digest = sha256Of(found);
  if (digest !== wanted)
    throw new Error(`${basename(found)} has SHA-256 ${digest}, expected ${wanted} (scripts/image/pins.json): not used`);
  renameSync(found, kept);
  rmSync(dirname(found), { recursive: true });
  return kept;
};

const walk = (root: string, path: string): readonly Entry[] =>
  readdirSync(join(root, path)).flatMap((name): readonly Entry[] => {
    const [inside, file] = [`${path}/${name}`, join(root, path, name)];
    const stat = lstatSync(file);
    if (stat.isDirectory()) return walk(root, inside);
    if (stat.isSymbolicLink()) return [{ path: inside, mode: 0o777, from: { link: readlinkSync(file) } }];
    return [{ path: inside, mode: stat.mode & 0o755, from: { file } }];
  });

/** Certificate bundle in the format of `update-ca-certificates`. */
const bundleOf = (certificates: readonly Entry[]): Entry => {
  const texts = certificates.map(({ from }) => readFileSync((from as { file: string }).file, "utf8").trimEnd());
  const bytes = Buffer.from(`${texts.join("\n")}\n`);
  return { path: "/etc/ssl/certs/ca-certificates.crt", mode: 0o644, from: { bytes } };
};

/**
 * Entries of a package, unpacked below `folder`; with the dpkg record where scanners look for it in images without
 * dpkg.
 */
const entriesOf = (name: string, archive: string, folder: string): readonly Entry[] => {
  run("dpkg-deb", "--extract", archive, folder);
  const all = walk(folder, "");
  const record: Entry = {
    path: `/var/lib/dpkg/status.d/${name}`,
    mode: 0o644,
    from: { bytes: Buffer.from(run("dpkg-deb", "--field", archive)) },
  };
  const taken = all.filter(({ path }) => PARTS[name]!.test(path) || LICENCE.test(path));
  const certificates = all.filter(({ path }) => /^\/usr\/share\/ca-certificates\/.*\.crt$/.test(path));
  return [...taken, record, ...(certificates.length === 0 ? [] : [bundleOf(certificates)])];
};

/** Entries of all Debian packages, unpacked below `folder`, which must stay until the image is written. */
export const debianEntries = (pins: Pins, architecture: string, folder: string): readonly Entry[] => {
  mkdirSync(CACHE, { recursive: true });
  return PACKAGES.flatMap((name) => {
    const below = join(folder, name);
    rmSync(below, { recursive: true, force: true });
    mkdirSync(below, { recursive: true });
    return entriesOf(name, archiveOf(name, pins, architecture), below);
  });
};

const codename = (): string | undefined =>
  existsSync("/etc/os-release")
    ? /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1]
    : undefined;
/** Reason why the pinned packages are not available here; null: all are downloaded. */
export const lackOfPackages = (pins: Pins, architecture: string): string | null => {
  if (codename() !== pins.debian.release) return `needs Debian ${pins.debian.release}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    for (const name of PACKAGES) archiveOf(name, pins, architecture);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

/**
 * Newest versions in this machine's release, with digests; digests of other architectures stay where the version is
 * unchanged.
 */
export const newestPackages = (
  before: Pins["debian"]["packages"],
  architecture: string,
): Pins["debian"]["packages"] => {
  mkdirSync(CACHE, { recursive: true });
  return Object.fromEntries(
    PACKAGES.map((name) => {
      const archive = downloadPackage(name, null, CACHE);
      if (archive === null) throw new Error(`${name} cannot be downloaded: is this a Debian with a network?`);
      const sha256 = sha256Of(archive);
      const version = run("dpkg-deb", "--field", archive, "Version").trim();
      renameSync(archive, join(CACHE, `${name}-${sha256}.deb`));
      rmSync(dirname(archive), { recursive: true });
      const others = before[name]?.version === version ? before[name].sha256 : {};
      return [name, { version, sha256: { ...others, [architecture]: sha256 } }];
    }),
  );
};
