/**
 * Reads the configuration from all sources: flags over environment over file over defaults. Reports every problem at
 * once.
 */
import { dirname, resolve } from "node:path";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { byPlace, formatIssue, formatPath, type Issue } from "../../experiments/model/document/issue.ts";
import { nearest } from "../../experiments/model/document/suggestion.ts";
import { type Environment, substituteDocument } from "../../experiments/model/document/variables.ts";
import { checkSchema } from "../../experiments/model/form/issues.ts";
import { checkConsistency } from "./consistency.ts";
import { type ConfigValues, configForm } from "./form.ts";
import { firstWith, type Tree, valueAt, withValue } from "./merge.ts";
import { SETTINGS, type Setting } from "./settings.ts";

/** Flags by name, without the dashes. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
export interface ConfigSources {
  readonly flags: Flags;
  readonly environment: Environment;
  /** `--config`: displayed name, full path and text of the file. */
  readonly file: { readonly name: string; readonly path: string; readonly text: string } | null;
  /** Base folder of relative paths in flags and environment. */
  readonly cwd: string;
}
/** Values of a source, in file form. */
interface SourceValues {
  readonly origin: "flag" | "environment" | "file";
  readonly tree: Tree;
  readonly problems: readonly string[];
}
export interface ConfigReading {
  readonly configured: ConfigValues;
  /** The configured values in file form, for people. */
  readonly written: Tree;
  originOf(path: readonly string[]): SourceValues["origin"] | "default";
}

const DEFAULTS: Tree = { listen: "127.0.0.1:4780", log: { level: "info", format: "text" } };

/** Converts the text of a flag or a variable to file form; an unfit text is left for the schema to refuse. */
const formOf = ({ type }: Setting, given: unknown, cwd: string): unknown => {
  // A list option may be repeated, or have commas like the variable.
  if (type === "list")
    return [given]
      .flat()
      .flatMap((each) => (typeof each === "string" ? each.split(",").map((part) => part.trim()) : each));
  if (type === "number") return typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given;
  if (type === "switch") {
    if (given === "true" || given === "1") return true;
    return given === "false" || given === "0" ? false : given;
  }
  return type === "path" && typeof given === "string" && given !== "" ? resolve(cwd, given) : given;
};

/** Reads flags or environment: each setting has a name of its own there. */
const valuesFrom = (
  origin: "flag" | "environment",
  nameOf: (setting: Setting) => string | null,
  given: (name: string) => unknown,
  cwd: string,
): SourceValues => {
  const named = SETTINGS.flatMap((setting) => {
    const name = nameOf(setting);
    const value = name === null ? undefined : given(name);
    // An empty variable counts as none, as in a shell.
    return value === undefined || value === "" ? [] : [{ name, setting, value: formOf(setting, value, cwd) }];
  });
  const tree = named.reduce<Tree>((tree, { setting, value }) => withValue(tree, setting.path, value), {});
  const checked = checkSchema(configForm, tree);
  const nameAt = ({ path }: Issue) =>
    named.find(({ setting }) => setting.path.every((key, i) => key === path[i]))?.name ?? formatPath(path);
  const dashes = origin === "flag" ? "--" : "";
  const tell = (issue: Issue) => `${dashes}${nameAt(issue)}: ${issue.message}`;
  return { origin, tree, problems: "issues" in checked ? checked.issues.map(tell) : [] };
};

const withPathsFrom = (tree: Tree, folder: string): Tree =>
  SETTINGS.filter(({ type }) => type === "path").reduce((tree, { path }) => {
    const value = valueAt(tree, path);
    return typeof value === "string" ? withValue(tree, path, resolve(folder, value)) : tree;
  }, tree);

const valuesFromFile = ({ file, environment }: ConfigSources): SourceValues => {
  const nothing = { origin: "file", tree: {} } as const;
  if (file === null) return { ...nothing, problems: [] };
  const { documents, problems } = readDocuments(file.text, file.name);
  const told = problems.map((problem) => formatIssue(problem));
  const [document, second] = documents;
  if (second !== undefined) told.push(`${file.name}: expected one document, got ${documents.length}`);
  if (document === undefined || told.length > 0) return { ...nothing, problems: told };
  const { value: filled, problems: unset } = substituteDocument(document, environment);
  if (unset.length > 0) return { ...nothing, problems: unset.map((problem) => formatIssue(problem)) };
  const checked = checkSchema(configForm, filled.value);
  if ("data" in checked)
    return { origin: "file", tree: withPathsFrom(filled.value as Tree, dirname(file.path)), problems: [] };
  const located = checked.issues.map((issue) => filled.locate(issue)).sort(byPlace);
  return { ...nothing, problems: located.map((problem) => formatIssue(problem)) };
};

/** Problems of misspelt SQUALL_ variables: such a setting would otherwise silently have no effect. */
const misspelt = (environment: Environment): string[] => {
  const known = SETTINGS.map(({ variable }) => variable);
  return Object.keys(environment).flatMap((name) => {
    if (!name.startsWith("SQUALL_") || known.includes(name) || NOT_SETTINGS.has(name)) return [];
    const meant = nearest(name, known);
    return meant === undefined ? [] : [`${name}: no such setting; did you mean ${meant}?`];
  });
};
/** Variables of other commands, and variables that squall gives to child processes. */
const NOT_SETTINGS = new Set([
  ...["SQUALL_CONFIG", "SQUALL_HOME", "SQUALL_RUN", "SQUALL_SERVER", "SQUALL_CONTEXT", "SQUALL_JOIN"],
]);

export const readConfig = (sources: ConfigSources): ConfigReading | { readonly problems: readonly string[] } => {
  const { flags, environment, cwd } = sources;
  const said = [
    valuesFrom(
      "flag",
      ({ flag }) => flag,
      (name) => flags[name],
      cwd,
    ),
    valuesFrom(
      "environment",
      ({ variable }) => variable,
      (name) => environment[name],
      cwd,
    ),
    valuesFromFile(sources),
  ];
  const problems = [...said.flatMap(({ problems }) => problems), ...misspelt(environment)];
  const base = { ...DEFAULTS, ...pick(said[2]!.tree, ["commands", "webhooks"]) };
  const written = SETTINGS.reduce((tree, { path }) => {
    const source = firstWith(said, path);
    return source === undefined ? tree : withValue(tree, path, valueAt(source.tree, path));
  }, base as Tree);
  const checked = checkSchema(configForm, written);
  // Problems within a source were reported above, with their place.
  if ("issues" in checked || problems.length > 0) return { problems };
  const whole = checkConsistency(checked.data);
  if (whole.length > 0) return { problems: whole };
  return {
    configured: checked.data,
    written,
    originOf: (path) => firstWith(said, path)?.origin ?? "default",
  };
};

const pick = (tree: Tree, keys: readonly string[]): Tree =>
  Object.fromEntries(keys.flatMap((key) => (tree[key] === undefined ? [] : [[key, tree[key]]])));
