/** Command lines of the components of a cluster. Flags and their reasons; no effects. */
import {
  CONTAINERD_SOCKET,
  fileOf,
  kubeconfigFile,
  type Layout,
  NODE,
  NODE_ADDRESS,
  type NodePrograms,
  SERVICE_RANGE,
} from "./layout.ts";

export interface Component {
  readonly name: string;
  readonly command: readonly string[];
}

const flags = (values: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

export const etcd = ({ data, ports, programs }: Layout): Component => {
  const [clients, peers] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.etcdPeers}`];
  const urls = {
    "listen-client-urls": clients,
    "advertise-client-urls": clients,
    "listen-peer-urls": peers,
    "initial-advertise-peer-urls": peers,
    "initial-cluster": `default=${peers}`,
  };
  // The data lives no longer than the machine that a lost write would need to lose power.
  const options = { "data-dir": data, "unsafe-no-fsync": true, "log-level": "warn" };
  return { name: "etcd", command: [...programs.etcd, ...flags({ ...urls, ...options })] };
};

export const apiServer = (layout: Layout): Component => {
  const pki = (name: string) => fileOf(layout, "pki", name);
  const { bind, ports, programs, node } = layout;
  const serving = {
    "bind-address": bind,
    "secure-port": ports.api,
    "tls-cert-file": pki("kube-apiserver.crt"),
    "tls-private-key-file": pki("kube-apiserver.key"),
    "service-cluster-ip-range": SERVICE_RANGE,
    // Pods reach the API by the Service `kubernetes`, whose endpoint is this address.
    ...(node === undefined
      ? { "advertise-address": "127.0.0.1", "endpoint-reconciler-type": "none" }
      : { "advertise-address": NODE_ADDRESS }),
  };
  const access = {
    "client-ca-file": pki("ca.crt"),
    "token-auth-file": pki("tokens.csv"),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": pki("sa.pub"),
    "service-account-signing-key-file": pki("sa.key"),
    "allow-privileged": true,
  };
  const kubelets = {
    "kubelet-preferred-address-types": "InternalIP",
    "kubelet-client-certificate": pki("kubelet-client.crt"),
    "kubelet-client-key": pki("kubelet-client.key"),
  };
  const store = { "etcd-servers": `http://127.0.0.1:${ports.etcd}` };
  return {
    name: "kube-apiserver",
    command: [...programs["kube-apiserver"], ...flags({ ...store, ...serving, ...access, ...kubelets })],
  };
};

export const controllerManager = (layout: Layout, program: readonly string[]): Component => {
  const pki = (name: string) => fileOf(layout, "pki", name);
  const kubeconfig = kubeconfigFile(layout, "kube-controller-manager");
  return {
    name: "kube-controller-manager",
    command: [
      ...program,
      ...flags({
        kubeconfig,
        "use-service-account-credentials": true,
        "service-account-private-key-file": pki("sa.key"),
        "root-ca-file": pki("ca.crt"),
        "cluster-signing-cert-file": pki("ca.crt"),
        "cluster-signing-key-file": pki("ca.key"),
        "leader-elect": false,
        "secure-port": 0,
        // By default a folder below /usr/libexec, which would stay on the host.
        "flex-volume-plugin-dir": fileOf(layout, "plugins"),
        // The default of 20 requests a second makes the collector of a small cluster wait for itself.
        "kube-api-qps": 1_000,
        "kube-api-burst": 2_000,
      }),
    ],
  };
};

export const scheduler = (layout: Layout, program: readonly string[]): Component => {
  const kubeconfig = kubeconfigFile(layout, "kube-scheduler");
  const access = { kubeconfig, "authentication-kubeconfig": kubeconfig, "authorization-kubeconfig": kubeconfig };
  return {
    name: "kube-scheduler",
    command: [...program, ...flags({ ...access, "leader-elect": false, "secure-port": 0 })],
  };
};

export const containerd = (layout: Layout, node: NodePrograms): Component => ({
  name: "containerd",
  command: [node.containerd, "--config", fileOf(layout, "containerd.toml")],
});
export const kubelet = (layout: Layout, node: NodePrograms): Component => ({
  name: "kubelet",
  command: [
    ...node.kubelet,
    ...flags({
      config: fileOf(layout, "kubelet.json"),
      kubeconfig: kubeconfigFile(layout, "kubelet"),
      "cert-dir": "/var/lib/kubelet/pki",
      "hostname-override": NODE,
      "node-ip": NODE_ADDRESS,
      v: 2,
    }),
  ],
});
export const kubeProxy = (layout: Layout, node: NodePrograms): Component => ({
  name: "kube-proxy",
  command: [...node["kube-proxy"], ...flags({ config: fileOf(layout, "kube-proxy.json") })],
});
export const coreDns = (layout: Layout, node: NodePrograms): Component => ({
  name: "coredns",
  command: [...node.coredns, "-conf", fileOf(layout, "Corefile")],
});

/** Import of an image archive; containerd keeps the images of Kubernetes in a namespace of this name. */
export const importImage = (node: NodePrograms, archive: string): readonly string[] => [
  ...[node.ctr, "--address", CONTAINERD_SOCKET, "--namespace", "k8s.io", "images", "import", archive],
];
