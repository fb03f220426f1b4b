import { readFileSync } from "node:fs";

/** Of the package that this file belongs to, built (`dist/cli/`) or not (`cli/`). */
export const readVersion = (): string => {
  const above = import.meta.filename.endsWith(".ts") ? "../package.json" : "../../package.json";
  return (JSON.parse(readFileSync(new URL(above, import.meta.url), "utf8")) as { version: string }).version;
};
