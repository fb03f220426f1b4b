import type { Command as Commander } from "commander";
import type { Command } from "../context.ts";

/** The action of a command: loads its module, calls the command, keeps its exit code. */
export type Calls = <Options, Arguments extends readonly unknown[]>(
  load: () => Promise<Command<Options, Arguments>>,
) => (...given: unknown[]) => Promise<void>;
/** Adds a command with its arguments, options and examples. */
export type Declare = (program: Commander, calls: Calls) => void;
