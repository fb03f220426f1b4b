/**
 * Folder for data that outlives a command: $SQUALL_HOME (default $XDG_STATE_HOME/squall, else ~/.local/state/squall):
 *   runs/<time>-<random>/   a folder for each embedded server: database, logs, and a live server's `server.json`
 *   up/<mesh>.json          the mesh that is up, and how to reach its server
 *   serve/<mesh>/           the folder of `squall serve`
 *   agents/<pid>.sock       control sockets of agents that no mesh started
 * All of these are private to their owner, because tokens lie there.
 */
import { randomBytes } from "node:crypto";
import { access, constants, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileNameOfDocument } from "../experiments/model/notation/document-name.ts";
import { makeFolder } from "../server/folder.ts";
import { CommandError, USAGE, usage } from "./exit.ts";
import { ANOTHER_HOME, notWritable } from "./not-writable.ts";

/** The environment names no home, and the system knows none for this user. */
export class NoHome extends CommandError {
  constructor(why: string) {
    super(USAGE, `there is no home for what is run: ${why}; ${ANOTHER_HOME}`);
  }
}

/** The folder of this user; a container that runs under a user id without an entry in /etc/passwd may have none. */
const userFolder = (): string => {
  let folder: string;
  try {
    folder = homedir();
  } catch {
    throw new NoHome(`HOME is not set, and user id ${process.getuid?.() ?? "?"} has no entry in /etc/passwd`);
  }
  if (!isAbsolute(folder)) throw new NoHome(`HOME is ${JSON.stringify(folder)}, and no absolute path`);
  return folder;
};

/**
 * Relative paths are ignored, as the XDG base directory specification requires: a relative path would mean another
 * folder in each directory.
 */
const stateFolder = ({ XDG_STATE_HOME: given }: NodeJS.ProcessEnv, say: (line: string) => void): string => {
  if (given && isAbsolute(given)) return given;
  const usual = join(userFolder(), ".local", "state");
  if (given) say(`XDG_STATE_HOME is ${JSON.stringify(given)}, and no absolute path: ignored, ${usual} is used`);
  return usual;
};

/** Path of $SQUALL_HOME. Throws NoHome, and a usage error where the variable's value cannot be a home. */
export const homeOf = (environment: NodeJS.ProcessEnv, say: (line: string) => void): string => {
  const { SQUALL_HOME: given } = environment;
  if (!given) return join(stateFolder(environment, say), "squall");
  if (given.startsWith("~"))
    throw usage(
      `SQUALL_HOME is ${JSON.stringify(given)}: only a shell replaces ~, and only outside of quotes; write the whole path (or ./~ for a folder of that name)`,
    );
  return resolve(given);
};
/** null: no home. For commands that only read the home and work without. */
export const homeIfAny = (context: { readonly home: string }): string | null => {
  try {
    return context.home;
  } catch (error) {
    if (error instanceof NoHome) return null;
    throw error;
  }
};
export const runsIn = (home: string): string => join(home, "runs");
export const upIn = (home: string): string => join(home, "up");
export const upRecordOf = (home: string, mesh: string): string => join(upIn(home), `${fileNameOfDocument(mesh)}.json`);
/** Control sockets of agents that no mesh started. */
export const agentsIn = (home: string): string => join(home, "agents");
export const serveIn = (home: string, mesh: string): string => join(home, "serve", fileNameOfDocument(mesh));

/**
 * Makes a missing folder. `home`: this folder, or a parent that belongs to Squall too. Throws a usage error if the
 * folder cannot be written.
 */
export const privateFolder = async (
  folder: string,
  { home = folder, other = ANOTHER_HOME }: { readonly home?: string; readonly other?: string } = {},
): Promise<string> => {
  try {
    makeFolder(folder, 0o700);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw notWritable(folder, error as NodeJS.ErrnoException, { home, other });
  }
  return folder;
};
/** `20260105T101500Z-9f3c2a`: sorts by time, and two commands in the same second get different names. */
export const newFolder = (home: string, wallMs: number): Promise<string> => {
  const time = `${new Date(wallMs).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  return privateFolder(join(runsIn(home), `${time}-${randomBytes(3).toString("hex")}`), { home });
};
export const newToken = (): string => randomBytes(32).toString("hex");

/** Reports an unreadable entry that is passed over: the command goes on with the rest. */
export type Skip = (line: string) => void;
/**
 * Names of a folder's entries, sorted; empty if the folder does not exist. An unreadable folder is reported and passed
 * over.
 */
export const namesIn = async (folder: string, skip: Skip): Promise<string[]> =>
  (
    await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") skip(`${folder} cannot be read (${error.code}) and is passed over`);
      return [];
    })
  ).sort();
