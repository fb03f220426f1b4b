import type { Command as Commander } from "commander";
import type { Command } from "../context.ts";

/** The action of a command: loads the module, calls the command, keeps the exit code. */
export type Calls = <Options, Arguments extends readonly unknown[]>(
  load: () => Promise<Command<Options, Arguments>>,
) => (...given: unknown[]) => Promise<void>;
/** Adds a command with arguments, options and examples. */
export type Declare = (program: Commander, calls: Calls) => void;
