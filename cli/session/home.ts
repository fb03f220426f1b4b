/**
 * Where squall keeps what outlives a command, below $SQUALL_HOME (default $XDG_STATE_HOME/squall, else ~/.local/state/squall):
 *   runs/<time>-<random>/   one folder for each embedded server: its database, logs, and `server.json` while it lives
 *   up/<mesh>.json          which mesh is up, and how to reach it
 *   serve/<mesh>/           the folder of `squall serve`
 *   agents/<pid>.sock       control sockets of agents without a server
 * All of it is for its owner alone: tokens lie there.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export const homeOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(environment.SQUALL_HOME || join(environment.XDG_STATE_HOME || join(homedir(), ".local", "state"), "squall"));
export const runsIn = (home: string): string => join(home, "runs");
export const upIn = (home: string): string => join(home, "up");
export const upRecordOf = (home: string, mesh: string): string => join(upIn(home), `${mesh}.json`);
/** Control sockets of agents that were started by themselves. */
export const agentsIn = (home: string): string => join(home, "agents");
export const serveIn = (home: string, mesh: string): string => join(home, "serve", mesh);

export const privateFolder = async (folder: string): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
};
/** `20260105T101500Z-9f3c2a`: sorts by time, and two commands of one second do not meet. */
export const newFolder = (home: string, wallMs: number): Promise<string> => {
  const time = `${new Date(wallMs).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  return privateFolder(join(runsIn(home), `${time}-${randomBytes(3).toString("hex")}`));
};
export const newToken = (): string => randomBytes(32).toString("hex");

/** Is told of what cannot be read and is passed over: the command goes on with the rest. */
export type Skip = (line: string) => void;
/** Names of what lies in a folder, sorted; none when it does not exist. One that cannot be read is told and passed over. */
export const namesIn = async (folder: string, skip: Skip): Promise<string[]> =>
  (
    await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") skip(`${folder} cannot be read (${error.code}) and is passed over`);
      return [];
    })
  ).sort();
