/**
 * Backup of the database as lines of text, the same from SQLite and PostgreSQL: a head, a line for each row, and an end
 * that counts the rows and carries the SHA-256 of all lines before. A backup contains the hashes of the tokens, so only
 * the owner may see a backup.
 */
import { createHash, type Hash } from "node:crypto";
import { type Expression, type SqlBool, sql } from "kysely";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import { migrations } from "./migrations/index.ts";
import type { Store } from "./open.ts";
import type { Db, Schema } from "./schema.ts";

type Table = keyof Schema;
/** Primary keys of all tables, in an order in which a row never comes before a row that it refers to. */
const KEYS: { readonly [T in Table]: readonly (keyof Schema[T] & string)[] } = {
  meta: ["key"],
  leader: ["id"],
  gate: ["id"],
  runs: ["id"],
  run_labels: ["run", "key"],
  journal: ["run", "sequence"],
  boots: ["boot"],
  claims: ["resource", "run"],
  documents: ["kind", "name", "version"],
  instants: ["schedule", "instant_ms"],
  schedule_states: ["schedule"],
  tokens: ["id"],
  audit: ["id"],
  deliveries: ["id"],
  starts: ["principal", "key"],
};
export const TABLES = Object.keys(KEYS) as readonly Table[];
export const isTable = (name: unknown): name is Table => TABLES.includes(name as Table);
/** Newest migration that this version knows: a backup fits only a database with the same migration. */
export const SCHEMA_VERSION = Object.keys(migrations).sort().at(-1)!;
export const BACKUP_FORMAT = 1;

export interface BackupHeader {
  readonly squall: "backup";
  readonly format: number;
  readonly schema: string;
  /** Time of the backup, Unix ms. */
  readonly takenMs: number;
}
export interface BackupTrailer {
  readonly end: true;
  readonly rows: number;
  /** SHA-256 over every line before this line, line ends included, hex. */
  readonly digest: string;
}
export type RowValues = Readonly<Record<string, string | number | null>>;
const PAGE = 250;

/** Condition for rows after `last`, in the order of the key. */
const after = (key: readonly string[], last: RowValues): Expression<SqlBool> =>
  sql<SqlBool>`(${sql.join(key.map((name) => sql.ref(name)))}) > (${sql.join(key.map((name) => last[name]))})`;

const page = async (db: Db, table: Table, last: RowValues | null): Promise<readonly RowValues[]> => {
  const key: readonly string[] = KEYS[table];
  const where = last === null ? sql`` : sql`where ${after(key, last)}`;
  const order = sql`order by ${sql.join(key.map((name) => sql.ref(name)))} limit ${sql.lit(PAGE)}`;
  return (await sql<RowValues>`select * from ${sql.table(table)} ${where} ${order}`.execute(db)).rows;
};
async function* rowsOf(db: Db, table: Table): AsyncGenerator<readonly RowValues[]> {
  for (let last: RowValues | null = null; ; await yieldToEventLoop()) {
    const rows = await page(db, table, last);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)!;
  }
}

/** Backup as chunks of text, written in sequence, each of whole lines. `takenMs`: Unix ms. */
export async function* backup(store: Store, takenMs: number): AsyncGenerator<string> {
  const hash: Hash = createHash("sha256");
  const told = (lines: readonly unknown[]): string => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    hash.update(text);
    return text;
  };
  const view = await store.snapshot();
  try {
    yield told([{ squall: "backup", format: BACKUP_FORMAT, schema: SCHEMA_VERSION, takenMs } satisfies BackupHeader]);
    let count = 0;
    for (const table of TABLES)
      for await (const rows of rowsOf(view.db, table)) {
        count += rows.length;
        yield told(rows.map((row) => [table, row]));
      }
    yield `${JSON.stringify({ end: true, rows: count, digest: hash.digest("hex") } satisfies BackupTrailer)}\n`;
  } finally {
    await view.close();
  }
}
