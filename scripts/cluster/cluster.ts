/** Clusters of Kubernetes on this machine: start, find, stop. A node without a container engine, or an API alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClusterStatus, control } from "./control.ts";
import { writeImages } from "./images.ts";
import { fileOf, kubeconfigFile, type Layout, type Ports } from "./layout.ts";
import { nodeFiles } from "./node-files.ts";
import { kubeconfigOf, makePki } from "./pki.ts";
import type { Plan } from "./plan.ts";
import { controlPlanePrograms, nodePrograms } from "./requirements.ts";
import { type Holder, holderOf, isAlive, makeState, stateOf, sweep } from "./state.ts";

const CHECKOUT = resolve(import.meta.dirname, "../..");
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;
const JANITOR_LIMIT_MS = 6_000;
const LOOK_MS = 50;
/** Longest path of a Unix socket (unix(7)). */
const LONGEST_SOCKET = 107;

export interface ClusterOptions {
  readonly name: string;
  /** An API without a node: no root needed, no pod ever runs. */
  readonly isApiOnly?: boolean;
  /** Outlives this process, until `stopCluster`; otherwise ends with this process, however that ends. */
  readonly outlives: boolean;
  /** Longest time until all is ready; default: 2 minutes. */
  readonly limitMs?: number;
}
export interface Cluster {
  readonly name: string;
  readonly state: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Command line of kubectl for this cluster, without arguments. */
  readonly kubectl: readonly string[];
}

const readCluster = (name: string): Cluster => {
  const state = stateOf(name);
  const { layout } = JSON.parse(readFileSync(fileOf({ state }, "plan.json"), "utf8")) as Plan;
  const kubeconfig = fileOf({ state }, "kubeconfig");
  return { name, state, kubeconfig, kubectl: [...layout.programs.kubectl, "--kubeconfig", kubeconfig] };
};
/** Returns a cluster that lives; null: none of this name. */
export const findCluster = (name: string): Cluster | null =>
  holderOf(stateOf(name)) !== null && existsSync(join(stateOf(name), "plan.json")) ? readCluster(name) : null;

const listen = async (): Promise<{ readonly server: Server; readonly port: number; readonly descriptor: number }> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  // A child inherits descriptors by number, and Node tells a listener's number here alone.
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  return { server, port, descriptor: fd };
};
/** Ports of the host that are free now. */
const freePorts = async (): Promise<Ports> => {
  const listeners = [await listen(), await listen(), await listen()] as const;
  for (const { server } of listeners) server.close();
  const [api, etcd, etcdPeers] = listeners;
  return { api: api.port, etcd: etcd.port, etcdPeers: etcdPeers.port };
};

/** Ports in the cluster's own network. */
const INSIDE: Ports = { api: 6_443, etcd: 2_379, etcdPeers: 2_380 };
const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
};

/** Writes all files of a cluster. `port`: of the API server, on the host's loopback. */
const writeFiles = (state: string, layout: Layout, port: number, busybox: string | null): void => {
  const pki = makePki(fileOf(layout, "pki"));
  const ca = readFileSync(pki.file("ca.crt"), "utf8");
  const inside = `https://127.0.0.1:${layout.ports.api}`;
  for (const account of ["kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "coredns"] as const)
    write(kubeconfigFile(layout, account), kubeconfigOf({ server: inside, ca, token: pki.token(account) }, account));
  const credentials = { server: `https://127.0.0.1:${port}`, ca, token: pki.token("admin") };
  write(fileOf(layout, "kubeconfig"), kubeconfigOf(credentials, "squall"));
  if (layout.node !== undefined)
    for (const [path, text] of Object.entries(nodeFiles(layout, layout.node))) write(path, text);
  mkdirSync(fileOf(layout, "images"));
  const images = busybox === null ? [] : writeImages(fileOf(layout, "images"), busybox);
  const plan: Plan = { layout, images, credentials };
  write(join(state, "plan.json"), JSON.stringify(plan));
  mkdirSync(fileOf(layout, "logs"));
};

/** The process `hold.sh`, as the parent sees it. */
interface HolderProcess {
  hasEnded(): boolean;
  /** Last words on standard error, of the holder and of the supervisor. */
  words(): string;
  /** Lets the cluster outlive this process. */
  release(): void;
  /** Ends the cluster; resolves when the holder has ended. */
  end(): Promise<void>;
  /** Lets this process end first: the cluster ends with the process, unless released. */
  unref(): void;
}
/** `listener`: descriptor of the API server's listener on the host's loopback. */
const startHolder = (layout: Layout, listener: number): HolderProcess => {
  const { state, node } = layout;
  const log = openSync(fileOf(layout, "logs", "hold.log"), "a+");
  const supervisor = [process.execPath, "--import", "tsx", join(import.meta.dirname, "supervisor.ts"), state];
  const argv = [join(import.meta.dirname, "hold.sh"), state, node === undefined ? "host" : "namespaces", ...supervisor];
  const child = spawn("sh", argv, { cwd: CHECKOUT, detached: true, stdio: ["ignore", log, log, "pipe", listener] });
  const pipe = child.stdio[3] as Socket;
  pipe.on("error", () => {});
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    hasEnded,
    words: () => textOf(log) || "no reason given",
    release: () => pipe.end("stay\n"),
    async end() {
      pipe.end();
      if (!hasEnded()) await once(child, "exit");
    },
    unref() {
      closeSync(log);
      pipe.unref();
      child.unref();
    },
  };
};
/** Waits until the cluster is ready. Throws: a component failed, the holder ended, or the limit passed. */
const untilReady = async (state: string, limitMs: number, holder: HolderProcess): Promise<void> => {
  const end = Date.now() + limitMs;
  let status: ClusterStatus | null = null;
  while (Date.now() < end) {
    status = await control(state, "GET", "/status").catch(() => null);
    if (status?.phase === "ready") return;
    if (status?.phase === "failed") throw new Error(status.failure);
    if (holder.hasEnded()) throw new Error(`the cluster ended while it started: ${holder.words()}`);
    await sleep(LOOK_MS);
  }
  const components = status === null ? holder.words() : JSON.stringify(status.components);
  throw new Error(`the cluster is not ready after ${limitMs / 1_000} s: ${components}`);
};
/** Text of a file that is open, from its start, although the file may have been removed. */
const textOf = (descriptor: number): string => {
  const bytes = Buffer.alloc(4_096);
  return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, 0)).trim();
};

