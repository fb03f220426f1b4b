/**
 * Candidates for completing a partial command line. Reads the shape of the declarations, so that no option is listed
 * twice.
 */
import type { ArgumentShape, CommandShape, OptionShape } from "./shape.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}
export interface Candidates {
  readonly values: readonly Candidate[];
  /** Files and folders, which the shell knows better. */
  readonly files: boolean;
}
/** Names that only the machine knows. */
export interface Names {
  readonly contexts: readonly string[];
  /** Meshes that are up. */
  readonly meshes: readonly string[];
  /** Ids of runs that were started here, newest first. */
  readonly runs: readonly string[];
  /** Fields of files that begin with a word. Reads a schema, so called only when needed. */
  fields(word: string): readonly Candidate[];
}
const NOTHING: Candidates = { values: [], files: false };
const FILES: Candidates = { values: [], files: true };
const plain = (values: readonly string[]): Candidates => ({
  values: values.map((value) => ({ value, description: "" })),
  files: false,
});

const LOCAL = ["local"];
/** Candidates by command and argument. */
const ARGUMENTS: Readonly<Record<string, (names: Names) => readonly string[]>> = {
  "get kind": () => ["mesh", "experiment", "schedule", "policy"],
  "delete kind": () => ["mesh", "experiment", "schedule", "policy"],
  "new template": () => ["slow", "failing", "cut", "flaky"],
  "completion shell": () => ["bash", "zsh", "fish"],
  "context use name": ({ contexts }) => [...contexts, ...LOCAL],
  "context set name": ({ contexts }) => contexts,
  "context remove names": ({ contexts }) => contexts,
  "down meshes": ({ meshes }) => meshes,
  "dashboard mesh": ({ meshes }) => meshes,
  "report run": ({ runs }) => ["last", ...runs],
  "watch run": ({ runs }) => ["last", ...runs],
  "wait runs": ({ runs }) => runs,
  "halt run": ({ runs }) => runs,
};
const FILE_ARGUMENTS = new Set(["file", "files", "mesh", "backup", "targets"]);
const FILE_VALUE = /<(file|folder)>/;

const optionNamed = ({ options }: CommandShape, word: string): OptionShape | undefined =>
  options.find(({ long, short }) => word === long || word === short);
const valuesOf = (option: OptionShape, names: Names): Candidates => {
  if (option.choices !== null) return plain(option.choices);
  if (option.long === "--context") return plain([...names.contexts, ...LOCAL]);
  return FILE_VALUE.test(option.flags) ? FILES : NOTHING;
};
const argumentValues = ({ path }: Place, argument: ArgumentShape, word: string, names: Names): Candidates => {
  if (path[0] === "explain") return { values: names.fields(word), files: true };
  const known = ARGUMENTS[`${path.join(" ")} ${argument.name}`];
  if (known !== undefined) return plain(known(names));
  return FILE_ARGUMENTS.has(argument.name) ? FILES : NOTHING;
};

/** State after the words before the last. */
interface Place {
  readonly command: CommandShape;
  /** Names of the commands below `squall`. */
  readonly path: readonly string[];
  readonly positionals: number;
  /** The option that takes the next word as a value. */
  readonly awaits: OptionShape | null;
  /** After `--` no word is an option. */
  readonly closed: boolean;
}
const go = (place: Place, word: string): Place => {
  const { command, positionals, awaits, closed } = place;
  if (awaits !== null) return { ...place, awaits: null };
  if (!closed && word === "--") return { ...place, closed: true };
  if (!closed && word.startsWith("-")) {
    const option = optionNamed(command, word);
    return { ...place, awaits: option?.takesValue ? option : null };
  }
  const child = positionals === 0 ? command.commands.find(({ name }) => name === word) : undefined;
  if (child === undefined) return { ...place, positionals: positionals + 1 };
  return { ...place, command: child, path: [...place.path, word] };
};
const argumentAt = ({ command, positionals }: Place): ArgumentShape | undefined => {
  const last = command.arguments.at(-1);
  return command.arguments[positionals] ?? (last?.variadic ? last : undefined);
};

const subcommands = ({ commands }: CommandShape): Candidate[] =>
  commands.flatMap(({ name, description, hidden }) => (hidden ? [] : [{ value: name, description }]));
const options = ({ options }: CommandShape): Candidate[] =>
  options.flatMap(({ long, short, description, hidden }) => {
    const value = long ?? short;
    return hidden || value === null ? [] : [{ value, description }];
  });

/** `--verdict=H`: candidates are whole words, as shells replace words. */
const afterEquals = (
  command: CommandShape,
  { name, value }: { readonly name: string; readonly value: string },
  names: Names,
): Candidates => {
  const option = optionNamed(command, name);
  if (!option?.takesValue) return NOTHING;
  const { values, files } = valuesOf(option, names);
  const fitting = values.filter((one) => one.value.startsWith(value));
  return { values: fitting.map((one) => ({ ...one, value: `${name}=${one.value}` })), files };
};
const openEnded = (place: Place, word: string, names: Names): Candidates => {
  const { command, positionals, awaits, closed } = place;
  if (awaits !== null) return valuesOf(awaits, names);
  const [, name, value] = closed ? [] : (/^(--[^=]+)=(.*)$/s.exec(word) ?? []);
  if (name !== undefined) return afterEquals(command, { name, value: value! }, names);
  if (!closed && word.startsWith("-")) return { values: options(command), files: false };
  if (command.commands.length > 0 && positionals === 0) return { values: subcommands(command), files: false };
  const argument = argumentAt(place);
  return argument === undefined ? NOTHING : argumentValues(place, argument, word, names);
};

/** `words`: the words behind `squall`, the last of which is to be completed (empty: any candidate fits). */
export const candidates = (program: CommandShape, words: readonly string[], names: Names): Candidates => {
  const word = words.at(-1) ?? "";
  const start: Place = { command: program, path: [], positionals: 0, awaits: null, closed: false };
  const { values, files } = openEnded(words.slice(0, -1).reduce(go, start), word, names);
  return { values: values.filter(({ value }) => value.startsWith(word)), files };
};
