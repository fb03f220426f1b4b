/** The agent as a process: flags in, one line of JSON on stdout once the agent listens, plain lines on stderr. */
import { dirname } from "node:path";
import type { Mesh } from "../experiments/model/mesh/mesh.ts";
import { formatIn } from "../experiments/model/text/log-line.ts";
import type { Agent } from "./agent.ts";
import { systemClock } from "./clock/clock.ts";
import type { ControlRoutes } from "./control/control-socket.ts";
import { type Credential, fixedToken, joinCredential } from "./credential/credential.ts";
import { ExposedSecretError, readSecret } from "./credential/secret-file.ts";
import { readTls } from "./credential/tls.ts";
import { type ConfigSource, type Flags, readFlags, type TokenSource } from "./flags.ts";
import { openLog } from "./log.ts";
import { meshFilesFrom } from "./mesh-file.ts";
import { hearKeeper, sendToKeeper } from "./processes/keeper-channel.ts";
import type { Gates } from "./redirect/gates.ts";
import { checkOffers } from "./session/outgoing-message.ts";
import { type RunningAgent, type StartConfig, startAgent } from "./start.ts";
import { isJournaldStream } from "./systemd/journald.ts";
import { openNotifier, SILENT } from "./systemd/notify.ts";
import { openServiceStatus } from "./systemd/service-status.ts";
import { inheritedSockets, takeOver } from "./upgrade/successor.ts";

/** Time that open exchanges have to end after SIGTERM or SIGINT, ms. */
const DRAIN_MS = 2_000;
const CRASHED = 70;
const USED_WRONGLY = 2;

const argvGiven = process.argv.slice(2);
const STDERR = 2;
/** Log format, read before the other flags: errors in those flags are logged in this format too. */
const format =
  formatIn(argvGiven, process.env.SQUALL_LOG_FORMAT) ?? (isJournaldStream(STDERR, process.env) ? "journald" : "text");
const read = readFlags(argvGiven);
const log = openLog(
  format,
  (line) => process.stderr.write(`${line}\n`),
  "problem" in read ? {} : { agent: read.instance },
);
/** Logs a fatal error. In text format the multi-line usage keeps all lines. */
const fail = (message: string): never => {
  const lines = format === "text" ? message.split("\n") : [message];
  for (const line of lines) log(line, format === "text" ? "info" : "error", format === "text" ? {} : { fatal: true });
  process.exit(USED_WRONGLY);
};
/** Variables taken out of the environment: a successor needs them, no other child does. */
const taken: Record<string, string> = {};
const secretIn = (variable: string): string | null => {
  const value = process.env[variable];
  // Children of a crash handler or a core file must not find the secret.
  delete process.env[variable];
  if (value) taken[variable] = value;
  return value || null;
};
const joinTokenOf = (source: TokenSource): (() => string | null) => {
  if ("variable" in source) {
    const token = secretIn(source.variable);
    return () => token;
  }
  const read = () => {
    try {
      return readSecret(source.file).trim() || null;
    } catch (error) {
      if (error instanceof ExposedSecretError) throw error;
      return null;
    }
  };
  // A faulty file is reported at the start, and not at the first use.
  read();
  return read;
};

type ServerSource = Extract<ConfigSource, { kind: "server" }>;
const credentialOf = (
  { tokenSource, credential: file }: ServerSource,
  { instance }: Flags,
  tls: ReturnType<typeof readTls>,
) => {
  if (tokenSource.what === "token" && "variable" in tokenSource) {
    const token = secretIn(tokenSource.variable);
    if (token === null)
      throw new Error(`expected the server's token in the environment variable ${tokenSource.variable}`);
    return fixedToken(token);
  }
  const expected =
    "variable" in tokenSource
      ? `a join token in the environment variable ${tokenSource.variable}`
      : `a join token in ${tokenSource.file}`;
  return joinCredential({ instance, joinToken: joinTokenOf(tokenSource), expected, file, tls, log });
};
const serverOf = (source: ServerSource, flags: Flags) => {
  try {
    const tls = readTls(source.tls);
    const credential: Credential = credentialOf(source, flags, tls);
    for (const url of source.urls)
      if (url.startsWith("http:") && !/^(127\.|localhost$|\[::1\]$)/.test(new URL(url).hostname))
        log(`${url} is not encrypted: whoever is on the way reads this agent's token`, "warn");
    return { urls: source.urls, credential, tls };
  } catch (error) {
    return withoutServer((error as Error).message, source);
  }
};
/** Local edges carry their traffic also without a credential for the server. */
const withoutServer = (why: string, { edges }: ServerSource): null => {
  if (edges === null) return fail(why);
  log(`${why}: no server is asked for faults until this is mended and the agent started again`, "error");
  return null;
};

/** Route that puts faults on the edges of a mesh. The parsers are loaded at the first order. */
const applyRoutes =
  (mesh: string) =>
  (agent: Agent): ControlRoutes => ({
    "POST /v1/apply": async (body) => (await import("./standalone.ts")).apply(agent, JSON.parse(mesh) as Mesh, body),
  });

