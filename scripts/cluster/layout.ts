/**
 * Layout of a cluster: its folder, addresses, ports and programs, from which the components' command lines and files
 * follow.
 */
import { join } from "node:path";

export interface Ports {
  readonly api: number;
  readonly etcd: number;
  readonly etcdPeers: number;
}
/** Programs of a control plane by name, each a command line without arguments. */
export interface ControlPlanePrograms {
  readonly etcd: readonly string[];
  readonly "kube-apiserver": readonly string[];
  readonly kubectl: readonly string[];
  /** Absent in envtest's assets: then Jobs, Deployments and owner references have no controller. */
  readonly "kube-controller-manager"?: readonly string[];
  readonly "kube-scheduler"?: readonly string[];
}
/** Programs of a node besides the control plane's. */
export interface NodePrograms {
  readonly kubelet: readonly string[];
  readonly "kube-proxy": readonly string[];
  readonly coredns: readonly string[];
  readonly containerd: string;
  readonly ctr: string;
  /** Folder of the CNI plugins. */
  readonly cni: string;
}
export interface Layout {
  /** Folder of the cluster, on the host. */
  readonly state: string;
  /** Folder of etcd's data. */
  readonly data: string;
  /** Address at which the API server listens. */
  readonly bind: string;
  readonly ports: Ports;
  readonly programs: ControlPlanePrograms;
  /** Absent: an API without a node. */
  readonly node?: NodePrograms;
}

export const NODE = "node";
export const NODE_ADDRESS = "192.0.2.1";
/** Domain of the names of Services. */
export const DOMAIN = "cluster.local";
export const POD_RANGE = "10.244.0.0/24";
export const SERVICE_RANGE = "10.96.0.0/16";
/** Socket of containerd, in the cluster's own /run. */
export const CONTAINERD_SOCKET = "/run/containerd.sock";

export const fileOf = ({ state }: Pick<Layout, "state">, ...path: readonly string[]): string => join(state, ...path);
export const kubeconfigFile = (layout: Pick<Layout, "state">, account: string): string =>
  fileOf(layout, "pki", `${account}.kubeconfig`);
