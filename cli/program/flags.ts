/** Options that several commands share, and the examples at the end of the help. */
import { type Command, Option } from "commander";
import { usage } from "../exit.ts";
import { FORMS } from "../terminal/form-names.ts";

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const numbered =
  (pattern: RegExp) =>
  (flag: string, least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (pattern.test(text) && number >= least && number <= most) return number;
    throw usage(`${flag} ${text}: expected a whole number from ${least} to ${most}`);
  };
export const whole = numbered(/^\d+$/);
export const signed = numbered(/^-?\d+$/);
const LARGEST_SEED = 2 ** 31 - 1;

export const set = () =>
  new Option("--set <name=value>", "a value for the variable NAME in the files; repeatable").argParser(several);
export const vars = () =>
  new Option("--vars <file>", "values for variables, as NAME=value lines; repeatable").argParser(several);
/**
 * The option's former name, which Node has too: `cli/squall.js` keeps the option from Node, `node cli/squall.js` typed
 * by hand does not.
 */
export const envFile = () => new Option("--env-file <file>", "the same as --vars").argParser(several).hideHelp();
export const mesh = () => new Option("--mesh <file>", "use this mesh instead of the one that the files name");
export const label = () =>
  new Option(
    "-l, --label <selector>",
    "only experiments with these labels: key=value, key!=value, 'key in (a,b)', 'key notin (a,b)', key, '!key'; repeatable",
  ).argParser(several);
export const seed = () =>
  new Option("--seed <n>", "seed of every random choice").argParser(whole("--seed", 0, LARGEST_SEED));
export const asJson = () => new Option("--json", "one JSON document on stdout");
export const allowExec = () => new Option("--allow-exec", "let `process` probes run their commands");
/** Given several times, as a list. */
export const repeatable = (flags: string, description: string) =>
  new Option(flags, `${description}; repeatable`).argParser(several);

const server = () =>
  repeatable("--server <url>", "a server of the control plane; its token in SQUALL_TOKEN").helpGroup("Server:");
const context = () =>
  new Option("--context <name>", "saved connection to a server (`squall context`); `local`: this machine").helpGroup(
    "Server:",
  );
const ca = () =>
  new Option("--ca <file>", "PEM file with the authorities that sign the servers' certificates").helpGroup("Server:");
/** Adds the options that choose a command's server. */
export const onServer = (command: Command): Command => command.addOption(server()).addOption(context()).addOption(ca());

const NAMESPACE = "namespace of the documents (default: `default`)";
export const namespace = () => new Option("-n, --namespace <namespace>", NAMESPACE);
/** Without the letter, which means a number where a command has `-n, --limit`. */
export const longNamespace = () => new Option("--namespace <namespace>", NAMESPACE);
export const allNamespaces = () => new Option("-A, --all-namespaces", "documents of every namespace");

export const form = () => new Option("-o, --output <form>", "output format (default table)").choices(FORMS);
export const reason = (what: string) => new Option("--reason <text>", what);
/** Names of documents to be read from files instead. */
export const files = (what: string) =>
  repeatable("-f, --file <file>", `${what}: files, folders, globs, or - for stdin`);

const NARROWEST = 80;
/** A command over several lines in shell syntax: broken before options, so that no terminal cuts a word. */
const broken = (command: string): string => {
  const [first = "", ...parts] = command.split(/ (?=--?[a-z])/);
  const lines = [`  $ ${first}`];
  for (const part of parts) {
    const longer = `${lines.at(-1)} ${part}`;
    if (longer.length <= NARROWEST - " \\".length) lines[lines.length - 1] = longer;
    else lines.push(`      ${part}`);
  }
  return lines.join(" \\\n");
};
export const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map(broken).join("\n")}`;
export const CODES = `

Exit codes:
  0 HELD  1 BROKEN  2 INVALID or bad usage  3 INCONCLUSIVE  4 HALTED  5 RESIDUE
  69 server unreachable  70 internal error  77 forbidden`;
