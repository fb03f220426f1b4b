/** Entry point of the command line: argv in, exit code out. */
import { CommanderError } from "commander";
import { DriverMismatch } from "../server/store/driver-mismatch.ts";
import { systemClock } from "./clock.ts";
import type { Context } from "./context.ts";
import { CommandError, INTERNAL, USAGE, usage } from "./exit.ts";
import { chooseFatal, fatalLine } from "./fatal.ts";
import { homeOf } from "./home.ts";
import { openLauncher } from "./launcher.ts";
import { lastWord, type Output, openOutput, sayTo, tellLost } from "./output.ts";
import { openProgram } from "./program.ts";
import { fullMessage, isFull } from "./session/disk-full.ts";
import { readVersion } from "./version.ts";

export { fatalLine } from "./fatal.ts";
export { takeUncaught } from "./uncaught.ts";

const readStdin = async (): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
};

/** Called only where files are named: a halt needs no folder, and works in a folder that was removed. */
const folderHere = (): string => {
  try {
    return process.cwd();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw usage(
      `the folder that this shell stands in is gone or cannot be read (${code}); go to another one with \`cd\``,
    );
  }
};
/** A run goes on even if the output is lost, but no pipeline may take half a report for the whole. */
const withOutput = async (exitCode: number, output: Output): Promise<number> => {
  const isLost = await tellLost(output);
  return isLost && exitCode === 0 ? INTERNAL : exitCode;
};

/** `help nope` → `nope`: the parser's own `help` shows all commands instead of an unknown-command error. */
const withoutHelpOfNothing = (argv: readonly string[], commands: readonly { name(): string }[]): string[] => {
  const [word, wanted, ...rest] = argv;
  const isNothing = word === "help" && wanted !== undefined && !commands.some((command) => command.name() === wanted);
  return isNothing ? [wanted, ...rest] : [...argv];
};

export const main = async (argv: readonly string[]): Promise<number> => {
  const environment = process.env;
  const output = openOutput(environment);
  let home: string | null = null;
  chooseFatal(argv, environment);
  const context: Context = {
    ...{ environment, output, clock: systemClock, readStdin },
    launcher: openLauncher(environment, systemClock),
    version: readVersion(),
    get cwd() {
      return folderHere();
    },
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
    await program.parseAsync(withoutHelpOfNothing(argv, program.commands), { from: "user" });
    return await withOutput(exitCode, output);
  } catch (error) {
    // Commander has printed the error by then; for help or version the process ends with 0.
    if (error instanceof CommanderError) return withOutput(error.exitCode === 0 ? 0 : USAGE, output);
    if (error instanceof DriverMismatch) {
      output.err(lastWord(`squall: ${error.message}`, output));
      return USAGE;
    }
    if (isFull(error)) {
      output.err(lastWord(`squall: ${fullMessage(error)}`, output));
      return USAGE;
    }
    if (!(error instanceof CommandError)) throw error;
    output.err(fatalLine(error.message) ?? lastWord(`squall: ${error.message}`, output));
    return error.exitCode;
  }
};
