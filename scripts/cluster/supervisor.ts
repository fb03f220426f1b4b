/**
 * Supervisor of a cluster's components: starts them in order, restarts a component that ends, carries connections from
 * the host's loopback to the API server, and obeys commands on a socket (HTTP, `control.ts`). Runs as `node
 * supervisor.ts STATE` inside the cluster's namespaces, or on the host for an API without a node; ends when standard
 * input ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, openApi } from "./api.ts";
import {
  apiServer,
  type Component,
  containerd,
  controllerManager,
  coreDns,
  etcd,
  importImage,
  kubelet,
  kubeProxy,
  scheduler,
} from "./components.ts";
import type { ClusterStatus, ComponentStatus } from "./control.ts";
import { CONTAINERD_SOCKET, DOMAIN, fileOf, type Layout, NODE, NODE_ADDRESS, type NodePrograms } from "./layout.ts";
import type { Plan } from "./plan.ts";

const RESTART_MS = 500;
const LOOK_MS = 50;
/** Descriptor of the listener on the host's loopback, inherited through `hold.sh`. */
const LISTENER = 4;

const state = process.argv[2]!;
const { layout, images, credentials } = JSON.parse(readFileSync(fileOf({ state }, "plan.json"), "utf8")) as Plan;

interface Running {
  readonly component: Component;
  process: ChildProcess | null;
  isWanted: boolean;
  restarts: number;
}
const running = new Map<string, Running>();
/** Reason why the start failed; null: no failure. */
let failure: string | null = null;
let isReady = false;

const lastLines = (file: string): string => {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines
    .slice(-5)
    .map((line) => `  ${line.slice(0, 300)}`)
    .join("\n");
};
const launch = (each: Running): void => {
  const [program, ...argv] = each.component.command;
  const file = fileOf(layout, "logs", `${each.component.name}.log`);
  const log = openSync(file, "a");
  // The kernel ends the component with the supervisor.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program!, ...argv], { stdio: ["ignore", log, log] });
  closeSync(log);
  each.process = child;
  child.once("error", (error) => {
    failure ??= `${each.component.name} does not start: ${error.message}`;
  });
  child.once("exit", (code, signal) => {
    each.process = null;
    if (!each.isWanted) return;
    if (!isReady)
      failure ??= `${each.component.name} ended with ${signal ?? code}; its log ends with:\n${lastLines(file)}`;
    each.restarts += 1;
    setTimeout(() => each.isWanted && each.process === null && launch(each), RESTART_MS);
  });
};
const start = (component: Component): void => {
  const each = { component, process: null, isWanted: true, restarts: 0 };
  running.set(component.name, each);
  launch(each);
};
const stopComponent = async (each: Running, signal: NodeJS.Signals): Promise<void> => {
  each.isWanted = false;
  const { process: child } = each;
  if (child === null) return;
  const exited = new Promise((done) => child.once("exit", done));
  child.kill(signal);
  await exited;
};
const startComponent = (each: Running): void => {
  each.isWanted = true;
  if (each.process === null) launch(each);
};

/** Waits for a condition. Throws: a component ended meanwhile. A refused connection counts as not yet. */
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds().catch(() => false))) {
    if (failure !== null) throw new Error(failure);
    await sleep(LOOK_MS);
  }
};
const runOnce = (command: readonly string[]): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(command[0]!, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.once("error", fail);
    child.once("exit", (code) =>
      code === 0 ? done() : fail(new Error(`${command.join(" ")} ended with ${code}: ${output}`)),
    );
  });

const isListening = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(path, () => done(true));
    socket.on("connect", () => socket.destroy()).on("error", () => done(false));
  });
