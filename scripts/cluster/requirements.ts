/** Requirements of a cluster: its programs and rights, and the reason why one is missing. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BUSYBOX } from "../busybox.ts";
import { NODE_NEEDS, OPENSSL } from "../needs.ts";
import { ensure, lackOf, type Program, program } from "../programs.ts";
import { KUBE } from "./kube.ts";
import type { ControlPlanePrograms, NodePrograms } from "./layout.ts";
import { CNI, CONTAINERD } from "./node-programs.ts";

const isRoot = (): boolean => process.getuid?.() === 0;
const NAMESPACES = ["--mount", "--net", "--pid", "--uts", "--ipc", "--cgroup", "--fork", "--mount-proc"];
/** Reason why this user may not make the namespaces of a node; null: allowed. */
const lackOfRights = (): string | null => {
  if (!isRoot()) return "needs root";
  const { status, stderr, error } = spawnSync("unshare", [...NAMESPACES, "true"], { encoding: "utf8" });
  return status === 0 ? null : `needs new namespaces: ${(error?.message ?? stderr).trim()}`;
};

/** Folder with etcd, kube-apiserver and kubectl, by the convention of envtest; null: the variable is not set. */
const assetsFolder = (): string | null => process.env.KUBEBUILDER_ASSETS || null;
const ASSETS = ["etcd", "kube-apiserver", "kubectl"] as const;

const lackOfKube = (): string | null => (KUBE.find() === null ? `no ${KUBE.name}: ${KUBE.advice}` : null);
/** Reason why there is no control plane to be had; null: `controlPlanePrograms` finds all. */
export const lackOfControlPlane = (): string | null => {
  const folder = assetsFolder();
  if (folder === null) return lackOfKube() ?? lackOf(OPENSSL);
  const missing = ASSETS.find((name) => !existsSync(join(folder, name)));
  return missing === undefined ? lackOf(OPENSSL) : `no ${missing} in KUBEBUILDER_ASSETS`;
};
/** Reason why there is no node to be had; null: `nodePrograms` finds all. */
export const lackOfNode = (): string | null => lackOfRights() ?? lackOfKube() ?? lackOf(...NODE_NEEDS);

/** Installs and builds all that may be had here. Programs of a node are of use to root alone. */
export const ensureCluster = (): void => {
  if (assetsFolder() === null) ensure(KUBE);
  if (lackOfRights() === null) for (const need of NODE_NEEDS) ensure(need);
};

const found = ({ name, find, advice }: Program): string => {
  const path = find();
  if (path === null) throw new Error(`${name} is not here; ${advice}`);
  return path;
};
/** Throws: a program is missing. */
export const controlPlanePrograms = (): ControlPlanePrograms => {
  const folder = assetsFolder();
  if (folder !== null) {
    const lack = lackOfControlPlane();
    if (lack !== null) throw new Error(lack);
    const optional = ["kube-controller-manager", "kube-scheduler"].filter((name) => existsSync(join(folder, name)));
    return Object.fromEntries(
      [...ASSETS, ...optional].map((name) => [name, [join(folder, name)]]),
    ) as unknown as ControlPlanePrograms;
  }
  const kube = found(KUBE);
  return {
    etcd: [kube, "etcd"],
    "kube-apiserver": [kube, "kube-apiserver"],
    kubectl: [kube, "kubectl"],
    "kube-controller-manager": [kube, "kube-controller-manager"],
    "kube-scheduler": [kube, "kube-scheduler"],
  };
};
/** Programs of a node, and of its images. Throws: a program or a right is missing. */
export const nodePrograms = (): NodePrograms & { readonly busybox: string } => {
  const rights = lackOfRights();
  if (rights !== null) throw new Error(`a node ${rights}; without a node: \`npm run cluster -- up --api-only\``);
  const kube = found(KUBE);
  for (const need of NODE_NEEDS) found(need);
  return {
    kubelet: [kube, "kubelet"],
    "kube-proxy": [kube, "kube-proxy"],
    coredns: [kube, "coredns"],
    containerd: found(CONTAINERD),
    ctr: found(program("ctr", "ctr", "containerd")),
    cni: found(CNI),
    busybox: found(BUSYBOX),
  };
};
