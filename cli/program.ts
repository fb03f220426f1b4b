/**
 * The commands and their options. A command's module is loaded when the command is called: `squall --help` loads no
 * module, `squall validate` only the model.
 */
import { Command as Commander } from "commander";
import type { Command, Context } from "./context.ts";
import { fatalLine } from "./fatal.ts";
import { agentCommand } from "./program/agent.ts";
import type { Calls, Declare } from "./program/declare.ts";
import { applyCommand, deleteCommand, diffCommand, getCommand } from "./program/documents.ts";
import { explainCommand, newCommand, planCommand, runCommand, validateCommand } from "./program/experiments.ts";
import { CODES, examples } from "./program/flags.ts";
import { downCommand, initCommand, upCommand } from "./program/meshes.ts";
import { haltCommand, reportCommand, runsCommand, waitCommand, watchCommand } from "./program/records.ts";
import { scheduleCommand } from "./program/schedules.ts";
import { serveCommand } from "./program/serve.ts";
import {
  adoptCommand,
  agentsCommand,
  backupCommand,
  dashboardCommand,
  restoreCommand,
  tokenCommand,
  verifyCommand,
} from "./program/servers.ts";
import { completionCommand, contextCommand, versionCommand } from "./program/shell.ts";

const ABOUT =
  "Chaos engineering for microservices: write down what must stay true, break one edge of the mesh, get a verdict that a pipeline can trust.";
/** In the order of the help. */
const GROUPS: Readonly<Record<string, readonly Declare[]>> = {
  "Experiments:": [newCommand, runCommand, planCommand, validateCommand, explainCommand],
  "Runs:": [runsCommand, reportCommand, watchCommand, waitCommand, haltCommand],
  "Meshes:": [initCommand, upCommand, downCommand, agentCommand],
  "Documents of a server:": [applyCommand, getCommand, diffCommand, deleteCommand, scheduleCommand],
  "Servers:": [
    serveCommand,
    dashboardCommand,
    agentsCommand,
    tokenCommand,
    backupCommand,
    restoreCommand,
    adoptCommand,
    verifyCommand,
  ],
  "This command line:": [contextCommand, completionCommand, versionCommand],
};

/** A usage error points to the help of that command, which has the arguments and examples. */
const nameOwnHelp = (command: Commander, path: string): void => {
  command.showHelpAfterError(`(\`${path} --help\` has more)`);
  for (const below of command.commands) nameOwnHelp(below, `${path} ${below.name()}`);
};

export const openProgram = (context: Context, exit: (code: number) => void): Commander => {
  const { output, version } = context;
  const program = new Commander("squall")
    .description(ABOUT)
    .version(version, "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(fatalLine(text.trimEnd()) ?? text.trimEnd()),
    })
    .addHelpText("after", examples("squall run experiments/shop", "squall explain fault.latency") + CODES);
  const calls: Calls =
    (load) =>
    async (...given) => {
      const command = (await load()) as unknown as Command<unknown, readonly unknown[]>;
      // Commander calls with the arguments, the options and the command.
      exit(await command(context, given.at(-2), ...given.slice(0, -2)));
    };
  for (const [heading, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(heading);
    for (const declare of commands) declare(program, calls);
  }
  program.helpCommand("help [command]", "show help for a command");
  nameOwnHelp(program, "squall");
  return program;
};
