/** Programs of a node besides Kubernetes: the container runtime, the pods' network, and the images' content. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, type Program, program } from "../programs.ts";

export const CONTAINERD = program("containerd", "containerd");
export const RUNC = program("runc", "runc");
/** Debian's folder of plugins, and the upstream's. */
const CNI_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin"];
export const CNI: Program = {
  ...program("CNI plugins", "bridge", "containernetworking-plugins"),
  find: () => CNI_FOLDERS.find((folder) => existsSync(join(folder, "bridge"))) ?? null,
};
/** A program with an interpreter in its header needs libraries that an image of the program alone has not. */
const isStatic = (file: string): boolean => !readFileSync(file).subarray(0, 4_096).includes("/ld-linux");
export const BUSYBOX: Program = {
  ...program("static BusyBox", "busybox", "busybox-static"),
  find() {
    const file = findProgram("busybox");
    return file !== null && isStatic(file) ? file : null;
  },
};
