/**
 * Starts the processes of an embedded mesh, and the agent in front of them, under a keeper (SAFETY.md 4).
 *
 * - Every declared address is checked first; a taken address is an error that names the holder, and no process is
 *   started.
 * - Each service, and the agent, runs in a separate process group, writes to `folder/logs/<name>.log`, and carries
 *   SQUALL_RUN (the owning run) and SQUALL_FOLDER in the environment. The token goes to the agent alone, by
 *   environment.
 * - If this process, the keeper or the keeper's watch is killed, the other two end all that is left, stopped processes
 *   too, within about two seconds. A pid is signalled only while pid, start time, boot and mark all match.
 *
 * Linux has the whole of this. On macOS, without /proc: a pid is identified by the number and the start to the second
 * (`ps`); the holder of a taken port is not named; that the listener is our own child's is concluded from the address
 * having been free; and a child that leaves its process group is not found again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { resolve } from "node:path";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { builtPath } from "../package-paths.ts";
import { agentName } from "./agent-argv.ts";
import { TOKEN_VARIABLE } from "./child.ts";
import { keeperLogPath, openLog, quoteLog } from "./logs.ts";
import {
  type FromKeeper,
  type KeeperConfig,
  type Progress,
  readMessages,
  type StruckService,
  type ToKeeper,
  writeMessage,
} from "./messages.ts";
import { withoutNodeOptions } from "./node-options.ts";
import { requiredAddresses, whyTaken } from "./ports.ts";
import type { Mark, ProcessIdentity } from "./process-identity.ts";
import { terminateAll } from "./terminate.ts";

export interface MeshConfig {
  readonly mesh: Mesh;
  /** Folder for logs: a file per service. */
  readonly folder: string;
  /**
   * Marker in the environment of every child: SQUALL_RUN. Together with the folder, the marker names a single start of
   * a mesh.
   */
  readonly marker: string;
  readonly server: { readonly url: string; readonly token: string };
  /** Start the agent only; the services run elsewhere. */
  readonly agentOnly?: boolean;
  /** argv that starts an agent, followed by the agent's options; default: the agent built beside this server. */
  readonly agent?: readonly string[];
  /** Called when a child is starting, ready, or ended. */
  readonly onProgress: (progress: Progress) => void;
  /**
   * The agent's process ended although the mesh was not stopped. The agent's faults ended with the process; `isClear`:
   * and no service is still stopped.
   */
  readonly onAgentExit: (pid: number, isClear: boolean) => void;
  /** A fault of a run struck a service, and the service was back so long afterwards. */
  readonly onServiceStruck?: (struck: StruckService) => void;
  readonly onServiceBack?: (back: StruckService & { readonly awayMs: number }) => void;
  /** A service that had been ready ended although the mesh was not stopped. */
  readonly onServiceExit?: (service: string, how: string) => void;
}
export interface RunningMesh {
  /** Milliseconds from the first spawn to the last ready. */
  readonly tookMs: number;
  /** Pids by service name; the agent under the name `<mesh>-agent`. */
  readonly pids: Readonly<Record<string, number>>;
  readonly agentPid: number;
  readonly keeperPid: number;
  /** Resolves when every process is gone. May be called again at any time. */
  stop(): Promise<void>;
}
/** The mesh could not be started; no process of the mesh is left running. */
export class MeshError extends Error {
  override readonly name = "MeshError";
  /**
   * `ports`: an address is taken, the message names the holder. `mesh`: a service did not get ready; the message has
   * the end of the service's log.
   */
  readonly because: "ports" | "mesh";
  constructor(because: "ports" | "mesh", message: string) {
    super(message);
    this.because = because;
  }
}

/** Longer than CONT, TERM, KILL and the patience after KILL: a keeper that is not done by then is itself stopped. */
const STOP_MS = 4_000;
const KEEPER = "keeper";

const spawnKeeper = (folder: string): ChildProcess => {
  const log = openLog(keeperLogPath(folder));
  const { [TOKEN_VARIABLE]: _, ...env } = withoutNodeOptions(process.env);
  // A session of its own: Ctrl-C on the terminal is for the parent, which still needs the mesh to take faults away.
  const keeper = spawn(process.execPath, [builtPath("server", "keeper", "keeper.js")], {
    detached: true,
    env,
    stdio: ["pipe", "pipe", log],
  });
  closeSync(log);
  keeper.on("error", () => {});
  keeper.stdin?.on("error", () => {});
  return keeper;
};

