/** Work that must happen as a whole, whether or not its caller already is in a transaction. */
import type { Db, Tx } from "./schema.ts";

/** In the caller's transaction, or else in one of its own. */
export const inTransaction = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db as Tx) : db.transaction().execute(work);
