/**
 * `kube`, the program that is etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kube-proxy, kubelet,
 * kubectl and CoreDNS (scripts/cluster/kube/): built from their Go modules, and cached in the user's cache by the hash
 * of the sources and of Go's version, outside of the checkout.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cache.ts";
import { findProgram, type Program } from "../programs.ts";

const SOURCES = join(import.meta.dirname, "kube");
/** Release of Kubernetes, the version of the module `k8s.io/kubernetes` in go.mod. */
export const KUBERNETES_VERSION = /k8s\.io\/kubernetes v([\d.]+)/.exec(
  readFileSync(join(SOURCES, "go.mod"), "utf8"),
)![1]!;

/** First Go that fetches the version a module asks for by itself (go.dev/doc/toolchain). */
const OLDEST_GO = 21;
/** Go's version, such as `go1.26.8`; null: no Go, or a Go older than 1.21. */
const goVersion = (): string | null => {
  const go = findProgram("go");
  if (go === null) return null;
  const version = /go1\.(\d+)\S*/.exec(spawnSync(go, ["version"], { encoding: "utf8" }).stdout ?? "");
  return version !== null && Number(version[1]) >= OLDEST_GO ? version[0] : null;
};

/** Folder of the program in the user's cache, which need not exist. */
const folderOf = (version: string): string => {
  const hash = createHash("sha256").update(`${version} ${process.platform}-${process.arch}`);
  for (const name of ["go.mod", "go.sum", "main.go", "dns.go", "../build-kube.sh"])
    hash.update(readFileSync(join(SOURCES, name)));
  return join(cacheFolder("squall"), `kube-${hash.digest("hex").slice(0, 16)}`);
};

const find = (): string | null => {
  const version = goVersion();
  if (version === null) return null;
  const file = join(folderOf(version), "kube");
  return existsSync(file) ? file : null;
};
export const KUBE: Program = {
  name: "Kubernetes",
  packages: [],
  find,
  /** Builds the program, or waits for another build of the same program. */
  install() {
    const version = goVersion();
    if (version === null) return;
    const folder = folderOf(version);
    mkdirSync(folder, { recursive: true });
    process.stderr.write(`building Kubernetes ${KUBERNETES_VERSION} from its Go modules, 4 to 10 minutes on 2 cores\n`);
    spawnSync("sh", [join(import.meta.dirname, "build-kube.sh"), folder, KUBERNETES_VERSION], {
      stdio: ["ignore", "inherit", "inherit"],
    });
  },
  advice: "install Go 1.21 or newer (go.dev) and have its module proxy in reach, then `npm run setup -- --cluster`",
};
