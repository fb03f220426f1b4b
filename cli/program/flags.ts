/** Options that several commands have, and what their help ends with. */
import { Option } from "commander";
import { usage } from "../exit.ts";

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
export const whole =
  (flag: string, least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw usage(`${flag} ${text}: expected a whole number from ${least} to ${most}`);
  };
const LARGEST_SEED = 2 ** 31 - 1;

export const set = () =>
  new Option("--set <name=value>", "a value for the variable NAME in the files; repeatable").argParser(several);
export const envFile = () =>
  new Option("--env-file <file>", "values for variables, as NAME=value lines; repeatable").argParser(several);
export const mesh = () => new Option("--mesh <file>", "use this mesh instead of the one that the files name");
export const label = () =>
  new Option("-l, --label <key=value>", "only experiments with this label; also key!=value; repeatable").argParser(
    several,
  );
export const seed = () =>
  new Option("--seed <n>", "decide all chance by this number").argParser(whole("--seed", 0, LARGEST_SEED));
export const asJson = () => new Option("--json", "one JSON document on stdout");
export const allowExec = () => new Option("--allow-exec", "let `process` probes run their commands");

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
export const CODES = `

Exit codes:
  0 HELD  1 BROKEN  2 INVALID or bad usage  3 INCONCLUSIVE  4 HALTED  5 RESIDUE
  69 server unreachable  70 internal error  77 forbidden`;
