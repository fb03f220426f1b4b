/** The agent as a real process in front of a real service, with callers that send requests through the agent. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { Agent as Connections, createServer, request } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { resolve } from "node:path";
import { eventually, TOKEN } from "./server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** The agent as a package has it; it takes a third of the CPU of the agent in single modules to start. */
const BUNDLED = resolve(ROOT, "dist/bundle/agent/main.js");
/** The agent in single modules, as the compiler leaves them. */
export const IN_MODULES = resolve(ROOT, "dist/agent/main.js");

export interface AgentProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** By edge: host and port. */
  readonly listen: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly log: () => string;
  readonly output: () => string;
  /** Exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
}

/** Returns without waiting for readiness: the agent may not be able to listen. */
export const spawnAgent = (
  args: readonly string[],
  node: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  binary = process.execPath,
  main = BUNDLED,
) => {
  if (!existsSync(main)) throw new Error("the agent is not built: npm run build");
  const child = spawn(binary, [...node, main, ...args], {
    cwd: ROOT,
    env: { ...process.env, SQUALL_TOKEN: TOKEN, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [log, output] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stdin.on("error", () => {});
  const ended = once(child, "exit").then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  return {
    child,
    pid: child.pid!,
    ended,
    log: () => log,
    output: () => output,
    kill: (s: NodeJS.Signals) => void child.kill(s),
  };
};

/** `binary`: the Node that runs the agent. */
export const startAgent = async (
  args: readonly string[],
  node: readonly string[] = [],
  binary = process.execPath,
): Promise<AgentProcess> => {
  const agent = spawnAgent(args, node, {}, binary);
  const line = await eventually(`the agent listens: ${agent.log()}`, () => {
    if (agent.child.exitCode !== null) throw new Error(`the agent ended with ${agent.child.exitCode}: ${agent.log()}`);
    return agent.output().includes("\n") ? agent.output() : undefined;
  });
  const { edges } = JSON.parse(line) as { edges: { id: string; listen: string }[] };
  const listen = Object.fromEntries(
    edges.map(({ id, listen }) => [id, { host: listen.split(":")[0]!, port: Number(listen.split(":")[1]) }]),
  );
  return { ...agent, listen };
};

/** An HTTP service that answers 200 `ok` and counts; `/slow?ms=…` answers late. */
export const startService = async () => {
  const service = createServer((request, response) => {
    const ms = Number(new URL(request.url!, "http://x").searchParams.get("ms") ?? 0);
    setTimeout(() => response.end("ok"), ms);
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const { port } = service.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      service.close();
      service.closeAllConnections();
    },
  };
};
/** A TCP service that sends back received bytes. */
export const startEcho = async () => {
  const open = new Set<Socket>();
  const service = createTcpServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    socket.pipe(socket);
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const { port } = service.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      service.close();
      for (const socket of open) socket.destroy();
    },
  };
};

export interface Reply {
  /** Status code; 0: no answer. */
  readonly status: number;
  readonly ms: number;
  readonly faulted: boolean;
}
/** A single request; on a kept-alive connection when `connections` is given. */
export const ask = (
  { host, port }: { readonly host: string; readonly port: number },
  {
    path = "/",
    connections,
    timeoutMs = 30_000,
  }: { path?: string; connections?: Connections; timeoutMs?: number } = {},
): Promise<Reply> =>
  new Promise((resolve) => {
    const startedMs = performance.now();
    const reply = (status: number, faulted: boolean) => resolve({ status, faulted, ms: performance.now() - startedMs });
    const asked = request({ host, port, path, agent: connections ?? false, timeout: timeoutMs }, (response) => {
      response.resume();
      response.on("end", () => reply(response.statusCode!, response.headers["x-squall-fault"] !== undefined));
      response.on("error", () => reply(0, false));
    });
    asked.on("error", () => reply(0, false)).on("timeout", () => asked.destroy());
    asked.end();
  });
export const keptAlive = () => new Connections({ keepAlive: true, maxSockets: 1 });
export const dial = async ({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> => {
  const socket = connect({ host, port, noDelay: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
};
