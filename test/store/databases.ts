/** Both kinds of database, for behaviour that must be the same on either. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { openStore, type Store } from "../../server/store/open.ts";
import { describeOnPostgres, withPostgres } from "../postgres.ts";

type Use<T> = (store: Store) => Promise<T>;
export type WithStore = <T>(use: Use<T>) => Promise<T>;

export const withFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), "squall-store-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const opened = async <T>(folder: string, databaseUrl: string | undefined, use: Use<T>): Promise<T> => {
  const store = await openStore({ folder, databaseUrl });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
};
export const withSqlite: WithStore = (use) => withFolder((folder) => opened(folder, undefined, use));
export const withPostgresStore: WithStore = (use) =>
  withPostgres((url) => withFolder((folder) => opened(folder, url, use)));

/** Runs the same tests twice, on either kind of database, each with an empty database. */
export const onBoth = (what: string, tests: (withStore: WithStore) => void): void => {
  describe(`${what}, in SQLite`, () => tests(withSqlite));
  describeOnPostgres(`${what}, in PostgreSQL`, () => tests(withPostgresStore));
};

/** Returns the error that the work rejects with; fails when the work resolves. */
export const errorOf = async (work: Promise<unknown>): Promise<Error> => {
  const outcome = await work.then(
    () => null,
    (error: Error) => error,
  );
  if (outcome === null) throw new Error("expected it to fail, but it did not");
  return outcome;
};
