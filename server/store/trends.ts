/** Last finished runs of every experiment, in a single query. */
import { sql } from "kysely";
import type { RunRow } from "./runs.ts";
import type { Db } from "./schema.ts";

export type TrendRow = Pick<RunRow, "id" | "experiment" | "verdict" | "because" | "started_ms">;
export interface TrendsQuery {
  /** Most runs of each experiment. */
  readonly last: number;
  /** Most experiments: the experiments that ran last. */
  readonly most: number;
}
export interface TrendRows {
  /** Rows by experiment; the runs of each experiment oldest first. */
  readonly rows: readonly TrendRow[];
  readonly complete: boolean;
}

export const readTrends = async (db: Db, { last, most }: TrendsQuery): Promise<TrendRows> => {
  const rows = await db
    .with("finished", (cte) =>
      cte
        .selectFrom("runs")
        .select(["id", "experiment", "verdict", "because", "started_ms"])
        .select([
          sql<number>`row_number() over (partition by experiment order by started_ms desc, id desc)`.as("place"),
          sql<number>`max(started_ms) over (partition by experiment)`.as("newest_ms"),
        ])
        .where("forgotten", "=", 0)
        .where("state", "=", "finished"),
    )
    .with("ranked", (cte) =>
      cte
        .selectFrom("finished")
        .selectAll()
        .select(sql<number>`dense_rank() over (order by newest_ms desc, experiment)`.as("rank"))
        .where("place", "<=", last),
    )
    .selectFrom("ranked")
    .select(["id", "experiment", "verdict", "because", "started_ms", "rank"])
    // An experiment beyond the limit shows that there are more.
    .where("rank", "<=", most + 1)
    .orderBy("experiment")
    .orderBy("place", "desc")
    .execute();
  const within = rows.filter(({ rank }) => Number(rank) <= most);
  return { rows: within.map(({ rank: _, ...row }) => row), complete: within.length === rows.length };
};
