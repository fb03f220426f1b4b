/** Expands command line arguments to texts: files, folders, globs, `-`. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { usage } from "../exit.ts";

export interface Source {
  /** Path shown to people and recorded: the path as given, or below the given folder. */
  readonly file: string;
  readonly text: string;
  /** Absolute directory that relative paths inside the file start from. */
  readonly directory: string;
  /** True for a file named directly on the command line: such a file must hold a document of the expected kind. */
  readonly named: boolean;
}
export const STDIN = "-";
const YAML = "**/*.{yaml,yml}";
const NOT_OURS = ["**/node_modules/**", "**/.*/**"];
/** Pattern of the name of an applied experiment. */
const NAME = /^[a-z0-9][a-z0-9-]*(@\d+)?$/;
const MAGIC = /[*?[\]{}!]/;
/** Size limit above any experiment: a device or a wrong path would be read for ever. */
const LARGEST_FILE = 4 * 2 ** 20;

const kindOf = async (path: string): Promise<"file" | "folder" | "absent"> => {
  const stats = await stat(path).catch(() => null);
  return stats === null ? "absent" : stats.isDirectory() ? "folder" : "file";
};
const globbed = async (patterns: string, cwd: string): Promise<string[]> => {
  const { glob } = await import("tinyglobby");
  const found = await glob(patterns, { cwd, ignore: NOT_OURS, onlyFiles: true, expandDirectories: false });
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
};

interface Found {
  readonly file: string;
  readonly named: boolean;
}
const expand = async (given: string, cwd: string): Promise<Found[]> => {
  if (given === STDIN) return [{ file: STDIN, named: true }];
  const path = resolve(cwd, given);
  const kind = await kindOf(path);
  if (kind === "file") return [{ file: given, named: true }];
  if (kind === "folder") {
    const files = await globbed(YAML, path);
    if (files.length === 0) throw usage(`${given}: no .yaml or .yml file in this folder`);
    return files.map((file) => ({ file: join(given, file), named: false }));
  }
  if (!MAGIC.test(given))
    throw usage(
      `${given}: no such file or folder${NAME.test(given) ? " (an applied experiment is run by its name with --server or --context)" : ""}`,
    );
  const files = await globbed(given, cwd);
  if (files.length === 0) throw usage(`${given}: matches no file`);
  return files.map((file) => ({ file, named: false }));
};

const load = async ({ file, named }: Found, cwd: string, readStdin: () => Promise<string>): Promise<Source> => {
  if (file === STDIN) return { file: "stdin", text: await readStdin(), directory: cwd, named };
  const path = resolve(cwd, file);
  const { size } = await stat(path);
  if (size > LARGEST_FILE) throw usage(`${file}: ${size} bytes; an experiment file has at most ${LARGEST_FILE}`);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usage(`${file}: cannot be read (${error.code ?? error.message})`);
  });
  return { file, text: text.replace(/^\ufeff/, ""), directory: dirname(path), named };
};

/** Each text once, in the order given; files of a folder or glob are sorted by path. */
export const collect = async (
  given: readonly string[],
  cwd: string,
  readStdin: () => Promise<string>,
): Promise<Source[]> => {
  const found = (await Promise.all(given.map((one) => expand(one, cwd)))).flat();
  const first = new Map<string, Found>();
  for (const one of found) {
    const key = one.file === STDIN ? STDIN : resolve(cwd, one.file);
    if (!first.has(key)) first.set(key, one);
  }
  return Promise.all([...first.values()].map((one) => load(one, cwd, readStdin)));
};

/** A path as shown: relative to where the command runs, unless that leads outside. */
export const shownPath = (path: string, cwd: string): string => {
  const below = relative(cwd, path);
  return below === "" || below.startsWith("..") ? path : below;
};
