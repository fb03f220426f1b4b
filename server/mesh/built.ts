/** Where the built files lie that are started as processes of their own. */
import { basename, dirname, join, resolve } from "node:path";

/** Above this very file, which may have become part of a larger one (scripts/prepare.mjs). */
const above = (folder: string): string => (basename(folder) === "dist" ? folder : above(dirname(folder)));
/** `dist/`, also when this very file runs from its source (a test). */
const DIST = import.meta.filename.endsWith(".ts")
  ? resolve(import.meta.dirname, "../../dist")
  : above(import.meta.dirname);

/** `built("server", "mesh", "keeper.js")` → its path. */
export const built = (...path: readonly string[]): string => join(DIST, ...path);
