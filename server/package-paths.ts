/** Paths of this package's files: files started as a process or thread, and files that are read. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const nearest = (folder: string): string =>
  existsSync(join(folder, "package.json")) ? folder : nearest(dirname(folder));
const PACKAGE = nearest(import.meta.dirname);
const BUNDLE = join(PACKAGE, "dist", "bundle");
/** Bundled code starts bundled processes: a packed package has no others (scripts/prepare.mjs). */
const ENTRIES = import.meta.dirname.startsWith(BUNDLE) ? BUNDLE : join(PACKAGE, "dist");

/** `builtPath("server", "keeper", "keeper.js")` → the path of a file that runs as a separate process or thread. */
export const builtPath = (...path: readonly string[]): string => join(ENTRIES, ...path);
/** `packagePath("experiments", "schema", "mesh.schema.json")` → the path of a file of the package. */
export const packagePath = (...path: readonly string[]): string => join(PACKAGE, ...path);
