/** Programs of a node besides Kubernetes: the container runtime, the pods' network, and the images' content. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Program, program } from "../programs.ts";

export const CONTAINERD = program("containerd", "containerd");
export const RUNC = program("runc", "runc");
/** Debian's folder of plugins, and the upstream's. */
const CNI_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin"];
export const CNI: Program = {
  ...program("CNI plugins", "bridge", "containernetworking-plugins"),
  find: () => CNI_FOLDERS.find((folder) => existsSync(join(folder, "bridge"))) ?? null,
};
