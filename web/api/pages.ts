/** Lists that come in pages, newest first: the first page is asked again and again, older ones when somebody wants them. Pure. */

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the page after it; null: it is the last. */
  readonly next: string | null;
}
/** Where an item stands in its list, as text: a later place is greater. Never the same for two. */
export type PlaceOf<T> = (item: T) => string;

const later =
  <T>(placeOf: PlaceOf<T>) =>
  (a: T, b: T) =>
    placeOf(a) < placeOf(b) ? 1 : -1;

/** What is known of a list, once its first page has come again. */
export const renewed = <T>(known: Page<T> | null, first: Page<T>, placeOf: PlaceOf<T>): Page<T> => {
  const [newest, oldest] = [known?.items[0], first.items.at(-1)];
  // The first page is all there is; or so much came meanwhile that something may be missing in between.
  if (known === null || first.next === null || newest === undefined || oldest === undefined) return first;
  const end = placeOf(oldest);
  if (placeOf(newest) < end) return first;
  const older = known.items.filter((item) => placeOf(item) < end);
  // What was pushed off the first page is known already: the cursor is that of the oldest that is known.
  return older.length === 0 ? first : { items: [...first.items, ...older], next: known.next };
};
/** The page after what is known. */
export const extended = <T>(known: Page<T>, page: Page<T>, placeOf: PlaceOf<T>): Page<T> => {
  const end = known.items.at(-1);
  const older = end === undefined ? page.items : page.items.filter((item) => placeOf(item) < placeOf(end));
  return { items: [...known.items, ...older], next: page.next };
};

export interface MergedPages<T> {
  /** In the order of all. */
  readonly items: readonly T[];
  /** Which lists must be read on before there can be more; empty: that was all. */
  readonly behind: readonly number[];
}
/**
 * Several lists as one. A list that goes on further back than it is known hides what the others have beyond its end:
 * something of its own may belong in between.
 */
export const merged = <T>(lists: readonly Page<T>[], placeOf: PlaceOf<T>): MergedPages<T> => {
  const all = new Map(lists.flatMap(({ items }) => items).map((item) => [placeOf(item), item]));
  const sorted = [...all.values()].sort(later(placeOf));
  const ends = lists.map(({ items, next }) => {
    const last = items.at(-1);
    return next === null || last === undefined ? null : placeOf(last);
  });
  const horizon = ends.reduce((most, end) => (end !== null && (most === null || end > most) ? end : most), null);
  if (horizon === null) return { items: sorted, behind: [] };
  const behind = ends.flatMap((end, index) => (end === horizon ? [index] : []));
  return { items: sorted.filter((item) => placeOf(item) >= horizon), behind };
};
