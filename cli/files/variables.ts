/** Sources of `${NAME}`: the environment, then --vars, then --set; the later source wins. */
import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { usage } from "../exit.ts";

export type Variables = Readonly<Record<string, string | undefined>>;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const assignment = (text: string): readonly [string, string] => {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at < 1 || !NAME.test(name)) throw usage(`--set ${text}: expected NAME=value, such as --set DELAY=2s`);
  return [name, text.slice(at + 1)];
};
/**
 * Checks files whose lines are `NAME=value`. A line of another form is an error, lest a variable be silently missing
 * later.
 */
const checkLines = (text: string, given: string): void => {
  const lines = text.split(/\r\n|[\r\n]/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const assigned = /^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*(["'`])?/.exec(line);
    if (assigned === null)
      throw usage(
        `${given}:${at + 1}: expected NAME=value, or a comment that begins with #, got ${JSON.stringify(line)}`,
      );
    const quote = assigned[1];
    if (quote === undefined) continue;
    // A quoted value may go on over several lines.
    const from = at;
    let rest = line.slice(line.indexOf(quote, line.indexOf("=")) + 1);
    while (!rest.includes(quote)) {
      if (++at >= lines.length)
        throw usage(`${given}:${from + 1}: the quote ${quote} that begins here is never closed`);
      rest = lines[at]!;
    }
  }
};
/** `--env-file` is the former name of `--vars`. */
export interface VariableOptions {
  readonly set?: readonly string[];
  readonly vars?: readonly string[];
  readonly envFile?: readonly string[];
}
export const readVariables = async (environment: Variables, options: VariableOptions): Promise<Variables> => {
  const files = await Promise.all(
    [
      ...(options.envFile ?? []).map((path) => ({ path, given: `--env-file ${path}` })),
      ...(options.vars ?? []).map((path) => ({ path, given: `--vars ${path}` })),
    ].map(async ({ path, given }) => {
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw usage(`${given}: cannot be read (${error.code ?? error.message})`);
      });
      checkLines(text, given);
      return parseEnv(text) as Record<string, string>;
    }),
  );
  return Object.assign({}, environment, ...files, Object.fromEntries((options.set ?? []).map(assignment)));
};
