/** `squall completion`: scripts for shells, and what they ask back. */
import type { Command as Commander } from "commander";
import { candidates, type Names } from "../completion/candidates.ts";
import { FILES_LINE, SCRIPTS } from "../completion/scripts.ts";
import type { Command } from "../context.ts";
import { readContexts } from "../contexts/file.ts";
import { terminal } from "../escape/terminal.ts";
import { usage } from "../exit.ts";
import { namesIn, upIn } from "../session/home.ts";

export const printCompletion: Command<Record<never, never>, [shell: string]> = async ({ output }, _, shell) => {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined) throw usage(`shell ${shell}: expected ${Object.keys(SCRIPTS).join(", ")}`);
  output.out(script);
  return 0;
};

/** A file that cannot be read must not spoil a line that is being typed. */
const namesOf = async (home: string): Promise<Names> => ({
  contexts: await readContexts(home).then(
    ({ saved }) => Object.keys(saved),
    () => [],
  ),
  meshes: (await namesIn(upIn(home), () => {}))
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length)),
});

export const completer =
  (program: Commander): Command<Record<never, never>, [words: readonly string[]]> =>
  async ({ home, output }, _, words) => {
    const { values, files } = candidates(program, words, await namesOf(home));
    for (const { value, description } of values) output.out(`${terminal(value)}\t${terminal(description)}`);
    if (files) output.out(FILES_LINE);
    return 0;
  };
