/** Images of a cluster's own, from Debian's static BusyBox: of the pods' sandboxes, and of containers with a shell. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packImage } from "../image/archive.ts";
import { ARCHITECTURES } from "../image/settings.ts";
import type { Entry } from "../image/tar.ts";

const REGISTRY = "squall.test";
const VERSION = "1";
/** Image of the container that holds a pod's namespaces. */
export const PAUSE_IMAGE = `${REGISTRY}/pause:${VERSION}`;
/** Image with the commands of BusyBox. */
export const BUSYBOX_IMAGE = `${REGISTRY}/busybox:${VERSION}`;

const FOREVER = ["/bin/busybox", "sleep", "2147483647"];
const SETTINGS = { architecture: ARCHITECTURES[process.arch] ?? process.arch, epoch: 0, level: 1 };

const commandsOf = (busybox: string): readonly string[] =>
  spawnSync(busybox, ["--list"], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((name) => name !== "");

/** Writes the archives into a folder; returns their paths. `busybox`: the program, linked statically. */
export const writeImages = (folder: string, busybox: string): readonly string[] => {
  const program: Entry = { path: "/bin/busybox", mode: 0o755, from: { file: busybox } };
  const commands = commandsOf(busybox)
    .filter((name) => name !== "busybox")
    .map((name): Entry => ({ path: `/bin/${name}`, mode: 0o777, from: { link: "busybox" } }));
  const tmp: Entry = { path: "/tmp", mode: 0o1777, from: null };
  const write = (name: string, comment: string, entries: readonly Entry[]) => {
    const file = join(folder, `${name}.tar`);
    const image = { name: `${REGISTRY}/${name}`, version: VERSION, config: { Cmd: FOREVER, Env: ["PATH=/bin"] } };
    packImage(file, image, [{ comment, entries }], SETTINGS);
    return file;
  };
  return [write("pause", "sleeps", [program]), write("busybox", "BusyBox", [program, ...commands, tmp])];
};
