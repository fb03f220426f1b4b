/**
 * Rolling upgrade: a successor process inherits the listening sockets, so that no connection is refused in between. The
 * process before then accepts no more connections, lets open connections come to an end, and exits. Faults are never
 * handed on.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { PredecessorTraffic } from "../faults/predecessor-traffic.ts";
import type { Listeners } from "../transport/listen.ts";

/** Variable with the inherited descriptors: JSON, by the listen address of each. */
export const INHERITED = "SQUALL_INHERITED_SOCKETS";
/** First inherited descriptor, after stdin, stdout, stderr and the channel. */
const FIRST_FD = 4;
const READY_WITHIN_MS = 20_000;

/** Messages between the two processes, over the IPC channel. */
type SuccessorMessage = { readonly squall: "serving" };
type PredecessorMessage =
  | { readonly squall: "released" }
  | { readonly squall: "carries"; readonly traffic: PredecessorTraffic };
/** Message of a predecessor, which may be of another version; null: none that is known. */
const predecessorMessage = (message: unknown): PredecessorMessage | null => {
  const { squall, traffic } = Object(message) as { readonly squall?: unknown; readonly traffic?: unknown };
  if (squall === "released") return { squall };
  return squall === "carries" && Object(traffic) === traffic
    ? { squall, traffic: traffic as PredecessorTraffic }
    : null;
};
const isServing = (message: unknown): message is SuccessorMessage =>
  Object(message) === message && (message as SuccessorMessage).squall === "serving";

export interface Successor {
  readonly pid: number;
  /** Tells the successor that the exclusive resource, the control socket, is free now. */
  release(): void;
  /** Reports the traffic that this process still carries. */
  report(traffic: PredecessorTraffic): void;
  kill(): void;
}
export interface UpgradeConfig {
  readonly listeners: Listeners;
  /** Program and arguments of the successor. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly wait: (ms: number) => Promise<void>;
}

/** Starts the successor; resolves once the successor serves every edge. Rejects, and changes nothing, on failure. */
export const startSuccessor = async ({ listeners, argv, env, wait }: UpgradeConfig): Promise<Successor> => {
  const descriptors = listeners.descriptors();
  if (descriptors === null) throw new Error("this version of Node does not tell which sockets to hand on");
  const names = Object.keys(descriptors);
  const inherited = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, FIRST_FD + i])));
  const [program, ...args] = argv;
  const child = spawn(program!, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc", ...names.map((name) => descriptors[name]!)],
    env: { ...env, [INHERITED]: inherited },
  });
  child.on("error", () => {});
  try {
    await Promise.race([serving(child), ended(child), late(wait)]);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  // A successor that is gone hears no more.
  const tell = (message: PredecessorMessage): void => {
    if (child.connected) child.send(message, () => {});
  };
  return {
    pid: child.pid!,
    release: () => tell({ squall: "released" }),
    report: (traffic) => tell({ squall: "carries", traffic }),
    kill: () => {
      child.kill("SIGKILL");
    },
  };
};

const serving = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on("message", (message) => isServing(message) && resolve());
  });
const ended = async (child: ChildProcess): Promise<never> => {
  const [code, signal] = await Promise.race([once(child, "exit"), once(child, "error").then(([e]) => [String(e)])]);
  throw new Error(`the successor ended with ${signal ?? code} before it served its edges`);
};
const late = async (wait: UpgradeConfig["wait"]): Promise<never> => {
  await wait(READY_WITHIN_MS);
  throw new Error(`the successor did not serve its edges within ${READY_WITHIN_MS / 1_000} s`);
};

/** Descriptors that the predecessor handed on, by address; empty: this process has no predecessor. */
export const inheritedSockets = (env: NodeJS.ProcessEnv): Readonly<Record<string, number>> => {
  const text = env[INHERITED];
  // Children of this process do not inherit the descriptors.
  delete env[INHERITED];
  return text === undefined ? {} : (JSON.parse(text) as Record<string, number>);
};
/**
 * Tells the predecessor that every edge is served; resolves once the predecessor has let go, or is gone. `onTraffic` hears
 * of the traffic that the predecessor still carries, and of none once the predecessor has ended.
 */
export const takeOver = (channel: NodeJS.Process, onTraffic: (traffic: PredecessorTraffic) => void): Promise<void> => {
  if (channel.send === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    channel.on("message", (message: unknown) => {
      const told = predecessorMessage(message);
      if (told?.squall === "carries") onTraffic(told.traffic);
      else if (told?.squall === "released") resolve();
    });
    channel.once("disconnect", () => {
      onTraffic({});
      resolve();
    });
    channel.send!({ squall: "serving" } satisfies SuccessorMessage);
  });
};
