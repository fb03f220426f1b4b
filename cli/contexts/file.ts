/** `$SQUALL_HOME/contexts.json`, readable by the owner alone: the file may hold tokens. */
import { randomUUID } from "node:crypto";
import { chmod, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExposedSecretError, readSecret } from "../../server/security/secret-file.ts";
import { usage } from "../exit.ts";
import { privateFolder } from "../home.ts";
import { type Contexts, formatContexts, NO_CONTEXTS, parseContexts } from "./contexts.ts";

export const contextsIn = (home: string): string => join(home, "contexts.json");
/** null: no contexts are saved. */
const textIn = (path: string): string | null => {
  try {
    return readSecret(path);
  } catch (error) {
    if (error instanceof ExposedSecretError) throw usage(`tokens lie in it: ${error.message}`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw usage(`${path}: cannot be read (${code ?? message})`);
  }
};

export const readContexts = async (home: string): Promise<Contexts> => {
  const path = contextsIn(home);
  const text = textIn(path);
  if (text === null) return NO_CONTEXTS;
  const contexts = parseContexts(text);
  if (contexts === null)
    throw usage(`${path}: expected contexts as \`squall context set\` writes them; mend the file or take it away`);
  return contexts;
};

/** Whole or not at all: a command that reads at this moment never sees half a file. */
export const writeContexts = async (home: string, contexts: Contexts): Promise<void> => {
  const path = contextsIn(home);
  await privateFolder(dirname(path));
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, formatContexts(contexts), { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
};
