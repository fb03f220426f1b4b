/** Databases that this command line opens directly: to fill an empty database, and to verify journals. */
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { adopt } from "../../server/store/adopt.ts";
import { DATABASE_FILE, FolderLocked, openStore, type StoreConfig } from "../../server/store/open.ts";
import { restore } from "../../server/store/restore.ts";
import { type JournalCheck, verifyJournals } from "../../server/store/verify-journals.ts";
import type { Context } from "../context.ts";
import { usage } from "../exit.ts";
import { STDIN } from "../files/collect.ts";
import { linesIn } from "./stream.ts";

export { DatabaseInUse } from "../../server/store/adopt.ts";
export { RestoreError } from "../../server/store/restore.ts";

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "this user may not read it",
  EISDIR: "it is a folder, expected the file that `squall backup` wrote",
};
/** The lines of a backup, without line ends. The file is opened when the first line is read, so that none is missed. */
async function* linesOf({ cwd }: Context, file: string): AsyncGenerator<string> {
  try {
    yield* linesIn(file === STDIN ? process.stdin : createReadStream(resolve(cwd, file)));
  } catch (error) {
    const { code = "", syscall, message } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? error : usage(`${file}: ${WHY[code] ?? message}`);
  }
}

const allOf = async (found: AsyncIterable<JournalCheck>): Promise<readonly JournalCheck[]> => {
  const all: JournalCheck[] = [];
  for await (const one of found) all.push(one);
  return all;
};

export interface RestoreResult {
  readonly rows: number;
  readonly runs: readonly JournalCheck[];
}
/** Throws RestoreError, and then no data was changed. */
export const restoreInto = async (context: Context, file: string, config: StoreConfig): Promise<RestoreResult> => {
  const store = await openStore(config).catch((error) => {
    throw error instanceof FolderLocked ? usage(error.message) : error;
  });
  try {
    const rows = await restore(store, linesOf(context, file));
    return { rows, runs: await allOf(verifyJournals(store.db)) };
  } finally {
    await store.close();
  }
};

/** Gives a copied or moved database a new name. Throws DatabaseInUse, and then no data was changed. */
export const adoptDatabase = async (databaseUrl: string, { home, clock }: Context): Promise<string> => {
  const config = { folder: home, databaseUrl };
  const copy = await openStore({ ...config, isCopy: true });
  try {
    await adopt(copy, clock.wallMs());
  } finally {
    await copy.close();
  }
  const adopted = await openStore(config);
  await adopted.close();
  return adopted.cluster;
};

/** A backup is checked by restoring the backup into a temporary folder. */
export const verifyBackup = async (context: Context, file: string): Promise<readonly JournalCheck[]> => {
  const folder = await mkdtemp(join(tmpdir(), "squall-verify-"));
  try {
    return (await restoreInto(context, file, { folder })).runs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * null: no server ever ran there, or a server holds the database. Recovers no run: a verification must change no data.
 */
export const verifyFolder = async (folder: string): Promise<readonly JournalCheck[] | null> => {
  if (!existsSync(join(folder, DATABASE_FILE))) return null;
  const store = await openStore({ folder }).catch((error) => {
    if (error instanceof FolderLocked) return null;
    throw error;
  });
  if (store === null) return null;
  try {
    return await allOf(verifyJournals(store.db));
  } finally {
    await store.close();
  }
};
