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
import { terminateAll } from "./terminate.ts";

const AGENT_START_MS = 10_000;
const WATCH_AGAIN_MS = 100;

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

  constructor(config: KeeperConfig) {
    this.config = config;
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
    const service = this.config.mesh.services.find(({ name }) => name === command.name)!;
    const address = service.endpoints[0]?.address;
    if (address !== undefined) await serviceReady(child, { ...service, address }, this.config.mark);
    progress(command.name, "ready", address ?? "");
    child.end
      .then((how) => {
        if (this.ending === null) say({ type: "service-exited", service: command.name, how: exitWords(how) });
        this.lost(child, how);
      })
      .catch(crash);
  }

  private async agent(): Promise<void> {
    const child = await this.child(agentCommand(this.config));
    await agentReady(child, AGENT_START_MS);
    progress(child.name, "ready", "");
    child.end
      .then((how) => {
        if (this.ending === null) say({ type: "agent-exited", pid: child.pid });
        this.lost(child, how);
      })
      .catch(crash);
  }

  private async child(command: ChildCommand): Promise<Child> {
    progress(command.name, "starting", command.argv.join(" "));
    const child = await startChild(command, this.config);
    this.records.push(child.identity);
    this.tellWatch({ type: "started", identity: child.identity });
    say({ type: "started", identity: child.identity });
    return child;
  }

  private lost(child: Child, how: string): void {
    if (this.ending === null) progress(child.name, "exited", `${how}. ${quoteLog(child.log)}`);
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
