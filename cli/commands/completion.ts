/** `squall completion`: scripts for shells, and what they ask back. */
import type { Command as Commander } from "commander";
import { candidates, type Names } from "../completion/candidates.ts";
import { fieldsAt } from "../completion/fields.ts";
import { FILES_LINE, SCRIPTS } from "../completion/scripts.ts";
import type { Command } from "../context.ts";
import { readContexts } from "../contexts/file.ts";
import { terminal } from "../escape/terminal.ts";
import { usage } from "../exit.ts";
import { homeIfAny, namesIn, upIn } from "../session/home.ts";

export const printCompletion: Command<Record<never, never>, [shell: string]> = async ({ output }, _, shell) => {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined) throw usage(`shell ${shell}: expected ${Object.keys(SCRIPTS).join(", ")}`);
  output.out(script);
  return 0;
};

const contextsOf = async (home: string): Promise<readonly string[]> =>
  readContexts(home).then(
    ({ saved }) => Object.keys(saved),
    () => [],
  );
/** A file that cannot be read must not spoil a line that is being typed. */
const namesOf = async (home: string | null): Promise<Names> => ({
  contexts: home === null ? [] : await contextsOf(home),
  meshes: (home === null ? [] : await namesIn(upIn(home), () => {}))
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length)),
  fields: fieldsAt,
});

export const completer =
  (program: Commander): Command<Record<never, never>, [words: readonly string[]]> =>
  async (context, _, words) => {
    const { output } = context;
    const { values, files } = candidates(program, words, await namesOf(homeIfAny(context)));
    for (const { value, description } of values) output.out(`${terminal(value)}\t${terminal(description)}`);
    if (files) output.out(FILES_LINE);
    return 0;
  };
