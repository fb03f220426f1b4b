/** Transactions for work that must happen as a whole, inside or outside a transaction of the caller. */
import type { Db, Tx } from "./schema.ts";

/** Runs work in the caller's transaction, or else in a new transaction. */
export const inTransaction = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db as Tx) : db.transaction().execute(work);
