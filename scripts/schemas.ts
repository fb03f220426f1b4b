/** Writes `experiments/schema/*.json`, with which editors complete and check files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type FileKind, fileSchema } from "../experiments/model/form/json-schema.ts";

export const SCHEMA_FOLDER = join(import.meta.dirname, "../experiments/schema");
const KINDS: readonly FileKind[] = ["Experiment", "Mesh", "Schedule", "Policy"];

/** The JSON Schemas of the file forms, by file name, as text. */
export const schemaTexts = (): ReadonlyMap<string, string> =>
  new Map(
    KINDS.map((kind) => {
      const [noun, { $schema, ...rest }] = [kind.toLowerCase(), fileSchema(kind)];
      const name = `${noun}.schema.json`;
      const $id = `https://squall.dev/schema/v1/${name}`;
      return [name, `${JSON.stringify({ $schema, $id, ...rest, title: `Squall ${noun}` }, null, 2)}\n`];
    }),
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(SCHEMA_FOLDER, { recursive: true });
  for (const [name, text] of schemaTexts()) writeFileSync(join(SCHEMA_FOLDER, name), text);
}
