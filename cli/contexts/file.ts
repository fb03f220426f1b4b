/** `$SQUALL_HOME/contexts.json`, for its owner alone: tokens may lie in it. */
import { randomUUID } from "node:crypto";
import { chmod, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { usage } from "../exit.ts";
import { privateFolder } from "../session/home.ts";
import { type Contexts, formatContexts, NO_CONTEXTS, parseContexts } from "./contexts.ts";

export const contextsIn = (home: string): string => join(home, "contexts.json");
/** Read, write or execute, by the group or by others. */
const OTHERS = 0o077;

export const readContexts = async (home: string): Promise<Contexts> => {
  const path = contextsIn(home);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw usage(`${path}: cannot be read (${error.code ?? error.message})`);
  });
  if (text === null) return NO_CONTEXTS;
  if (((await stat(path)).mode & OTHERS) !== 0)
    throw usage(`${path} holds tokens and others may read it; take that away with \`chmod 600 ${path}\``);
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
