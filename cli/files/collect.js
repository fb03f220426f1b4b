/** From what stands on the command line to the texts that are meant: files, folders, globs, `-`. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { usage } from "../exit.js";
export const STDIN = "-";
const YAML = "**/*.{yaml,yml}";
const NOT_OURS = ["**/node_modules/**", "**/.*/**"];
/** It could be the name of an applied experiment. */
const NAME = /^[a-z0-9][a-z0-9-]*(@\d+)?$/;
const MAGIC = /[*?[\]{}!]/;
/** No experiment is larger than this; a device or a wrong path would be read for ever. */
const LARGEST_FILE = 4 * 2 ** 20;
const kindOf = async (path) => {
  const stats = await stat(path).catch(() => null);
  return stats === null ? "absent" : stats.isDirectory() ? "folder" : "file";
};
const globbed = async (patterns, cwd) => {
  const { glob } = await import("tinyglobby");
  const found = await glob(patterns, { cwd, ignore: NOT_OURS, onlyFiles: true, expandDirectories: false });
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
};
const expand = async (given, cwd) => {
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
const load = async ({ file, named }, cwd, readStdin) => {
  if (file === STDIN) return { file: "stdin", text: await readStdin(), directory: cwd, named };
  const path = resolve(cwd, file);
  const { size } = await stat(path);
  if (size > LARGEST_FILE) throw usage(`${file}: ${size} bytes; an experiment file has at most ${LARGEST_FILE}`);
  const text = await readFile(path, "utf8").catch((error) => {
    throw usage(`${file}: cannot be read (${error.code ?? error.message})`);
  });
  return { file, text: text.replace(/^\ufeff/, ""), directory: dirname(path), named };
};
/** Each text once, in the order given; what a folder or glob stands for is sorted by path. */
export const collect = async (given, cwd, readStdin) => {
  const found = (await Promise.all(given.map((one) => expand(one, cwd)))).flat();
  const first = new Map();
  for (const one of found) {
    const key = one.file === STDIN ? STDIN : resolve(cwd, one.file);
    if (!first.has(key)) first.set(key, one);
  }
  return Promise.all([...first.values()].map((one) => load(one, cwd, readStdin)));
};
/** A path as shown: relative to where the command runs, unless that leads outside. */
export const shownPath = (path, cwd) => {
  const below = relative(cwd, path);
  return below === "" || below.startsWith("..") ? path : below;
};
//# sourceMappingURL=collect.js.map
