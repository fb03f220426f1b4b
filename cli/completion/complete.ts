/**
 * Completion for a shell at each key: `squall complete -- WORDS…`. Loads neither commander nor a command nor the model:
 * `squall.js` comes here at once, with the shape of the commands that the build has written.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentNameOfFile } from "../../experiments/model/notation/document-name.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { readSecret } from "../../server/security/secret-file.ts";
import { parseContexts } from "../contexts/contexts.ts";
import { homeOf, upIn } from "../home.ts";
import { recentRuns } from "../session/recent-runs.ts";
import { candidates, type Names } from "./candidates.ts";
import { fieldsAt } from "./fields.ts";
import { FILES_LINE } from "./scripts.ts";
import type { CommandShape } from "./shape.ts";

/** A file that cannot be read must not spoil a line that is being typed. */
const orNone = (read: () => readonly string[]): readonly string[] => {
  try {
    return read();
  } catch {
    return [];
  }
};
const contextsIn = (home: string) => Object.keys(parseContexts(readSecret(join(home, "contexts.json")))?.saved ?? {});
const meshesIn = (home: string) =>
  readdirSync(upIn(home))
    .filter((name) => name.endsWith(".json"))
    .map((name) => documentNameOfFile(name.slice(0, -".json".length)))
    .sort();
/** Names are read when completion needs names. */
const namesOf = (environment: NodeJS.ProcessEnv): Names => {
  const home = () => homeOf(environment, () => {});
  return {
    get contexts() {
      return orNone(() => contextsIn(home()));
    },
    get meshes() {
      return orNone(() => meshesIn(home()));
    },
    get runs() {
      return orNone(() => recentRuns(home()));
    },
    fields: fieldsAt,
  };
};

/** A candidate a line, with a description behind a tab; the last line may say that files complete as well. */
export const linesFor = (
  shape: CommandShape,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): readonly string[] => {
  const { values, files } = candidates(shape, words, namesOf(environment));
  const lines = values.map(({ value, description }) => `${terminal(value)}\t${terminal(description)}`);
  return files ? [...lines, FILES_LINE] : lines;
};

/** `shapeFile`: command shapes as written by the build. */
export const complete = (shapeFile: URL, words: readonly string[]): void => {
  const lines = linesFor(JSON.parse(readFileSync(shapeFile, "utf8")), words, process.env);
  process.stdout.on("error", () => {}).write(lines.map((line) => `${line}\n`).join(""));
};
