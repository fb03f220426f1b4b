/** Record that a server started here leaves in a 0600 file, so that other commands find the live server. */
import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bootId, pidNamespace, statOf } from "../../server/keeper/processes.ts";
import type { MeshDigest } from "../files/mesh-digest.ts";
import { privateFolder, type Skip } from "../home.ts";

export interface ServerRecord {
  readonly url: string;
  readonly token: string;
  /** Folder of the server. */
  readonly folder: string;
  readonly mesh: string | null;
  /** The mesh as read from the file; null: there was none, or the file is watched and may have changed since. */
  readonly parts: MeshDigest | null;
  /** The command that hosts the server. The server of `run` ends with the runs, and its gate closes with the server. */
  readonly kind: "run" | "up" | "serve";
  /** The process, so that a reused pid is not taken for the server. */
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
  /** The process table that the pid is of; undefined: of an earlier version of Squall. */
  readonly namespace?: string | undefined;
}
export const SERVER_FILE = "server.json";
export const recordIn = (folder: string): string => join(folder, SERVER_FILE);

/** "" where the system does not report a start time; then the pid alone must do. */
const startOf = (pid: number): string => statOf(pid)?.start ?? "";
export const selfRecord = (
  server: Pick<ServerRecord, "url" | "token" | "folder" | "mesh" | "parts" | "kind">,
): ServerRecord => ({
  ...server,
  pid: process.pid,
  start: startOf(process.pid),
  boot: bootId(),
  namespace: pidNamespace(),
});

/** Descriptors of the records of this process, by path. */
const held = new Map<string, number>();
const release = (path: string): void => {
  const descriptor = held.get(path);
  held.delete(path);
  if (descriptor !== undefined) closeSync(descriptor);
};

/**
 * Written whole or not at all: a reader never sees half a record. The file stays open while the record is valid: the
 * process table then leads from this process to the record (`machine.ts`), wherever the home is, even if the folder was
 * removed.
 */
export const writeRecord = async (path: string, record: ServerRecord): Promise<void> => {
  await privateFolder(dirname(path));
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
  release(path);
  held.set(path, openSync(path, "r"));
};
export const removeRecord = (path: string): Promise<void> => {
  release(path);
  return rm(path, { force: true });
};

const LARGEST_BYTES = 16 * 1024 * 1024;
const parseRecord = (text: string): ServerRecord | null => {
  try {
    const record = JSON.parse(text) as ServerRecord;
    const isProcess = Number.isSafeInteger(record.pid) && record.pid > 0;
    const texts = [record.url, record.token, record.folder, record.start, record.boot];
    return isProcess && texts.every((one) => typeof one === "string") && URL.canParse(record.url) ? record : null;
  } catch {
    return null;
  }
};
/** null: no record. Throws with the reason if the record cannot be read. */
export const openRecord = async (path: string): Promise<ServerRecord | null> => {
  const why = (reason: string) => new Error(`${path} ${reason} and is passed over`);
  try {
    // A pipe in the record's place would keep a reader waiting for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > LARGEST_BYTES) throw why("is no record of a server");
      const record = parseRecord(await file.readFile("utf8"));
      if (record === null) throw why("is no record of a server");
      return record;
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw code === undefined ? error : why(`cannot be read (${code})`);
  }
};
/** null: no record, or an unreadable record that was reported to `skip`. */
export const readRecord = (path: string, skip: Skip = () => {}): Promise<ServerRecord | null> =>
  openRecord(path).catch((error: Error) => {
    skip(error.message);
    return null;
  });

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
/**
 * Record of this boot, and of another process table: a container that shares this home. The record's pid has no meaning
 * here.
 */
export const isElsewhere = ({ boot, namespace = pidNamespace() }: ServerRecord): boolean =>
  boot === bootId() && namespace !== pidNamespace();
/**
 * True if the very process that wrote the record is still running. False for a server elsewhere, which cannot be seen.
 */
export const isAlive = (record: ServerRecord): boolean =>
  !isElsewhere(record) &&
  runs(record.pid) &&
  record.boot === bootId() &&
  (record.start === "" || record.start === startOf(record.pid));
