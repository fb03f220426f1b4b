/** Configuration files of a node: containerd, the pods' network, the kubelet and kube-proxy. No effects. */
import { PAUSE_IMAGE } from "./images.ts";
import {
  CONTAINERD_SOCKET,
  DOMAIN,
  fileOf,
  kubeconfigFile,
  type Layout,
  NODE,
  NODE_ADDRESS,
  type NodePrograms,
  POD_RANGE,
} from "./layout.ts";

/** `restrict_oom_score_adj`: without CAP_SYS_RESOURCE (containers, sandboxes) runc may not lower the score, and fails. */
const containerdFile = (layout: Layout, { cni }: NodePrograms): string => `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp",
]
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "/run/containerd-opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cni}"
    conf_dir = "${fileOf(layout, "cni")}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;

const NETWORK = {
  cniVersion: "1.0.0",
  name: "squall",
  plugins: [
    {
      ...{ type: "bridge", bridge: "cni0", isGateway: true, ipMasq: false, hairpinMode: true },
      ipam: { type: "host-local", ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: "0.0.0.0/0" }] },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

const kubeletFile = (layout: Layout) => ({
  kind: "KubeletConfiguration",
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: fileOf(layout, "pki/ca.crt") },
  },
  authorization: { mode: "Webhook" },
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  cgroupDriver: "cgroupfs",
  failCgroupV1: false,
  failSwapOn: false,
  // Settings of the whole machine are checked, not written: node.sh has put files in their place.
  protectKernelDefaults: true,
  resolvConf: "",
  clusterDNS: [NODE_ADDRESS],
  clusterDomain: DOMAIN,
  // The disk and the memory are the host's: a full host is no reason to evict pods.
  evictionHard: {
    "memory.available": "0%",
    "nodefs.available": "0%",
    "imagefs.available": "0%",
    "nodefs.inodesFree": "0%",
  },
  imageGCHighThresholdPercent: 100,
  localStorageCapacityIsolation: false,
  oomScoreAdj: 0,
  volumePluginDir: "/run/kubelet-plugins",
  nodeStatusUpdateFrequency: "5s",
});

const proxyFile = (layout: Layout) => ({
  kind: "KubeProxyConfiguration",
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  mode: "nftables",
  hostnameOverride: NODE,
  clusterCIDR: POD_RANGE,
  clientConnection: { kubeconfig: kubeconfigFile(layout, "kube-proxy") },
  // Sizes of the kernel's table of connections are the whole machine's.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  nftables: { minSyncPeriod: "0s", syncPeriod: "30s" },
  oomScoreAdj: 0,
});

/** Names of Services and pods; other names fail (SERVFAIL), since no packet leaves the cluster. */
const dnsFile = (layout: Layout): string => `.:53 {
  bind ${NODE_ADDRESS}
  errors
  kubernetes ${DOMAIN} in-addr.arpa ip6.arpa {
    kubeconfig ${kubeconfigFile(layout, "coredns")}
    pods verified
    ttl 5
  }
  cache 5
}
`;

/** Files by their path. */
export const nodeFiles = (layout: Layout, node: NodePrograms): Readonly<Record<string, string>> => ({
  [fileOf(layout, "containerd.toml")]: containerdFile(layout, node),
  [fileOf(layout, "cni/10-squall.conflist")]: JSON.stringify(NETWORK),
  [fileOf(layout, "Corefile")]: dnsFile(layout),
  [fileOf(layout, "kubelet.json")]: JSON.stringify(kubeletFile(layout)),
  [fileOf(layout, "kube-proxy.json")]: JSON.stringify(proxyFile(layout)),
});
