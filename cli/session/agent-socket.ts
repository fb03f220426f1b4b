/**
 * Straight to an agent: by the control socket, which works when the agent's server is dead, hung or was never there;
 * else by SIGUSR2, at which the agent drops every fault.
 */
import { readlink } from "node:fs/promises";
import { request } from "node:http";
import { constants } from "node:os";
import { join } from "node:path";
import { isMarked } from "../../server/keeper/process-identity.ts";
import { argvOf, catches, hasProc, statOf } from "../../server/keeper/processes.ts";
import { isListenedOn } from "../../server/keeper/unix-listeners.ts";
import { agentsIn, namesIn, type Skip } from "../home.ts";
import type { LocalServer } from "./local-servers.ts";
import { type AgentHere, type RunHere, roleOf } from "./squall-processes.ts";

const PATIENCE_MS = 3_000;

/** Target of a path that was too long for a socket (agent/control/socket-path.ts). */
const placeOf = (path: string): Promise<string> => readlink(path).catch(() => path);

export interface ControlSocket {
  readonly path: string;
  /** The server's folder; null: an agent that no mesh started. */
  readonly folder: string | null;
}
/** Sockets on which agents of these folders, and agents that no mesh started, may listen. */
export const controlSockets = async (
  home: string | null,
  places: readonly LocalServer[],
  skip: Skip,
): Promise<readonly ControlSocket[]> => {
  const folder = home === null ? null : agentsIn(home);
  const names = folder === null ? [] : await namesIn(folder, skip);
  const alone = names.filter((name) => name.endsWith(".sock")).map((name) => join(folder!, name));
  const embedded = await Promise.all(
    places.map(async ({ folder }) =>
      (await namesIn(folder, skip)).includes("agent.sock") ? [{ path: join(folder, "agent.sock"), folder }] : [],
    ),
  );
  const all = [...alone.map((path) => ({ path, folder: null })), ...embedded.flat()];
  return Promise.all(all.map(async ({ path, folder }) => ({ path: await placeOf(path), folder })));
};

export type DropResult = "dropped" | "nobody" | "failed";
const NOBODY: ReadonlySet<string | undefined> = new Set(["ECONNREFUSED", "ENOENT", "ENOTSOCK"]);
/** `nobody`: no process listens there. */
export const dropAt = (socketPath: string): Promise<DropResult> =>
  new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": 2 };
    // The time limit covers the whole answer: a byte now and then must not keep the command from ending.
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const call = request(
      { socketPath, method: "POST", path: "/v1/drop", headers, agent: false, signal },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode === 200 ? "dropped" : "failed"));
        response.on("error", () => resolve("failed"));
      },
    );
    call.on("error", ({ code }: NodeJS.ErrnoException) => {
      // A socket left by a killed run of another user may not even be connected to.
      const isStale = code === "EACCES" && hasProc && !isListenedOn(socketPath);
      resolve(NOBODY.has(code) || isStale ? "nobody" : "failed");
    });
    call.end("{}");
  });

/** A pid alone is never signalled: the start, and the mark or the command line, must be the same still (SAFETY.md 4). */
const isStill = ({ pid, start, mark }: AgentHere): boolean => {
  const stat = statOf(pid);
  const isSame = stat?.start === start && stat.state !== "T";
  return isSame && (mark === null ? roleOf(argvOf(pid) ?? []) === "agent" : isMarked(pid, mark));
};
const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};
/** An agent without signal handlers has no faults yet, and the signal would end the process. */
const signalAgent = (agent: AgentHere): boolean =>
  isStill(agent) && catches(agent.pid, constants.signals.SIGUSR2) && signal(agent.pid, "SIGUSR2");

/**
 * At SIGTERM a run without a separate server reverts the faults and starts no more runs. False: the process has ended.
 */
export const endRun = ({ pid, start }: RunHere): boolean =>
  statOf(pid)?.start === start && roleOf(argvOf(pid) ?? []) === "run" && signal(pid, "SIGTERM");

export type AgentAnswer = DropResult | "signalled";
/** An agent that was seen in the process table. */
export const reach = async (agent: AgentHere): Promise<AgentAnswer> => {
  const answers = await Promise.all(agent.sockets.map(dropAt));
  if (answers.includes("dropped")) return "dropped";
  if (statOf(agent.pid)?.start !== agent.start) return "nobody";
  return signalAgent(agent) && !answers.includes("failed") ? "signalled" : "failed";
};
