/** In which order runs stand on the page. Pure. */
import type { RunSummary } from "../../server/contract/index.ts";
import { isUnderWay } from "./filter.ts";

export interface Arranged {
  readonly runs: readonly RunSummary[];
  /** How many are not among them yet, because somebody is reading. */
  readonly held: number;
}
/** By the order of the API, newest first: a later place is greater. */
export const placeOf = ({ startedAt, id }: Pick<RunSummary, "startedAt" | "id">): string => `${startedAt} ${id}`;

/** Those under way first, both newest first. */
const natural = (runs: readonly RunSummary[]): readonly RunSummary[] => [
  ...runs.filter(isUnderWay),
  ...runs.filter((run) => !isUnderWay(run)),
];
/**
 * `shown`: ids as they stand. Nothing that somebody reads changes its place: what is new waits, what ended stays where it
 * was, and only what is older than all of them is put below.
 */
export const arrange = (runs: readonly RunSummary[], shown: readonly string[], reading: boolean): Arranged => {
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
