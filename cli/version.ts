import { readFileSync } from "node:fs";
import { packaged } from "../server/mesh/built.ts";

/** Of the package that this file belongs to. */
export const readVersion = (): string =>
  (JSON.parse(readFileSync(packaged("package.json"), "utf8")) as { version: string }).version;
