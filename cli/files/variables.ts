/** Where `${NAME}` comes from: the environment, then --env-file, then --set; the later one wins. */
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
export const readVariables = async (
  environment: Variables,
  options: { readonly set?: readonly string[]; readonly envFile?: readonly string[] },
): Promise<Variables> => {
  const files = await Promise.all(
    (options.envFile ?? []).map(async (path) => {
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw usage(`--env-file ${path}: cannot be read (${error.code ?? error.message})`);
      });
      return parseEnv(text) as Record<string, string>;
    }),
  );
  return Object.assign({}, environment, ...files, Object.fromEntries((options.set ?? []).map(assignment)));
};
