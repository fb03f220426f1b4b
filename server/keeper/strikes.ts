/**
 * Strikes on the processes of services, ordered by the mesh's agent, which holds the lease (SAFETY.md 4). The keeper
 * acts only on its own children, while pid, start time, boot and mark match. A stopped group goes on at the end of the
 * lease whatever the agent does: keeper and watchdog both have that time before the group is stopped. A killed service
 * is always started again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ToKeeper as FromAgent, machineMsOf, type FromKeeper as ToAgent } from "../../agent/contract/processes.ts";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import type { ServiceName } from "../../experiments/model/names.ts";
import type { Child } from "./child.ts";
import type { FromKeeper, StruckService, ToWatchdog } from "./messages.ts";
import { isMarked, isSameProcess, type ProcessIdentity, signalGroup } from "./process-identity.ts";
import { everyProcess } from "./processes.ts";

type StrikeOrder = Extract<FromAgent, { type: "strike" }>;
type Kill = FaultAction<"kill" | "restart">;

export interface StrikesDeps {
  /** Process of a service at this moment; undefined: the keeper runs no such service, or it is being started. */
  readonly childOf: (service: ServiceName) => Child | undefined;
  /** Starts a service again and resolves once the service is ready; rejects only when the mesh ends. */
  readonly startAgain: (service: ServiceName) => Promise<void>;
  readonly toAgent: (message: ToAgent) => void;
  readonly toParent: (message: Extract<FromKeeper, { type: "service-struck" | "service-back" }>) => void;
  /** Resolves once the watchdog's pipe has taken the message. */
  readonly toWatchdog: (message: ToWatchdog) => Promise<void>;
  /** Takes an error of work without an awaiting caller. */
  readonly report: (error: unknown) => void;
}

interface OpenStrike {
  readonly order: StrikeOrder;
  /** The fault has left: a stop is undone, and nothing more is struck. */
  isOver: boolean;
  untilMs: number;
  /** Resolves once the act of a kill is done: the exit was seen. */
  acted: Promise<unknown>;
  /** Ends a wait: for the rest of a grace, or for the delay of a start. */
  hasten: () => void;
  /** Process group that is stopped, or about to be. */
  stopped: ProcessIdentity | null;
  /** Time at which the stop was seen; undefined: not seen. */
  struckMs?: number;
  /** Deadline of the stop. */
  timer: NodeJS.Timeout | null;
}

const LOOK_MS = 5;
/** A stop, or a signal to go on, shows within some ms; a process that is in the kernel may take longer. */
const SEEN_WITHIN_MS = 2_000;
const nowMs = (): number => machineMsOf(process.hrtime.bigint());

/** Members of a process group that are stopped, and all members that live. */
const countStopped = ({ pid: group }: ProcessIdentity): { readonly stopped: number; readonly all: number } => {
  const members = everyProcess().filter((each) => each.group === group);
  return { stopped: members.filter(({ state }) => state === "T").length, all: members.length };
};
/**
 * Kills the members of a group that outlive their leader, and hold its ports. The group is the recorded one while a
 * member carries the mark.
 */
const killRest = ({ pid: group, mark }: ProcessIdentity): void => {
  if (!everyProcess().some((each) => each.group === group && isMarked(each.pid, mark))) return;
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // The rest has ended since the look.
  }
};
/** Polls until `look` is true, or the time is over. */
const within = async (ms: number, look: () => boolean): Promise<boolean> => {
  const lastMs = nowMs() + ms;
  while (!look()) {
    if (nowMs() >= lastMs) return false;
    await sleep(LOOK_MS);
  }
  return true;
};

export class Strikes {
  readonly #deps: StrikesDeps;
  readonly #open = new Map<string, OpenStrike>();
  /** Services that a fault is striking: one at a time. */
  readonly #struck = new Set<ServiceName>();
  /** Services among these whose process is being ended. */
  readonly #killed = new Set<ServiceName>();

