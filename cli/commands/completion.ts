/** `squall completion`: scripts for shells. The scripts' requests back to the program are answered by `complete.ts`. */
import type { Command as Commander } from "commander";
import { linesFor } from "../completion/complete.ts";
import { SCRIPTS } from "../completion/scripts.ts";
import { shapeOf } from "../completion/shape.ts";
import type { Command } from "../context.ts";
import { usage } from "../exit.ts";

export const printCompletion: Command<Record<never, never>, [shell: string]> = async ({ output }, _, shell) => {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined) throw usage(`shell ${shell}: expected ${Object.keys(SCRIPTS).join(", ")}`);
  output.out(script);
  return 0;
};

/** Completer for a build that has written no command shapes, or outdated shapes. */
export const completer =
  (program: Commander): Command<Record<never, never>, [words: readonly string[]]> =>
  async ({ output, environment }, _, words) => {
    for (const line of linesFor(shapeOf(program), words, environment)) output.out(line);
    return 0;
  };
