/** The front door: argv in, exit code out. */
import { CommanderError } from "commander";
import { OtherNode } from "../server/store/other-node.ts";
import { systemClock } from "./clock.ts";
import type { Context } from "./context.ts";
import { CommandError, USAGE } from "./exit.ts";
import { chooseFatal, fatalLine } from "./fatal.ts";
import { lastWord, openOutput, sayTo } from "./output.ts";
import { openProgram } from "./program.ts";
import { homeOf } from "./session/home.ts";
import { openLauncher } from "./session/launcher.ts";
import { readVersion } from "./version.ts";

export { fatalLine } from "./fatal.ts";
export { takeUncaught } from "./uncaught.ts";

const readStdin = async (): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
};

export const main = async (argv: readonly string[]): Promise<number> => {
  const environment = process.env;
  const output = openOutput(environment);
  let home: string | null = null;
  chooseFatal(argv, environment);
  const context: Context = {
    ...{ cwd: process.cwd(), environment, output, clock: systemClock, readStdin },
    launcher: openLauncher(environment, systemClock),
    version: readVersion(),
    get home() {
      home ??= homeOf(environment, sayTo(output));
      return home;
    },
  };
  let exitCode = 0;
  const program = openProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong by then; asked for help or version, it ends with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (error instanceof OtherNode) {
      output.err(lastWord(`squall: ${error.message}`, output));
      return USAGE;
    }
    if (!(error instanceof CommandError)) throw error;
    output.err(fatalLine(error.message) ?? lastWord(`squall: ${error.message}`, output));
    return error.exitCode;
  }
};