/** Folders in whose place a node has its own. */
const COVERED = ["/run", "/var/log", "/var/lib", "/proc", "/sys"];
const claim = (name: string, isApiOnly: boolean): string => {
  sweep();
  const covered = isApiOnly ? undefined : COVERED.find((folder) => stateOf(name).startsWith(`${folder}/`));
  if (covered !== undefined)
    throw new Error(`${stateOf(name)} would be hidden by the node's own ${covered}: set TMPDIR to a folder elsewhere`);
  if (Buffer.byteLength(join(stateOf(name), "control")) > LONGEST_SOCKET)
    throw new Error(`${stateOf(name)} is too long for a socket's path: set TMPDIR to a shorter folder`);
  try {
    return makeState(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(
      `a cluster "${name}" is there already; \`npm run cluster -- down --name ${name}\` ends that cluster`,
    );
  }
};

/** Starts a cluster; resolves when the API, and the node if any, are ready. Rejects with the component that failed. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { name, isApiOnly = false, outlives, limitMs = START_LIMIT_MS } = options;
  const programs = controlPlanePrograms();
  const node = isApiOnly ? null : nodePrograms();
  const state = claim(name, isApiOnly);
  try {
    const { server, port, descriptor } = await listen();
    const layout: Layout =
      node === null
        ? { state, programs, ports: await freePorts(), data: join(state, "etcd"), bind: "127.0.0.1" }
        : { state, programs, ports: INSIDE, data: "/var/lib/etcd/data", bind: "0.0.0.0", node };
    writeFiles(state, layout, node === null ? layout.ports.api : port, node?.busybox ?? null);
    const holder = startHolder(layout, descriptor);
    server.close();
    try {
      await untilReady(state, limitMs, holder);
    } catch (error) {
      await holder.end();
      throw error;
    }
    if (outlives) holder.release();
    holder.unref();
    return readCluster(name);
  } catch (error) {
    rmSync(state, { recursive: true, force: true });
    throw error;
  }
};

/**
 * Ends a cluster; resolves when no trace is left, also where there is no such cluster. Rejects: the holder lives on.
 */
export const stopCluster = async (name: string): Promise<void> => {
  const state = stateOf(name);
  const holder = holderOf(state);
  if (holder !== null) {
    process.kill(holder.pid, "SIGTERM");
    // A holder that stands still (SIGSTOP) obeys no other signal. The janitor cleans up behind a killed holder.
    if (!(await isGone(holder)) && isAlive(holder)) process.kill(holder.pid, "SIGKILL");
    if (!(await isGone(holder))) throw new Error(`the cluster "${name}" is not gone: process ${holder.pid} lives`);
  }
  // The janitor may be at work; behind a janitor that was killed too, the rest is removed here.
  const end = Date.now() + JANITOR_LIMIT_MS;
  while (existsSync(state) && Date.now() < end) await sleep(LOOK_MS);
  rmSync(state, { recursive: true, force: true });
  sweep();
};
const isGone = async (holder: Holder): Promise<boolean> => {
  const end = Date.now() + STOP_LIMIT_MS;
  while (isAlive(holder) && Date.now() < end) await sleep(LOOK_MS);
  return !isAlive(holder);
};
