/**
 * The commands and their options. Each command's module is loaded when it is called: `squall --help` loads none of them,
 * `squall validate` only the model.
 */
import { Command as Commander } from "commander";
import type { Command, Context } from "./context.ts";
import type { Calls } from "./program/declare.ts";
import { explainCommand, planCommand, runCommand, validateCommand } from "./program/experiments.ts";
import { CODES, examples } from "./program/flags.ts";
import { agentCommand, downCommand, serveCommand, upCommand } from "./program/meshes.ts";
import { haltCommand, reportCommand, runsCommand, versionCommand } from "./program/records.ts";

const ABOUT =
  "Chaos engineering for microservices: write down what must stay true, break one edge of the mesh, get a verdict that a pipeline can trust.";
/** In the order of the help. */
const COMMANDS = [
  ...[runCommand, planCommand, validateCommand, explainCommand],
  ...[upCommand, downCommand, agentCommand, serveCommand],
  ...[runsCommand, reportCommand, haltCommand, versionCommand],
];

export const openProgram = (context: Context, exit: (code: number) => void): Commander => {
  const { output, version } = context;
  const program = new Commander("squall")
    .description(ABOUT)
    .version(version, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(--help tells more)")
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    })
    .addHelpText("after", examples("squall run experiments/shop", "squall explain fault.latency") + CODES);
  const calls: Calls =
    (load) =>
    async (...given) => {
      const command = (await load()) as unknown as Command<unknown, readonly unknown[]>;
      // Commander calls with the arguments, the options and itself.
      exit(await command(context, given.at(-2), ...given.slice(0, -2)));
    };
  for (const declare of COMMANDS) declare(program, calls);
  return program;
};