const importImages = async (node: NodePrograms): Promise<void> => {
  await until(() => isListening(CONTAINERD_SOCKET));
  for (const image of images) await runOnce(importImage(node, image));
};
const is = async (api: Api, path: string, holds: (body: ApiObject) => boolean): Promise<boolean> => {
  const { status, body } = await api.ask("GET", path);
  return status === 200 && holds(body);
};
interface ApiObject {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
const isNodeReady = ({ spec, status }: ApiObject): boolean =>
  (spec?.taints ?? []).length === 0 &&
  (status?.conditions ?? []).some((condition) => condition.type === "Ready" && condition.status === "True");

const isResolving = async (): Promise<boolean> => {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([NODE_ADDRESS]);
  return (await resolver.resolve4(`kubernetes.default.svc.${DOMAIN}`)).length > 0;
};

const startAll = async ({ node, programs, ports }: Layout): Promise<void> => {
  const api = openApi({ ...credentials, server: `https://127.0.0.1:${ports.api}` });
  if (node !== undefined) start(containerd(layout, node));
  start(etcd(layout));
  start(apiServer(layout));
  const imported = node === undefined ? undefined : importImages(node);
  // A failure may come first to the wait below.
  imported?.catch(() => {});
  await until(() => is(api, "/readyz", () => true));
  const { "kube-controller-manager": manager, "kube-scheduler": binder } = programs;
  if (manager !== undefined) start(controllerManager(layout, manager));
  if (binder !== undefined) start(scheduler(layout, binder));
  await imported;
  if (node !== undefined) {
    start(kubelet(layout, node));
    start(kubeProxy(layout, node));
    start(coreDns(layout, node));
    await until(() => is(api, `/api/v1/nodes/${NODE}`, isNodeReady));
    await until(isResolving);
  }
  // Pods without a ServiceAccount are refused.
  if (manager !== undefined)
    await until(() => is(api, "/api/v1/namespaces/default/serviceaccounts/default", () => true));
  api.close();
};

const carry = (from: Socket): void => {
  const to = connect(layout.ports.api, "127.0.0.1");
  const end = () => {
    from.destroy();
    to.destroy();
  };
  from.on("error", end).on("close", end);
  to.on("error", end).on("close", end);
  from.pipe(to).pipe(from);
};

const statusNow = (): ClusterStatus => ({
  phase: failure !== null && !isReady ? "failed" : isReady ? "ready" : "starting",
  ...(failure === null ? {} : { failure }),
  components: Object.fromEntries(
    [...running].map(([name, { process: child, restarts }]): [string, ComponentStatus] => [
      name,
      { pid: child?.pid ?? null, restarts },
    ]),
  ),
});
const SIGNALS: ReadonlySet<string> = new Set(["SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT"]);
/** Answers of the control socket: the status code, and the body. */
const obey = async (method: string, url: URL): Promise<readonly [number, unknown]> => {
  const [, first, second, third] = url.pathname.split("/");
  if (method === "GET" && first === "status") return [200, statusNow()];
  if (method === "POST" && first === "images" && layout.node !== undefined) {
    await runOnce(importImage(layout.node, url.searchParams.get("archive") ?? ""));
    return [200, {}];
  }
  const each = running.get(second ?? "");
  if (method !== "POST" || first !== "components" || each === undefined)
    return [404, { error: `no ${method} ${url.pathname}; the components are ${[...running.keys()].join(", ")}` }];
  const signal = url.searchParams.get("signal") ?? "SIGTERM";
  if (!SIGNALS.has(signal)) return [400, { error: `signal ${signal}: expected one of ${[...SIGNALS].join(", ")}` }];
  if (third === "stop") await stopComponent(each, signal as NodeJS.Signals);
  else if (third === "signal") each.process?.kill(signal as NodeJS.Signals);
  else if (third === "start") startComponent(each);
  else return [404, { error: `no ${url.pathname}: expected stop, start or signal` }];
  return [200, statusNow()];
};
const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? "/", "http://cluster");
  const [status, body] = await obey(request.method ?? "GET", url).catch((error: Error) => [
    500,
    { error: error.message },
  ]);
  response.writeHead(status as number, { "content-type": "application/json" }).end(JSON.stringify(body));
};

process.stdin.on("end", () => process.exit(0)).resume();
createHttpServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
}).listen(fileOf(layout, "control"));
if (layout.node !== undefined) createServer(carry).listen({ fd: LISTENER });
startAll(layout).then(
  () => {
    isReady = true;
  },
  (error: Error) => {
    failure ??= error.message;
  },
);
