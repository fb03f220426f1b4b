/**
 * Claims of runs on resources: exclusive (alone) or shared (beside other runs). All claims of a run are taken together,
 * or none.
 */
import type { RunId } from "../../experiments/model/names.ts";
import type { Db, Tx } from "./schema.ts";

export type ClaimMode = "exclusive" | "shared";
export interface ResourceClaim {
  /** Resource: an edge's id, or `service:NAME`. */
  readonly resource: string;
  readonly mode: ClaimMode;
}
export interface HeldClaim extends ResourceClaim {
  readonly run: RunId;
}

/**
 * Takes all wanted claims and returns [], or takes none and returns the conflicting claims of other runs. The
 * transaction must hold the gate (`lockGate`): between check and write no other run may claim. Claims that the run
 * holds already stay; a shared claim becomes exclusive if that is wanted now, never the other way round.
 */
export const insertClaims = async (
  tx: Tx,
  run: RunId,
  wanted: readonly ResourceClaim[],
): Promise<readonly HeldClaim[]> => {
  if (wanted.length === 0) return [];
  const modes = new Map<string, ClaimMode>();
  for (const { resource, mode } of wanted) if (modes.get(resource) !== "exclusive") modes.set(resource, mode);
  const held = await tx
    .selectFrom("claims")
    .selectAll()
    .where("resource", "in", [...modes.keys()])
    .orderBy("resource")
    .orderBy("run")
    .execute();
  const conflicts = held.filter(
    ({ resource, run: holder, mode }) =>
      holder !== run && (mode === "exclusive" || modes.get(resource) === "exclusive"),
  );
  if (conflicts.length > 0) return conflicts;
  for (const own of held) if (own.run === run && own.mode === "exclusive") modes.delete(own.resource);
  if (modes.size === 0) return [];
  await tx
    .insertInto("claims")
    .values([...modes].map(([resource, mode]) => ({ resource, run, mode })))
    .onConflict((conflict) =>
      conflict.columns(["resource", "run"]).doUpdateSet((values) => ({ mode: values.ref("excluded.mode") })),
    )
    .execute();
  return [];
};
/** Releases the claims of a run; returns the number released. */
export const releaseClaims = async (db: Db, run: RunId): Promise<number> => {
  const { numDeletedRows } = await db.deleteFrom("claims").where("run", "=", run).executeTakeFirst();
  return Number(numDeletedRows);
};
/** Claims of all runs, or of a given run, ordered by resource. */
export const listClaims = (db: Db, run?: RunId): Promise<HeldClaim[]> =>
  db
    .selectFrom("claims")
    .selectAll()
    .$if(run !== undefined, (query) => query.where("run", "=", run!))
    .orderBy("resource")
    .orderBy("run")
    .execute();
