/**
 * Initramfs of the virtual machine: a static busybox, the two scripts of `virtual-machine/`, and the modules without
 * which the kernel cannot mount the host's root file system.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LinuxKernel } from "../../scripts/linux-kernel.ts";

/** A file of an archive; a folder where `bytes` is null. */
export interface ArchiveEntry {
  /** Without a slash at the front. */
  readonly path: string;
  readonly bytes: Buffer | null;
}

const [FOLDER, PROGRAM] = [0o040755, 0o100755];
const ALIGNMENT_BYTES = 4;
const padded = (...parts: readonly Buffer[]): Buffer => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat(parts, Math.ceil(length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
};
const TRAILER: ArchiveEntry = { path: "TRAILER!!!", bytes: Buffer.alloc(0) };
/** Archive in cpio's format "newc" (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). */
export const writeCpio = (entries: readonly ArchiveEntry[]): Buffer =>
  Buffer.concat(
    [...entries, TRAILER].map(({ path, bytes }, index) => {
      const name = Buffer.from(`${path}\0`);
      const content = bytes ?? Buffer.alloc(0);
      const mode = bytes === null ? FOLDER : PROGRAM;
      const [inode, owner, group, links, time, device] = [index + 1, 0, 0, 1, 0, 0];
      const fields = [inode, mode, owner, group, links, time, content.length, device, device, device, device];
      const digits = [...fields, name.length, 0].map((field) => field.toString(16).padStart(8, "0")).join("");
      return Buffer.concat([padded(Buffer.from(`070701${digits}`), name), padded(content)]);
    }),
  );

/** Paths of modules and of all modules that these need, by the text of `modules.dep`. Throws: a module is unknown. */
export const withDependencies = (names: readonly string[], dependencies: string): readonly string[] => {
  const lines = dependencies.split("\n").map((line) => line.split(/[:\s]+/).filter((word) => word !== ""));
  const needed = names.flatMap((name) => {
    const line = lines.find(([path]) => path !== undefined && new RegExp(`/${name}\\.ko(\\.\\w+)?$`).test(path));
    if (line === undefined) throw new Error(`modules.dep names no module ${name}: the kernel package is another one`);
    return line;
  });
  return [...new Set(needed)];
};

const MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay"];
const SCRIPTS = join(import.meta.dirname, "virtual-machine");

/** The archive for a kernel. `busybox`: path of a static busybox. */
export const initramfsOf = ({ version, modules }: LinuxKernel, busybox: string): Buffer => {
  const folder = `lib/modules/${version}`;
  const index = readFileSync(join(modules, "modules.dep"));
  const files: ArchiveEntry[] = [
    { path: "bin/busybox", bytes: readFileSync(busybox) },
    { path: "init", bytes: readFileSync(join(SCRIPTS, "init.sh")) },
    { path: "session.sh", bytes: readFileSync(join(SCRIPTS, "session.sh")) },
    { path: `${folder}/modules.dep`, bytes: index },
    ...withDependencies(MODULES, index.toString()).map((path) => ({
      path: `${folder}/${path}`,
      bytes: readFileSync(join(modules, path)),
    })),
  ];
  const parents = files.flatMap(({ path }) => {
    const names = path.split("/").slice(0, -1);
    return names.map((_, index) => names.slice(0, index + 1).join("/"));
  });
  return writeCpio([...[...new Set(parents)].map((path) => ({ path, bytes: null })), ...files]);
};
