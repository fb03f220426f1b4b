/** In which order runs stand on the page. Pure. */
import type { RunId } from "../../experiments/model/names.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { isUnderWay } from "./filter.ts";

export interface Arranged {
  readonly runs: readonly RunSummary[];
  /** Number of new runs held back while the user reads the list. */
  readonly held: number;
}
/** By the order of the API, newest first: a later place is greater. */
export const placeOf = ({ startedAt, id }: Pick<RunSummary, "startedAt" | "id">): string => `${startedAt} ${id}`;

/** Active runs first, then finished runs, each newest first. */
const natural = (runs: readonly RunSummary[]): readonly RunSummary[] => [
  ...runs.filter(isUnderWay),
  ...runs.filter((run) => !isUnderWay(run)),
];
/**
 * Order of the list. `shown`: displayed ids. While the user reads, no displayed run moves: new runs are held back,
 * finished runs stay in place, and only runs older than all displayed runs are appended.
 */
export const arrange = (runs: readonly RunSummary[], shown: readonly RunId[], reading: boolean): Arranged => {
  const sorted = natural(runs);
  if (!reading || shown.length === 0) return { runs: sorted, held: 0 };
  const known = new Map(runs.map((run) => [run.id, run]));
  const kept = shown.map((id) => known.get(id)).filter((run) => run !== undefined);
  const ids = new Set(shown);
  const oldest = kept.reduce((least, run) => (placeOf(run) < least ? placeOf(run) : least), "~");
  const others = sorted.filter(({ id }) => !ids.has(id));
  const older = others.filter((run) => placeOf(run) < oldest);
  return { runs: [...kept, ...older], held: others.length - older.length };
};