const keeperConfig = ({ mesh, server, agentOnly, agent }: MeshConfig, mark: Mark): KeeperConfig => ({
  ...{ mesh, mark, server },
  agentOnly: agentOnly ?? false,
  agent: agent ?? [process.execPath, builtPath("agent", "main.js")],
});

/** Start of a mesh, as the parent sees the start. */
class MeshStart {
  private readonly config: MeshConfig;
  private readonly mark: Mark;
  private readonly keeper: ChildProcess;
  private readonly records: ProcessIdentity[] = [];
  private stopping: Promise<void> | null = null;
  private agentSeen = false;
  /** Resolves when the keeper is gone and all of the keeper's messages were read. */
  private readonly gone: Promise<void>;

  constructor(config: MeshConfig) {
    this.config = config;
    this.mark = { run: config.marker, folder: resolve(config.folder) };
    this.keeper = spawnKeeper(this.mark.folder);
    this.gone = new Promise((over) => this.keeper.once("close", () => over()).once("error", () => over()));
  }

  ready(): Promise<RunningMesh> {
    return new Promise((settle, reject) => {
      let settled = false;
      const fail = (error: MeshError) => {
        settled = true;
        this.stop().then(() => reject(error), reject);
      };
      readMessages<FromKeeper>(
        this.keeper.stdout!,
        (message) => {
          if (message.type === "started") this.records.push(message.identity);
          if (message.type === "progress") this.config.onProgress(message.progress);
          if (message.type === "agent-exited") this.agentExited(message.pid, message.isClear);
          if (message.type === "service-struck") this.config.onServiceStruck?.(message);
          if (message.type === "service-back") this.config.onServiceBack?.(message);
          if (message.type === "service-exited") this.config.onServiceExit?.(message.service, message.how);
          if (message.type === "failed") fail(new MeshError(message.because, message.message));
          if (message.type !== "ready") return;
          settled = true;
          settle(this.running(message.tookMs));
        },
        () => {},
      );
      this.gone
        .then(async () => {
          if (this.stopping !== null) return;
          if (settled) await this.bereaved();
          else fail(new MeshError("mesh", `the keeper ended. ${quoteLog(keeperLogPath(this.mark.folder))}`));
        })
        .catch((error: Error) =>
          this.config.onProgress({ name: KEEPER, state: "exited", detail: `the mesh was not ended: ${error.message}` }),
        );
      writeMessage(this.keeper.stdin!, keeperConfig(this.config, this.mark));
    });
  }

  private running(tookMs: number): RunningMesh {
    const pids = Object.fromEntries(this.records.map(({ name, pid }) => [name, pid]));
    const agentPid = pids[agentName(this.config.mesh)]!;
    return { tookMs, pids, agentPid, keeperPid: this.keeper.pid!, stop: () => this.stop() };
  }

  private agentExited(pid: number, isClear: boolean): void {
    if (this.agentSeen) return;
    this.agentSeen = true;
    this.config.onAgentExit(pid, isClear);
  }

  /** Handles a killed keeper: the watch ends the mesh, and so does this process, in case the watch was killed too. */
  private async bereaved(): Promise<void> {
    this.config.onProgress({ name: KEEPER, state: "exited", detail: "the keeper was ended; the mesh goes with it" });
    const left = await terminateAll(this.mark, this.records, { settle: true });
    for (const { name, pid } of this.records) {
      this.config.onProgress({ name, state: "exited", detail: "ended, because the keeper was" });
      if (name === agentName(this.config.mesh)) this.agentExited(pid, left.length === 0);
    }
  }

  private stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    writeMessage<ToKeeper>(this.keeper.stdin!, { type: "stop" });
    this.keeper.stdin!.end();
    this.keeper.kill("SIGCONT");
    const overdue = setTimeout(() => this.keeper.kill("SIGKILL"), STOP_MS);
    await this.gone;
    clearTimeout(overdue);
    const left = await terminateAll(this.mark, this.records);
    if (left.length > 0) throw new MeshError("mesh", `could not end ${left.join(", ")}: end them by hand`);
  }
}

/**
 * Resolves when every service answers and the agent listens; otherwise throws MeshError, with no process left running.
 */
export const startMesh = async (config: MeshConfig): Promise<RunningMesh> => {
  const { mesh } = config;
  if (mesh.services.some(({ name }) => name === agentName(mesh)))
    throw new MeshError("mesh", `no service may be called ${agentName(mesh)}: that is the name of the mesh's agent`);
  const taken = await whyTaken(requiredAddresses(mesh, config.agentOnly ?? false));
  if (taken !== null) throw new MeshError("ports", taken);
  return new MeshStart(config).ready();
};
