/**
 * Keeper: a process for each embedded mesh. The keeper owns the services and the agent, and lives exactly as long as
 * the pipe to the parent. When that pipe ends, for whatever reason, the keeper ends every process (CONT, TERM, KILL
 * after a second), and then exits. The keeper's *watch* does the same if the keeper is killed, and so does the parent.
 *
 *   parent ──stdin──▶ keeper ──stdin──▶ agent    (an agent whose pipe closes drops its faults at once)
 *                        ├────stdin──▶ watch     (informed of every process that was started)
 *                        └───────────▶ services
 */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ToKeeper as FromAgent, FromKeeper as ToAgent } from "../../agent/contract/processes.ts";
import type { Service } from "../../experiments/model/mesh/mesh.ts";
import { builtPath } from "../package-paths.ts";
import { agentCommand, type Child, type ChildCommand, commandsOf, startChild } from "./child.ts";
import { quoteLog } from "./logs.ts";
import {
  type FromKeeper,
  type KeeperConfig,
  type Progress,
  readMessages,
  type ToKeeper,
  type ToWatchdog,
  writeMessage,
} from "./messages.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { agentReady, NotReady, serviceReady } from "./readiness.ts";
import { Strikes } from "./strikes.ts";
import { terminateAll } from "./terminate.ts";

const AGENT_START_MS = 10_000;
const WATCH_AGAIN_MS = 100;
/** Waits between starts of a service that does not get ready. */
const FIRST_AGAIN_MS = 100;
const MOST_AGAIN_MS = 5_000;

/** `exit code 1` → `exited with code 1`, `ended by SIGKILL` → `was ended by SIGKILL`. */
const exitWords = (how: string): string => (how.startsWith("exit ") ? `exited with ${how.slice(5)}` : `was ${how}`);

const say = (message: FromKeeper) => writeMessage(process.stdout, message);
const progress = (name: string, state: Progress["state"], detail: string) =>
  say({ type: "progress", progress: { name, state, detail } });

