/** The agent processes that this database's servers met. */
import type { Selectable } from "kysely";
import type { Db, Schema } from "./schema.ts";

export type BootRow = Selectable<Schema["boots"]>;

export const rememberBoot = async (db: Db, row: BootRow): Promise<void> => {
  await db
    .insertInto("boots")
    .values(row)
    .onConflict((conflict) => conflict.column("boot").doNothing())
    .execute();
};
export const findBoot = (db: Db, boot: string): Promise<BootRow | undefined> =>
  db.selectFrom("boots").selectAll().where("boot", "=", boot).executeTakeFirst();
