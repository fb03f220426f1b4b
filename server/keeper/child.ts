/** Child processes of the keeper: each in a separate process group, with a separate log. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { agentName, agentOptions } from "./agent-argv.ts";
import { continueLog, logPath, openLog } from "./logs.ts";
import type { KeeperConfig } from "./messages.ts";
import { restoreNodeOptions, withoutNodeOptions } from "./node-options.ts";
import { identify, type ProcessIdentity, variablesOf } from "./process-identity.ts";
import { hasProc } from "./processes.ts";
import { NotReady, type StartingChild } from "./readiness.ts";

/** Variable in the environment of the agent alone, never in an argv. */
export const TOKEN_VARIABLE = "SQUALL_TOKEN";

/** Pipes of an agent, beside its logs: reports to the agent by stdin, orders of the agent by descriptor 3. */
export interface AgentPipes {
  readonly reports: Writable;
  readonly orders: Readable;
}
export interface Child extends StartingChild {
  /** null: a service. */
  readonly pipes: AgentPipes | null;
  readonly identity: ProcessIdentity;
  /** Resolves once, with a description of how the child ended. */
  readonly end: Promise<string>;
}
export interface ChildCommand {
  readonly name: string;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** The agent: a process of Squall's own, with a pipe as stdin that is open for as long as the keeper lives. */
  readonly leashed: boolean;
}
/** Services whose processes the keeper can strike: those that it starts, on a system that shows their states. */
export const strikableIn = ({ mesh, agentOnly }: Pick<KeeperConfig, "mesh" | "agentOnly">): readonly string[] =>
  agentOnly || !hasProc ? [] : mesh.services.flatMap(({ name, command }) => (command === null ? [] : [name]));

export const commandsOf = ({ mesh, agentOnly }: KeeperConfig): readonly ChildCommand[] =>
  mesh.services.flatMap(({ name, command, env }) =>
    command === null || agentOnly
      ? []
      : [{ name, argv: command, directory: mesh.directory ?? process.cwd(), env, leashed: false }],
  );

export const agentCommand = (config: KeeperConfig): ChildCommand => {
  const { mesh, agent, server, mark } = config;
  const { folder } = mark;
  const processes = strikableIn(config);
  return {
    name: agentName(mesh),
    argv: [...agent, ...agentOptions({ mesh, processes, server: server.url, tokenVariable: TOKEN_VARIABLE, folder })],
    directory: folder,
    env: { [TOKEN_VARIABLE]: server.token },
    leashed: true,
  };
};

const environment = (command: ChildCommand, { mark }: KeeperConfig): NodeJS.ProcessEnv => {
  const { [TOKEN_VARIABLE]: _, ...inherited } = (command.leashed ? withoutNodeOptions : restoreNodeOptions)(
    process.env,
  );
  return { ...inherited, ...command.env, ...variablesOf(mark) };
};

/**
 * True if the command does not exist. A PATH folder that may not be read makes execvp(3) report EACCES for a command
 * that is nowhere.
 */
const isMissing = (command: string, { code }: NodeJS.ErrnoException): boolean => {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isBare = !command.includes("/");
  return code === "ENOENT" || (code === "EACCES" && isBare && !folders.some((one) => existsSync(join(one, command))));
};
const startError = ({ name, argv, directory }: ChildCommand, error: NodeJS.ErrnoException): NotReady =>
  new NotReady(
    "mesh",
    existsSync(directory)
      ? `${name} could not be started: ${argv[0]}: ${isMissing(argv[0]!, error) ? "no such command" : error.message}.`
      : `${name} could not be started: the mesh's directory ${directory} does not exist.`,
  );

const describeEnd = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit code ${code}` : `ended by ${signal}`;

/**
 * Starts a command. The child's identity is known before any other event; throws NotReady when the command cannot be
 * executed. Later events are reported by `end`. `isAgain`: the log of the process before is kept.
 */
export const startChild = async (
  command: ChildCommand,
  config: KeeperConfig,
  { isAgain = false } = {},
): Promise<Child> => {
  const { name, argv, directory, leashed } = command;
  const log = logPath(config.mark.folder, name);
  const output = isAgain ? continueLog(log) : openLog(log);
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd: directory,
    env: environment(command, config),
    detached: true,
    stdio: leashed ? ["pipe", output, output, "pipe"] : ["ignore", output, output],
  });
  closeSync(output);
  for (const pipe of child.stdio) pipe?.on("error", () => {});
  if (child.pid === undefined) {
    const [error] = await once(child, "error");
    throw startError(command, error);
  }
  let ended: string | null = null;
  const end = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = describeEnd(code, signal);
      resolve(ended);
    });
  });
  const identity = identify(name, child.pid, config.mark);
  const pipes = leashed ? { reports: child.stdio[0] as Writable, orders: child.stdio[3] as Readable } : null;
  return { name, pid: identity.pid, identity, log, pipes, ended: () => ended, end };
};
