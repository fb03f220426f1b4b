/** Programs that the tests need besides Node, npm's packages and the usual tools of a Linux. */
import { BROWSER } from "./browser.ts";
import { BUSYBOX } from "./busybox.ts";
import { CNI, CONTAINERD, RUNC } from "./cluster/node-programs.ts";
import { ENVOY } from "./envoy.ts";
import { FAKETIME } from "./faketime.ts";
import { VIRTUAL_MACHINE } from "./linux-kernel.ts";
import { NODE_TOOLS, PYTHON_TOOLS } from "./openapi-tools.ts";
import { PGBOUNCER } from "./pgbouncer.ts";
import { POSTGRES } from "./postgres.ts";
import { ensure, findProgram, installPackages, mayInstall, type Program, program } from "./programs.ts";
import { PROMETHEUS } from "./prometheus.ts";
import { TOXIPROXY } from "./toxiproxy.ts";

export const NGINX = program("nginx", "nginx");
export const HAPROXY = program("HAProxy", "haproxy");
export const CURL = program("curl", "curl");
export const OPENSSL = program("OpenSSL", "openssl");
export const PYTHON = program("Python", "python3", "python3-minimal");
const PS = program("ps", "ps", "procps");
const IP = program("ip", "ip", "iproute2");
export const NFT = program("nft", "nft", "nftables");
export const ZSH = program("zsh", "zsh");
/** The system's installation is the only place of fish's functions. */
export const FISH: Program = { ...program("fish", "fish"), install: () => mayInstall() && installPackages("fish") };
export const GROFF = program("groff", "groff", "groff-base");
export const WRK = program("wrk", "wrk");

/** Programs of a node of Kubernetes, besides Kubernetes itself. */
export const NODE_NEEDS: readonly Program[] = [CONTAINERD, RUNC, CNI, BUSYBOX, OPENSSL, IP, NFT];

export const NEEDS: readonly Program[] = [
  ...[BROWSER, POSTGRES, PGBOUNCER, FAKETIME, PROMETHEUS, NGINX, HAPROXY],
  ...[CURL, OPENSSL, PYTHON, PS, IP, NFT, ZSH, FISH, GROFF, NODE_TOOLS, PYTHON_TOOLS],
  // A node of Kubernetes is of use to root, and where Go builds Kubernetes.
  ...(mayInstall() && findProgram("go") !== null ? NODE_NEEDS : []),
];

/** Programs that only the bench needs: a generator of load, and proxies to compare with. */
export const BENCH_NEEDS: readonly Program[] = [WRK, TOXIPROXY, ENVOY];

/** Programs that only the soak needs: a virtual machine with another cgroup version. */
export const SOAK_NEEDS: readonly Program[] = VIRTUAL_MACHINE;

/** Finds or installs each; a line for each that is not to be had. */
export const ensureAll = (needs: readonly Program[] = NEEDS): readonly string[] =>
  needs.flatMap((need) => {
    if (ensure(need) !== null) return [];
    return [`${need.name} is not here and could not be installed; ${need.advice}`];
  });
