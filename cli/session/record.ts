/** What a server that was started here leaves in a 0600 file, so that other commands find it while it lives. */
import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bootId, statOf } from "../../server/mesh/processes.ts";
import type { Parts } from "../files/parts.ts";
import { privateFolder } from "./home.ts";

export interface ServerRecord {
  readonly url: string;
  readonly token: string;
  /** Folder of the server. */
  readonly folder: string;
  readonly mesh: string | null;
  /** The mesh as it was read from its file; null: there was none, or it is watched and may have changed since. */
  readonly parts: Parts | null;
  /** The process, so that a pid that was given to another one is not taken for it. */
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
}
export const SERVER_FILE = "server.json";
export const recordIn = (folder: string): string => join(folder, SERVER_FILE);

/** "" where the system does not tell; then the pid alone must do. */
const startOf = (pid: number): string => statOf(pid)?.start ?? "";
export const selfRecord = (
  server: Pick<ServerRecord, "url" | "token" | "folder" | "mesh" | "parts">,
): ServerRecord => ({ ...server, pid: process.pid, start: startOf(process.pid), boot: bootId() });

/** Whole or not at all: a reader never sees half a record. */
export const writeRecord = async (path: string, record: ServerRecord): Promise<void> => {
  await privateFolder(dirname(path));
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
};
export const removeRecord = (path: string): Promise<void> => rm(path, { force: true });

/** null: there is none, or it cannot be understood. */
export const readRecord = async (path: string): Promise<ServerRecord | null> => {
  try {
    const record = JSON.parse(await readFile(path, "utf8")) as ServerRecord;
    return typeof record.url === "string" && typeof record.pid === "number" ? record : null;
  } catch {
    return null;
  }
};

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
/** Whether the very process that wrote the record is still running. */
export const isAlive = (record: ServerRecord): boolean =>
  runs(record.pid) && record.boot === bootId() && (record.start === "" || record.start === startOf(record.pid));
