/**
 * Linux kernel for the tests in a virtual machine, from Debian's package: downloaded and unpacked into the user's
 * cache, never installed into the system, where the package would write a boot loader's files.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BUSYBOX } from "./busybox.ts";
import { cacheFolder } from "./cache.ts";
import { installPackages, mayInstall, type Program, program } from "./programs.ts";
import { downloadPackage } from "./unpack.ts";

export interface LinuxKernel {
  /** `uname -r`. */
  readonly version: string;
  /** The file to boot: an ELF file, or the package's own compressed image. */
  readonly image: string;
  /** `/lib/modules/VERSION`, with the index files of depmod(8). */
  readonly modules: string;
}

/** Meta package that depends on the release's newest kernel. The `cloud` flavour has no 9p. */
const PACKAGE = "linux-image-amd64";
/** Modules that a machine without hardware can use: 60 of the package's 391 MB. */
const PARTS = [
  ...["net", "fs", "lib", "crypto", "arch", "drivers/virtio", "drivers/char"].map((folder) => `${folder}/*`),
  ...["veth", "dummy", "tun", "macvlan"].map((name) => `drivers/net/${name}.ko*`),
];
const cache = (): string => cacheFolder("squall-linux");
const modulesBelow = (folder: string): string => join(folder, "lib/modules");

/** The newest kernel in the cache; null: none. */
export const findKernel = (): LinuxKernel | null => {
  if (!existsSync(cache())) return null;
  const versions = readdirSync(cache()).filter((name) => !name.startsWith("."));
  const version = versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (version === undefined) return null;
  const folder = join(cache(), version);
  return { version, image: join(folder, "vmlinux"), modules: join(modulesBelow(folder), version) };
};

/** The command's standard output. Throws with the command's error text if the command fails. */
const run = (command: string, argv: readonly string[], input?: Buffer): Buffer => {
  const { status, stdout, stderr, error } = spawnSync(command, argv, { input, maxBuffer: 2 ** 29 });
  if (status !== 0) throw new Error(`${command} ${argv.join(" ")} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
};

/** Offsets in a bzImage (Linux, Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"). */
const [SETUP_SECTORS, PAYLOAD_OFFSET, PAYLOAD_LENGTH, SECTOR_BYTES, SIZE_BYTES] = [0x1f1, 0x248, 0x24c, 512, 4];
const XZ = Buffer.from("\xfd7zXZ\0", "latin1");
/**
 * The ELF file in a bzImage, which QEMU starts by the PVH entry. Without KVM the image's own loader takes 6 s of 9 for
 * decompression. Returns the image as given where the payload has another format than xz.
 */
const uncompress = (image: Buffer): Buffer => {
  const start = (image.readUInt8(SETUP_SECTORS) + 1) * SECTOR_BYTES + image.readUInt32LE(PAYLOAD_OFFSET);
  const payload = image.subarray(start, start + image.readUInt32LE(PAYLOAD_LENGTH) - SIZE_BYTES);
  return payload.subarray(0, XZ.length).equals(XZ) ? run("xz", ["-dc"], payload) : image;
};

/** Downloads the newest kernel of this Debian release; leaves no part of a kernel in the cache if a step fails. */
const install = (): void => {
  if (!mayInstall() || BUSYBOX.find() === null || XZ_UTILS.find() === null) return;
  try {
    unpackNewest();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
  }
};
const unpackNewest = (): void => {
  mkdirSync(cache(), { recursive: true });
  // Hidden until complete, so that no half of a kernel is found after a kill.
  const folder = mkdtempSync(join(cache(), ".new-"));
  try {
    const meta = downloadPackage(PACKAGE, null, folder);
    if (meta === null) return;
    const name = /linux-image-[\w.+-]+/.exec(run("dpkg-deb", ["--field", meta, "Depends"]).toString())?.[0];
    const archive = name === undefined ? null : downloadPackage(name, null, folder);
    if (archive === null) return;
    const patterns = [
      "./boot/vmlinuz-*",
      ...["modules.builtin*", "modules.order", ...PARTS.map((part) => `kernel/${part}`)].map(
        (part) => `./lib/modules/*/${part}`,
      ),
    ];
    const unpack =
      'archive=$0; folder=$1; shift; dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$folder" --wildcards "$@"';
    run("sh", ["-c", unpack, archive, folder, ...patterns]);
    const version = readdirSync(modulesBelow(folder))[0]!;
    writeFileSync(join(folder, "vmlinux"), uncompress(readFileSync(join(folder, `boot/vmlinuz-${version}`))));
    run(BUSYBOX.find()!, ["depmod", "-b", folder, version]);
    for (const name of readdirSync(folder).filter((entry) => entry !== "lib" && entry !== "vmlinux"))
      rmSync(join(folder, name), { recursive: true });
    if (!existsSync(join(cache(), version))) renameSync(folder, join(cache(), version));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Programs unpacked without root find neither their firmware nor a static busybox: only an installation will do. */
const installed = (need: Program): Program => ({
  ...need,
  install: () => mayInstall() && installPackages(...need.packages),
});
export const QEMU = installed(program("QEMU", "qemu-system-x86_64", "qemu-system-x86"));
const XZ_UTILS = program("xz", "xz", "xz-utils");
export const KERNEL: Program = {
  name: "Linux kernel for virtual machines",
  packages: [PACKAGE],
  find: () => findKernel()?.image ?? null,
  install,
  advice: "needs root on a Debian of amd64, whose package is unpacked into the user's cache",
};

/** All that a virtual machine is made of, in the order of installation. */
export const VIRTUAL_MACHINE: readonly Program[] = [QEMU, BUSYBOX, XZ_UTILS, KERNEL];