const sourceOf = async (
  flags: Flags,
): Promise<Pick<StartConfig, "server" | "edges" | "bootFile"> & Partial<StartConfig>> => {
  const { source, service, intercept } = flags;
  const reader = { service, intercepts: intercept };
  const wrong = (error: Error) => fail(error.message);
  const files = meshFilesFrom(dirname(process.argv[1]!));
  if (source.kind === "mesh") {
    const { mesh, edges } = await files.meshEdgesIn(source.file, reader).catch(wrong);
    return { server: null, bootFile: null, edges, routes: applyRoutes(mesh) };
  }
  const own = source.offer === null ? null : await files.offersIn(source.offer, reader).catch(wrong);
  const { offers = [], calleeOffers = [] } = own ?? {};
  const problem = checkOffers([...offers, ...calleeOffers]);
  if (problem !== null) fail(problem);
  const bootFile = source.credential === null ? null : `${source.credential}.boot`;
  const edges = source.edges === null ? [] : await files.ownEdgesIn(source.edges, reader).catch(wrong);
  return { server: serverOf(source, flags), edges, offers, calleeOffers, bootFile };
};

const flags = "problem" in read ? fail(read.problem) : read;
const inherited = inheritedSockets(process.env);
const every = (ms: number, call: () => void) => {
  const ring = () => {
    call();
    next = wake();
  };
  const wake = () => systemClock.wake(systemClock.nowMs() + ms, ring, "roughly");
  let next = wake();
  return { stop: () => next.cancel() };
};
// The agent of a run is no systemd service, though the run may be a service.
const notifier = flags.parent
  ? SILENT
  : openNotifier(process.env, { what: "agent", every, warn: (message) => log(message, "warn") });
const status = openServiceStatus(flags.source, notifier);
let running: RunningAgent | null = null;
let ending = false;
const end = (why: string, drainMs: number, code = 0): void => {
  if (ending) return;
  ending = true;
  log(`ending: ${why}`);
  notifier.stopping("taking the faults away");
  (running?.close(drainMs) ?? Promise.resolve()).finally(() => process.exit(code));
};

// If the agent ended, an error in one connection would cut all traffic of a service. So the agent goes on without any
// fault: the fault state cannot be trusted any more, and the server is told that the faults lapsed.
const uncaught = (error: unknown): void => {
  log(`internal error, every fault is dropped: ${error instanceof Error ? error.stack : String(error)}`, "error");
  if (running === null) process.exit(CRASHED);
  running.agent.dropAll("an internal error of the agent");
};
// A reader of the agent's output that has gone is no reason to stop serving traffic.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
process.on("uncaughtException", uncaught).on("unhandledRejection", uncaught);
process.on("SIGTERM", () => end("SIGTERM", DRAIN_MS)).on("SIGINT", () => end("SIGINT", DRAIN_MS));
process.on("SIGUSR2", () => running?.agent.dropAll("SIGUSR2"));
if (flags.parent) {
  process.stdin.on("end", () => end("the parent is gone", 0)).on("error", () => end("the parent is gone", 0));
  hearKeeper(process.stdin, (message) => running?.heard(message));
}

// Code that Node loads before this file is in the path of every byte; a mesh's agent is started without such code.
if (/(^|\s)(-r|--require|--import|--loader|--experimental-loader)\b/.test(process.env.NODE_OPTIONS ?? ""))
  log(
    `warning: NODE_OPTIONS loads code into this agent, in the path of traffic: ${process.env.NODE_OPTIONS}; unset it here`,
  );

/** Gates of the redirect; from here on the kernel knows this process's own connections by their group. */
const openGates = async (): Promise<Gates | null> => {
  if (!flags.intercept) return null;
  if (process.platform !== "linux") return fail(`--intercept: needs Linux, and this is ${process.platform}`);
  const { Gates } = await import("./redirect/gates.ts");
  const { joinAgentGroup } = await import("./redirect/agent-group.ts");
  const gates = await Gates.open({ clock: systemClock, log }).catch((error: Error) => fail(error.message));
  const problem = joinAgentGroup();
  if (problem === null) return gates;
  await gates.end();
  return fail(problem);
};

const source = await sourceOf(flags);
const gates = await openGates();
const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
const { instance, service, labels, listen, policy, control, parent, processes, transport, heldMemory } = flags;
running = await startAgent({
  ...source,
  ...{ instance, service, labels, listen, policy, control, transport, inherited, log, version: "0.1.0" },
  endsWithMesh: parent,
  ...(processes.length > 0 && { processes, toKeeper: sendToKeeper }),
  ...(heldMemory !== null && { heldMemory }),
  ...(gates !== null && { gates }),
  ...(process.send === undefined ? {} : { takeOver: (carries) => takeOver(process, carries) }),
  handover: parent
    ? null
    : {
        ...{ argv, env: { ...process.env, ...taken, ...notifier.handedOn } },
        onSuccessor: notifier.close,
        exit: () => process.exit(0),
      },
  onListening: (edges) => {
    process.stdout.write(`${JSON.stringify({ event: "listening", edges, pid: process.pid })}\n`);
    status.listening();
  },
  onServer: status.server,
  onUnable: (error, first) => {
    log(error.message, "error");
    if (first) end("nothing can be served", 0, USED_WRONGLY);
  },
}).catch((error: Error) => fail(error.message));
