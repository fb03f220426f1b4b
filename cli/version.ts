import { readFileSync } from "node:fs";
import { packagePath } from "../server/package-paths.ts";

/** Version of the package that this file belongs to. */
export const readVersion = (): string =>
  (JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { version: string }).version;