/** Ends a keeper that no longer knows its processes: the watch then ends every process instead. */
const crash = (error: unknown): never => {
  process.stderr.write(`the keeper failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(70);
};

class Keeper {
  private readonly config: KeeperConfig;
  private readonly records: ProcessIdentity[] = [];
  private ending: Promise<void> | null = null;
  private watch: ChildProcess;
  /** Process of each service at this moment. */
  private readonly services = new Map<string, Child>();
  /** Groups that are stopped, with the time until which they may be: told again to a new watch. */
  private readonly stopped = new Map<number, Extract<ToWatchdog, { type: "stopped" }>>();
  private toAgent: (message: ToAgent) => void = () => {};
  private readonly strikes: Strikes;

  constructor(config: KeeperConfig) {
    this.config = config;
    this.strikes = new Strikes({
      childOf: (service) => this.services.get(service),
      startAgain: (service) => this.startAgain(service),
      toAgent: (message) => this.toAgent(message),
      toParent: say,
      toWatchdog: (message) => this.tellStop(message),
      report: crash,
    });
    this.watch = this.startWatch();
  }

  /** Starts all processes in parallel; the first process that does not get ready ends all. */
  async start(): Promise<void> {
    const beganMs = performance.now();
    try {
      await Promise.all([...commandsOf(this.config).map((each) => this.service(each)), this.agent()]);
      if (this.ending === null) say({ type: "ready", tookMs: Math.round(performance.now() - beganMs) });
    } catch (error) {
      if (this.ending !== null) return;
      await this.end(
        error instanceof NotReady
          ? { type: "failed", because: error.because, message: error.message }
          : { type: "failed", because: "mesh", message: `the keeper failed: ${String(error)}` },
      );
    }
  }

  /** Ends every process, then the keeper. `last`: message for the parent once all processes are gone. */
  end(last?: FromKeeper): Promise<void> {
    this.ending ??= terminateAll(this.config.mark, this.records).then(() => {
      if (last !== undefined) say(last);
      this.tellWatch({ type: "goodbye" });
      this.watch.stdin?.end();
      // Lets the last messages leave; the parent may have stopped reading, so wait 1 s at most.
      setTimeout(() => process.exit(0), 1_000).unref();
      process.stdout.end(() => process.exit(0));
    });
    return this.ending;
  }

  private async service(command: ChildCommand): Promise<void> {
    const child = await this.child(command);
    await this.serviceReady(child);
    progress(command.name, "ready", this.serviceOf(command.name).endpoints[0]?.address ?? "");
    this.watchExit(child);
  }
  private serviceOf(name: string): Service {
    return this.config.mesh.services.find((service) => service.name === name)!;
  }
  private async serviceReady(child: Child): Promise<void> {
    const service = this.serviceOf(child.name);
    const address = service.endpoints[0]?.address;
    if (address !== undefined) await serviceReady(child, { ...service, address }, this.config.mark);
    this.services.set(child.name, child);
  }
  /** Reports the end of a ready service, unless a fault is ending it. */
  private watchExit(child: Child): void {
    child.end
      .then((how) => {
        if (this.ending !== null || this.strikes.isKilling(child.name)) return;
        say({ type: "service-exited", service: child.name, how: exitWords(how) });
        this.lost(child, how);
      })
      .catch(crash);
  }
  /**
   * Starts a killed service again, as a supervisor would: again and again, ever more seldom, until the service is ready.
   * Rejects when the mesh ends.
   */
  private async startAgain(name: string): Promise<void> {
    const command = commandsOf(this.config).find((each) => each.name === name)!;
    for (let waitMs = FIRST_AGAIN_MS; ; waitMs = Math.min(2 * waitMs, MOST_AGAIN_MS)) {
      if (this.ending !== null) throw new Error("the mesh ends");
      try {
        const child = await this.child(command, true);
        await this.readyAtLast(child);
        this.watchExit(child);
        return;
      } catch (error) {
        if (!(error instanceof NotReady)) throw error;
        progress(name, "exited", error.message);
        await sleep(waitMs);
      }
    }
  }
  /** Waits for a process that takes longer than its `start` allows, too: the fault's own bound judges that. */
  private async readyAtLast(child: Child): Promise<void> {
    for (;;) {
      try {
        await this.serviceReady(child);
        return;
      } catch (error) {
        if (this.ending !== null || child.ended() !== null || !(error instanceof NotReady)) throw error;
      }
    }
  }

  private async agent(): Promise<void> {
    const child = await this.child(agentCommand(this.config));
    const { reports, orders } = child.pipes!;
    this.toAgent = (message) => writeMessage(reports, message);
    readMessages<FromAgent>(
      orders,
      (message) => this.strikes.hear(message),
      () => {},
    );
    await agentReady(child, AGENT_START_MS);
    progress(child.name, "ready", "");
    child.end
      .then(async (how) => {
        // The lease went with the agent: a stopped service goes on at once.
        const isClear = await this.strikes.endAll();
        if (this.ending === null) say({ type: "agent-exited", pid: child.pid, isClear });
        this.lost(child, how);
      })
      .catch(crash);
  }

  private async child(command: ChildCommand, isAgain = false): Promise<Child> {
    progress(command.name, "starting", command.argv.join(" "));
    const child = await startChild(command, this.config, { isAgain });
    this.records.push(child.identity);
    this.tellWatch({ type: "started", identity: child.identity });
    say({ type: "started", identity: child.identity });
    return child;
  }

  private lost(child: Child, how: string): void {
    if (this.ending === null) progress(child.name, "exited", `${how}. ${quoteLog(child.log)}`);
  }

  /** Resolves once the pipe has taken the message: a keeper that is frozen from here on has told. */
  private tellStop(message: ToWatchdog): Promise<void> {
    if (message.type === "stopped") this.stopped.set(message.identity.pid, message);
    if (message.type === "continued") this.stopped.delete(message.pid);
    const { stdin } = this.watch;
    return new Promise((resolve) => {
      if (stdin?.writable !== true) resolve();
      else stdin.write(`${JSON.stringify(message)}\n`, () => resolve());
    });
  }
  private tellWatch(message: ToWatchdog): void {
    if (this.watch.stdin) writeMessage(this.watch.stdin, message);
  }

  /** Starts a watch. A watch that dies is replaced, and the new watch gets all records again. */
  private startWatch(): ChildProcess {
    this.watch = spawn(process.execPath, [builtPath("server", "keeper", "watchdog.js")], {
      detached: true,
      stdio: ["pipe", "ignore", "inherit"],
    });
    this.watch.on("error", () => {});
    this.watch.stdin?.on("error", () => {});
    this.watch.once("exit", () => {
      setTimeout(() => {
        if (this.ending === null) this.startWatch();
      }, WATCH_AGAIN_MS);
    });
    this.tellWatch({ type: "mesh", mark: this.config.mark });
    for (const identity of this.records) this.tellWatch({ type: "started", identity });
    for (const message of this.stopped.values()) this.tellWatch(message);
    return this.watch;
  }
}

const main = (): void => {
  let keeper: Keeper | null = null;
  const end = () => {
    if (keeper === null) process.exit(0);
    keeper.end().catch(crash);
  };
  readMessages<KeeperConfig | ToKeeper>(
    process.stdin,
    (message) => {
      if ("type" in message) return end();
      keeper = new Keeper(message);
      keeper.start().catch(crash);
    },
    end,
  );
  // The parent may be gone before the last message; the keeper's end-of-file tells the same.
  process.stdout.on("error", () => {});
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, end);
};

main();
