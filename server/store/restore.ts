/** Restores a backup into an empty database, all rows or none, and only if the backup is whole. */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { DatabaseInUse, refuseInUse, renewIdentity } from "./adopt.ts";
import {
  BACKUP_FORMAT,
  type BackupHeader,
  type BackupTrailer,
  isTable,
  type RowValues,
  SCHEMA_VERSION,
  TABLES,
} from "./backup.ts";
import type { Store } from "./open.ts";
import type { Schema, Tx } from "./schema.ts";

/** Error in a backup, or in the target database. No data was changed. */
export class RestoreError extends Error {
  override readonly name = "RestoreError";
}
const MOST_ROWS = 200;
const PRESENT: ReadonlySet<keyof Schema> = new Set(["meta", "leader", "gate"]);

const refuseUnlessEmpty = async (store: Store, tx: Tx): Promise<void> => {
  for (const table of TABLES.filter((name) => !PRESENT.has(name))) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(tx);
    if (rows.length > 0)
      throw new RestoreError(`this database is not empty: its table ${table} has rows; restore into a new one`);
  }
  if (store.dialect === "sqlite") return;
  await refuseInUse(tx).catch((error) => {
    throw error instanceof DatabaseInUse ? new RestoreError(error.message) : error;
  });
};

type Line = { readonly table: keyof Schema; readonly row: RowValues } | BackupTrailer;
const parse = (line: string, number: number): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw new RestoreError(`line ${number} of the backup is no JSON: it is damaged, or no backup`);
  }
};
const checkHead = (value: unknown): void => {
  const { squall, format, schema } = (value ?? {}) as Partial<BackupHeader>;
  if (squall !== "backup") throw new RestoreError("this is no backup of squall: its first line does not say so");
  if (format !== BACKUP_FORMAT || schema !== SCHEMA_VERSION)
    throw new RestoreError(
      `this backup has the form ${format}/${schema}, expected ${BACKUP_FORMAT}/${SCHEMA_VERSION}: restore it with the version of squall that made it, then upgrade`,
    );
};
const isValue = (value: unknown): boolean => value === null || typeof value === "string" || typeof value === "number";
const lineOf = (value: unknown, number: number): Line => {
  if (Array.isArray(value)) {
    const [table, row] = value as [unknown, unknown];
    if (isTable(table) && typeof row === "object" && row !== null && Object.values(row).every(isValue))
      return { table, row: row as RowValues };
  } else if ((value as Partial<BackupTrailer> | null)?.end === true) return value as BackupTrailer;
  throw new RestoreError(`line ${number} of the backup is neither a row nor its end`);
};

const insert = async (tx: Tx, table: keyof Schema, rows: readonly RowValues[]): Promise<void> => {
  if (rows.length === 0) return;
  const names = Object.keys(rows[0]!);
  const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name] ?? null))})`);
  const columns = sql.join(names.map((name) => sql.ref(name)));
  await sql`insert into ${sql.table(table)} (${columns}) values ${sql.join(values)}`.execute(tx);
};

/**
 * Inserts all rows and returns the number of rows; throws unless the backup's end is present, correct, and the last
 * line.
 */
const load = async (tx: Tx, lines: AsyncIterable<string>): Promise<number> => {
  const hash = createHash("sha256");
  let [number, rows] = [0, 0];
  let batch: { table: keyof Schema; rows: RowValues[] } = { table: "meta", rows: [] };
  let isOver = false;
  for await (const text of lines) {
    number++;
    if (isOver) throw new RestoreError(`line ${number} of the backup is behind its end`);
    const value = parse(text, number);
    if (number === 1) checkHead(value);
    else {
      const line = lineOf(value, number);
      if ("end" in line) {
        if (line.rows !== rows || line.digest !== hash.digest("hex"))
          throw new RestoreError("the backup is not as it was written: its digest or its count of rows is wrong");
        isOver = true;
        continue;
      }
      if (line.table !== batch.table || batch.rows.length === MOST_ROWS) {
        await insert(tx, batch.table, batch.rows);
        batch = { table: line.table, rows: [] };
      }
      batch.rows.push(line.row);
      rows++;
    }
    hash.update(`${text}\n`);
  }
  if (!isOver) throw new RestoreError(`the backup ends after line ${number} without its end: it is not complete`);
  await insert(tx, batch.table, batch.rows);
  return rows;
};

/**
 * Restores `lines`, given without line ends. Returns the number of rows. Throws RestoreError; then no data was changed.
 */
export const restore = (store: Store, lines: AsyncIterable<string>): Promise<number> =>
  store.db.transaction().execute(async (tx) => {
    if (store.dialect === "postgres") await (await import("./postgres.ts")).allowIdleInTransaction(tx);
    await refuseUnlessEmpty(store, tx);
    for (const table of PRESENT) await tx.deleteFrom(table).execute();
    const rows = await load(tx, lines);
    await renewIdentity(tx);
    return rows;
  });
