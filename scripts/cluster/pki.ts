/**
 * Certificates, keys, tokens and kubeconfig files of a cluster, by the OpenSSL of the machine: a single authority, for
 * 30 days, in a folder for the cluster alone.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DAYS = "30";
/** Accounts of the cluster by the name of the kubeconfig file: user, and group if any. */
const ACCOUNTS = {
  admin: ["admin", "system:masters"],
  "kube-controller-manager": ["system:kube-controller-manager"],
  "kube-scheduler": ["system:kube-scheduler"],
  "kube-proxy": ["system:kube-proxy"],
  kubelet: ["system:node:node", "system:nodes"],
  coredns: ["coredns", "system:masters"],
} as const;
export type Account = keyof typeof ACCOUNTS;

/** Connects an account to an API server. */
export interface Credentials {
  /** Base URL of the API server. */
  readonly server: string;
  /** Authority of the server's certificate, as PEM. */
  readonly ca: string;
  readonly token: string;
}
export interface Pki {
  /** Path of a file such as `ca.crt`. */
  file(name: string): string;
  token(account: Account): string;
}

/** Names and addresses of the API server: of the node, of the first Service, of the host's loopback. */
const SERVER_NAMES = [
  ...["127.0.0.1", "192.0.2.1", "10.96.0.1"].map((address) => `IP:${address}`),
  ...["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map((name) => `DNS:${name}`),
  "DNS:kubernetes.default.svc.cluster.local",
];

/** Makes the files below `folder`. Throws: OpenSSL is missing or refuses. */
export const makePki = (folder: string): Pki => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const openssl = (...argv: readonly string[]) => {
    const { status, stderr, error } = spawnSync("openssl", argv, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${argv[0]} ended with ${status}: ${error?.message ?? stderr}`);
  };
  const makeKey = (name: string) => openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", name);
  const issue = (name: string, subject: string, names: readonly string[]) => {
    makeKey(`${name}.key`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
    const extensions = `subjectAltName=${names.join(",")}\nextendedKeyUsage=serverAuth,clientAuth\n`;
    writeFileSync(join(folder, `${name}.ext`), extensions);
    const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", DAYS];
    openssl("x509", "-req", "-in", `${name}.csr`, ...authority, "-extfile", `${name}.ext`, "-out", `${name}.crt`);
  };
  makeKey("ca.key");
  openssl("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=squall-cluster", "-days", DAYS, "-out", "ca.crt");
  issue("kube-apiserver", "/CN=kube-apiserver", SERVER_NAMES);
  issue("kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client", ["DNS:kube-apiserver"]);
  // Tokens of ServiceAccounts are signed with this pair.
  openssl("genrsa", "-out", "sa.key", "2048");
  openssl("rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub");

  const accounts = Object.entries(ACCOUNTS) as [Account, readonly [string, string?]][];
  const tokens = new Map(accounts.map(([account]) => [account, randomBytes(24).toString("hex")]));
  const lines = accounts.map(
    ([account, [user, group]], i) =>
      `${tokens.get(account)},${user},${i + 1}${group === undefined ? "" : `,"${group}"`}`,
  );
  writeFileSync(join(folder, "tokens.csv"), `${lines.join("\n")}\n`, { mode: 0o600 });
  return { file: (name) => join(folder, name), token: (account) => tokens.get(account)! };
};

/** Text of a kubeconfig file, JSON in YAML's place. */
export const kubeconfigOf = ({ server, ca, token }: Credentials, name: string): string =>
  `${JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
    null,
    2,
  )}\n`;
