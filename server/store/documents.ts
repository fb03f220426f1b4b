/**
 * Documents that were applied: meshes, experiments, schedules, policies. Each change is a version; no version is ever
 * lost.
 */
import type { Selectable } from "kysely";
import type { DocumentName } from "../../experiments/model/names.ts";
import { digest } from "./chain.ts";
import { VersionMismatch } from "./errors.ts";
import type { Db, Schema, Tx } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

export interface DocumentRecord {
  readonly kind: string;
  /** Qualified name. */
  readonly name: DocumentName;
  /** Version from 1; numbering goes on after a removal. */
  readonly version: number;
  /** Content in file form, as applied. */
  readonly content: unknown;
  /** SHA-256 of the content, hex. */
  readonly digest: string;
  readonly appliedBy: string;
  /** Time of applying, Unix ms. */
  readonly appliedMs: number;
  /** True if this version is a removal. */
  readonly deleted: boolean;
}
export interface DocumentWrite {
  readonly kind: string;
  /** Qualified name. */
  readonly name: DocumentName;
  readonly content: unknown;
  readonly by: string;
  readonly atMs: number;
  /** Version that the writer saw, null: absent at that time. Absent: any current version is accepted. */
  readonly expected?: number | null;
}

const documentOf = (row: Selectable<Schema["documents"]>): DocumentRecord => ({
  kind: row.kind,
  name: row.name,
  version: row.version,
  content: JSON.parse(row.content),
  digest: row.digest,
  appliedBy: row.applied_by,
  appliedMs: row.applied_ms,
  deleted: row.deleted === 1,
});

const versionsNewestFirst = (db: Db, kind: string, name: DocumentName) =>
  db.selectFrom("documents").selectAll().where("kind", "=", kind).where("name", "=", name).orderBy("version", "desc");

/** Newest version of a document, including a removal. */
const newest = async (db: Db, kind: string, name: DocumentName): Promise<DocumentRecord | null> => {
  const row = await versionsNewestFirst(db, kind, name).limit(1).executeTakeFirst();
  return row === undefined ? null : documentOf(row);
};

/**
 * Adds a version. Of two concurrent writers, the second finds the number taken, which is refused like any version that
 * the writer had not seen.
 */
const addVersion = async (
  tx: Tx,
  { kind, name, content, by, atMs, expected }: DocumentWrite,
  deleted: boolean,
): Promise<{ readonly document: DocumentRecord | null; readonly changed: boolean; readonly created: boolean }> => {
  const last = await newest(tx, kind, name);
  const current = last === null || last.deleted ? null : last;
  const what = `${kind} ${JSON.stringify(name)}`;
  if (expected !== undefined && expected !== (current?.version ?? null))
    throw new VersionMismatch(what, expected, current?.version ?? null);
  const text = JSON.stringify(content);
  const hash = digest(text);
  if (deleted ? current === null : current?.digest === hash)
    return { document: current, changed: false, created: false };
  const version = (last?.version ?? 0) + 1;
  const row = { kind, name, version, content: text, digest: hash };
  const written = await tx
    .insertInto("documents")
    .values({ ...row, applied_by: by, applied_ms: atMs, deleted: deleted ? 1 : 0 })
    .onConflict((conflict) => conflict.columns(["kind", "name", "version"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (written === undefined) throw new VersionMismatch(what, current?.version ?? null, version);
  return { document: documentOf(written), changed: true, created: !deleted && current === null };
};

/**
 * Adds a new version, or returns the present version if the content is unchanged. Throws VersionMismatch if `expected`
 * is not the present version.
 */
export const putDocument = async (
  db: Db,
  put: DocumentWrite,
): Promise<{ readonly document: DocumentRecord; readonly changed: boolean; readonly created: boolean }> => {
  const { document, ...what } = await inTransaction(db, (tx) => addVersion(tx, put, false));
  return { document: document!, ...what };
};
/** Removes a document; false: absent. Old versions stay. Throws VersionMismatch like `putDocument`. */
export const deleteDocument = async (db: Db, removal: Omit<DocumentWrite, "content">): Promise<boolean> =>
  inTransaction(db, async (tx) => (await addVersion(tx, { ...removal, content: null }, true)).changed);

/** Document at present, or at a given version; null: absent. */
export const getDocument = async (
  db: Db,
  kind: string,
  name: DocumentName,
  version?: number,
): Promise<DocumentRecord | null> => {
  if (version === undefined) {
    const last = await newest(db, kind, name);
    return last === null || last.deleted ? null : last;
  }
  const row = await versionsNewestFirst(db, kind, name).where("version", "=", version).executeTakeFirst();
  return row === undefined || row.deleted === 1 ? null : documentOf(row);
};
/** Present documents, of a given kind or all, by kind and name. */
export const listDocuments = async (db: Db, kind?: string): Promise<DocumentRecord[]> => {
  const latest = db
    .selectFrom("documents")
    .select(["kind", "name"])
    .select((all) => all.fn.max("version").as("version"))
    .groupBy(["kind", "name"])
    .as("latest");
  const rows = await db
    .selectFrom("documents")
    .innerJoin(latest, (join) =>
      join
        .onRef("latest.kind", "=", "documents.kind")
        .onRef("latest.name", "=", "documents.name")
        .onRef("latest.version", "=", "documents.version"),
    )
    .selectAll("documents")
    .where("documents.deleted", "=", 0)
    .$if(kind !== undefined, (query) => query.where("documents.kind", "=", kind!))
    .orderBy("documents.kind")
    .orderBy("documents.name")
    .execute();
  return rows.map(documentOf);
};
/** Versions of a document, newest first, removals included; versions before `before`, at most `limit`. */
export const pageVersions = async (
  db: Db,
  kind: string,
  name: DocumentName,
  { before, limit = 100 }: { readonly before?: number; readonly limit?: number } = {},
): Promise<DocumentRecord[]> => {
  const rows = await versionsNewestFirst(db, kind, name)
    .$if(before !== undefined, (query) => query.where("version", "<", before!))
    .limit(limit)
    .execute();
  return rows.map(documentOf);
};