  constructor(deps: StrikesDeps) {
    this.#deps = deps;
  }
  /** True while the exit of the service's process belongs to a fault, and not to the service. */
  isKilling(service: ServiceName): boolean {
    return this.#killed.has(service);
  }

  /** Takes an order of the agent. */
  hear(message: FromAgent): void {
    if (message.type === "strike") this.#begin(message);
    else if (message.type === "extend") this.#extend(message.id, message.untilMs);
    else this.#end(message.id).catch(this.#deps.report);
  }
  /**
   * Ends every strike: the agent is gone, and its lease with it. Resolves with true once no process that was stopped is
   * seen to be stopped any more.
   */
  async endAll(): Promise<boolean> {
    const ended = await Promise.all([...this.#open.keys()].map((id) => this.#end(id)));
    return ended.every((isClear) => isClear);
  }

  #begin(order: StrikeOrder): void {
    const strike: OpenStrike = {
      ...{ order, isOver: false, untilMs: order.untilMs, stopped: null, timer: null },
      hasten: () => {},
      acted: Promise.resolve(),
    };
    this.#open.set(order.id, strike);
    const work = order.action.kind === "pause" ? this.#pause(strike) : this.#kill(strike, order.action);
    work.catch((error: Error) => {
      this.#failed(strike, error.message);
    });
  }
  #failed({ order: { id } }: OpenStrike, why: string): void {
    this.#deps.toAgent({ type: "failed", id, why });
  }
  /** Process to strike; null, and told to the agent, without a process or after the lease. */
  #targetOf(strike: OpenStrike): Child | null {
    const { service, untilMs } = strike.order;
    const child = this.#deps.childOf(service);
    const why =
      nowMs() >= untilMs
        ? "the order came after its lease"
        : this.#struck.has(service)
          ? "another fault is striking it"
          : child === undefined || child.ended() !== null
            ? "it is not running"
            : isSameProcess(child.identity)
              ? null
              : `its process ${child.pid} is no longer the one that was started`;
    if (why !== null) this.#failed(strike, why);
    return why === null ? child! : null;
  }

  // -- kill and restart

  async #kill(strike: OpenStrike, action: Kill): Promise<void> {
    const { service, id } = strike.order;
    const child = this.#targetOf(strike);
    if (child === null) return;
    this.#struck.add(service);
    this.#killed.add(service);
    strike.acted = child.end;
    const isGentle = action.kind === "restart" || action.params.signal === "TERM";
    if (!signalGroup(child.identity, isGentle ? "SIGTERM" : "SIGKILL")) {
      this.#free(service);
      strike.acted = Promise.resolve();
      this.#failed(strike, `its process ${child.pid} could not be signalled`);
      return;
    }
    if (isGentle) {
      const graceMs = action.kind === "restart" ? action.params.grace : GRACE_OF_TERM_MS;
      await Promise.race([child.end, this.#wait(strike, graceMs)]);
      if (child.ended() === null) signalGroup(child.identity, "SIGKILL");
    }
    await child.end;
    const exitMs = nowMs();
    killRest(child.identity);
    this.#deps.toAgent({ type: "struck", id, process: null });
    this.#deps.toParent({ type: "service-struck", ...named(strike) });
    if (action.kind === "kill" && action.params.restart > 0 && !strike.isOver)
      await this.#wait(strike, action.params.restart);
    try {
      await this.#deps.startAgain(service);
    } finally {
      this.#free(service);
    }
    const awayMs = nowMs() - exitMs;
    this.#deps.toAgent({ type: "back", id });
    this.#deps.toParent({ type: "service-back", ...named(strike), awayMs });
  }
  #free(service: ServiceName): void {
    this.#struck.delete(service);
    this.#killed.delete(service);
  }
  /** Waits, and no longer than the fault. */
  #wait(strike: OpenStrike, ms: number): Promise<void> {
    if (strike.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, Math.min(ms, strike.untilMs - nowMs())));
      strike.hasten = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  // -- pause

  async #pause(strike: OpenStrike): Promise<void> {
    const { order } = strike;
    const child = this.#targetOf(strike);
    if (child === null) return;
    this.#struck.add(order.service);
    const { identity } = child;
    strike.stopped = identity;
    // The undo is on record with the watchdog before the act.
    await this.#deps.toWatchdog({ type: "stopped", identity, untilMs: strike.untilMs });
    if (strike.isOver || nowMs() >= strike.untilMs) return;
    this.#arm(strike);
    if (!signalGroup(identity, "SIGSTOP")) {
      this.#failed(strike, `its process ${identity.pid} could not be stopped`);
      return;
    }
    const isStopped = () => {
      const { stopped, all } = countStopped(identity);
      return strike.isOver || (all > 0 && stopped === all);
    };
    const isSeen = await within(SEEN_WITHIN_MS, isStopped);
    if (strike.isOver) return;
    if (!isSeen) {
      this.#failed(strike, `its process ${identity.pid} did not stop`);
      return;
    }
    strike.struckMs = nowMs();
    const { pid } = identity;
    this.#deps.toAgent({ type: "struck", id: order.id, process: { pid, start: identity.start } });
    this.#deps.toParent({ type: "service-struck", ...named(strike) });
  }
  #extend(id: string, untilMs: number): void {
    const strike = this.#open.get(id);
    if (strike === undefined || strike.isOver) return;
    strike.untilMs = untilMs;
    if (strike.stopped === null) return;
    this.#arm(strike);
    this.#deps.toWatchdog({ type: "stopped", identity: strike.stopped, untilMs }).catch(this.#deps.report);
  }
  #arm(strike: OpenStrike): void {
    if (strike.timer !== null) clearTimeout(strike.timer);
    const restMs = Math.max(0, strike.untilMs - nowMs());
    strike.timer = setTimeout(() => this.#end(strike.order.id).catch(this.#deps.report), restMs);
  }

  // -- the end

  /** Ends a strike; resolves with true once no stopped process is left. May be called again. */
  async #end(id: string): Promise<boolean> {
    const strike = this.#open.get(id);
    if (strike === undefined) {
      this.#deps.toAgent({ type: "ended", id });
      return true;
    }
    strike.isOver = true;
    strike.hasten();
    await strike.acted;
    const isClear = strike.stopped === null || (await this.#goOn(strike, strike.stopped));
    if (!isClear) return false;
    this.#open.delete(id);
    this.#deps.toAgent({ type: "ended", id });
    return true;
  }
  /** Sends CONT until the group is seen to go on a moment later: another hand may stop the group again. */
  async #seesGoOn(identity: ProcessIdentity): Promise<boolean> {
    const lastMs = nowMs() + SEEN_WITHIN_MS;
    for (;;) {
      if (!isSameProcess(identity)) return true;
      signalGroup(identity, "SIGCONT");
      await sleep(LOOK_MS);
      if (countStopped(identity).stopped === 0) return true;
      if (nowMs() >= lastMs) return false;
    }
  }
  /** Lets a stopped group go on, and checks the effect. A group that is gone counts as not stopped. */
  async #goOn(strike: OpenStrike, identity: ProcessIdentity): Promise<boolean> {
    if (strike.timer !== null) clearTimeout(strike.timer);
    strike.timer = null;
    if (!(await this.#seesGoOn(identity))) return false;
    if (strike.stopped === null) return true;
    strike.stopped = null;
    this.#free(strike.order.service);
    await this.#deps.toWatchdog({ type: "continued", pid: identity.pid });
    if (strike.struckMs !== undefined)
      this.#deps.toParent({ type: "service-back", ...named(strike), awayMs: nowMs() - strike.struckMs });
    return true;
  }
}

/** Grace of a kill with SIGTERM: a service that does not end is ended with SIGKILL. */
const GRACE_OF_TERM_MS = 10_000;
const named = ({ order: { run, fault, service } }: OpenStrike): StruckService => ({ run, fault, service });
