/**
 * Gate: the single row where starts, halts, claims and releases meet. The transaction that holds the row decides alone.
 */
import type { Selectable } from "kysely";
import type { Db, Schema, Tx } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

export interface GateHalt {
  readonly reason: string;
  readonly by: string;
  /** Time of the halt, Unix ms. */
  readonly atMs: number;
}
/** State of the gate; null: open. */
export type GateState = GateHalt | null;

const gateOf = ({ halted_reason: reason, halted_by, halted_ms }: Omit<Selectable<Schema["gate"]>, "id">): GateState =>
  reason === null ? null : { reason, by: halted_by ?? "", atMs: halted_ms ?? 0 };

/** Locks the gate: until the end of the transaction no other transaction starts, halts, claims or releases. */
export const lockGate = async (tx: Tx): Promise<GateState> =>
  gateOf(await tx.selectFrom("gate").selectAll().where("id", "=", 1).forUpdate().executeTakeFirstOrThrow());
export const readGate = async (db: Db): Promise<GateState> =>
  gateOf(await db.selectFrom("gate").selectAll().where("id", "=", 1).executeTakeFirstOrThrow());

/** Shuts the gate until a release. If the gate is shut already, the first reason stands, and is returned. */
export const closeGate = async (db: Db, { reason, by, atMs }: GateHalt): Promise<GateHalt> => {
  await db
    .updateTable("gate")
    .set({ halted_reason: reason, halted_by: by, halted_ms: atMs })
    .where("id", "=", 1)
    .where("halted_reason", "is", null)
    .execute();
  return (await readGate(db)) ?? { reason, by, atMs };
};
/** Opens the gate; returns the halt that had shut the gate; null: the gate was open. */
export const releaseGate = (db: Db): Promise<GateState> => {
  const release = async (tx: Tx) => {
    const before = await lockGate(tx);
    const open = { halted_reason: null, halted_by: null, halted_ms: null };
    await tx.updateTable("gate").set(open).where("id", "=", 1).execute();
    return before;
  };
  return inTransaction(db, release);
};
