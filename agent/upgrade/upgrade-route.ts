/**
 * `POST /v1/upgrade` on the control socket: a client that may open the socket already has all of the agent's rights.
 */
import type { Agent } from "../agent.ts";
import type { Clock } from "../clock/clock.ts";
import type { ControlResponse, ControlRoutes } from "../control/control-socket.ts";
import type { AgentLog } from "../log.ts";
import type { Listeners } from "../transport/listen.ts";
import { startSuccessor } from "./successor.ts";

/** Default way to start a successor; the request may name another program. */
export interface Handover {
  readonly argv: readonly string[];
  /** Environment, with the token that this process took out of `process.env`. */
  readonly env: NodeJS.ProcessEnv;
  /** Called once the successor serves: the successor alone then speaks for the agent. */
  readonly onSuccessor: () => void;
  /** Ends this process, once all edges are handed on and drained. */
  readonly exit: () => void;
}
export interface UpgradeDeps {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly listeners: Listeners;
  /** Handover settings; null: this agent may not start a successor, because a run owns the process. */
  readonly handover: Handover | null;
  /** Stops serving and lets open connections end, `drainMs` at most. */
  readonly drain: (drainMs: number) => Promise<void>;
  readonly log: AgentLog;
}
/** Default time to drain; connections still open afterwards are closed. */
const DRAIN_MS = 60_000;
const LONGEST_DRAIN_MS = 3_600_000;
/** Interval of the reports to the successor about the traffic that is still carried. */
const REPORT_MS = 100;

interface UpgradeRequest {
  readonly argv: readonly string[] | null;
  readonly drainMs: number;
  readonly drop: boolean;
}
const refused = (status: number, message: string): ControlResponse => ({ status, body: { message } });

export const upgradeRoute = (deps: UpgradeDeps): ControlRoutes => {
  let under = false;
  return {
    "POST /v1/upgrade": async (body) => {
      const { agent, handover } = deps;
      const request = readUpgradeRequest(body);
      if (typeof request === "string") return refused(422, request);
      if (handover === null) return refused(409, "this agent belongs to a run, which starts and ends it");
      if (under) return refused(409, "an upgrade is under way");
      const held = agent.table.held.length;
      if (held > 0 && !request.drop)
        return refused(409, `${held} faults are live and are never handed on: halt their runs, or send {"drop": true}`);
      under = true;
      try {
        return await upgrade(deps, handover, request);
      } finally {
        under = false;
      }
    },
  };
};

const upgrade = async (
  deps: UpgradeDeps,
  { argv, env, onSuccessor, exit }: Handover,
  request: UpgradeRequest,
): Promise<ControlResponse> => {
  const { agent, clock, listeners, drain, log } = deps;
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.wake(clock.nowMs() + ms, resolve);
    });
  agent.dropAll("an upgrade was asked for");
  let successor: Awaited<ReturnType<typeof startSuccessor>>;
  try {
    successor = await startSuccessor({ listeners, argv: request.argv ?? argv, env, wait });
  } catch (error) {
    log(`no upgrade: ${(error as Error).message}`, "error");
    return refused(500, `nothing has changed: ${(error as Error).message}`);
  }
  onSuccessor();
  log(`process ${successor.pid} has taken over: this one ends when what is open has ended`);
  const report = () => {
    successor.report(agent.edges.openTraffic());
    clock.wake(clock.nowMs() + REPORT_MS, report);
  };
  // Runs after the answer has been written: draining closes the control socket.
  clock.wake(clock.nowMs() + 1, () => {
    drain(request.drainMs)
      .catch((error: Error) => log(`draining failed, this process ends all the same: ${error.message}`))
      .finally(exit);
    report();
    successor.release();
  });
  return { status: 200, body: { boot: agent.boot, successor: successor.pid } };
};

/** Reads the request, or returns the problem as a sentence. */
const readUpgradeRequest = (body: unknown): UpgradeRequest | string => {
  const { argv = null, drainMs = DRAIN_MS, drop = false, ...rest } = Object(body ?? {}) as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `${unknown}: expected argv, drainMs or drop`;
  const isArgv = Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === "string");
  if (argv !== null && !isArgv) return "argv: expected a list of words, the program first";
  if (typeof drainMs !== "number" || !(drainMs >= 0 && drainMs <= LONGEST_DRAIN_MS))
    return `drainMs: expected 0 to ${LONGEST_DRAIN_MS} ms`;
  if (typeof drop !== "boolean") return "drop: expected true or false";
  return { argv: argv as readonly string[] | null, drainMs, drop };
};
