/** Where the built files lie that are started as processes of their own. */
import { join, resolve } from "node:path";

/** `dist/`, also when this very file runs from its source (a test). */
const DIST = import.meta.filename.endsWith(".ts")
  ? resolve(import.meta.dirname, "../../dist")
  : resolve(import.meta.dirname, "../..");

/** `built("server", "mesh", "keeper.js")` → its path. */
export const built = (...path: readonly string[]): string => join(DIST, ...path);
