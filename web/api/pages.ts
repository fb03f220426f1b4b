/** Paged lists, newest first: the first page is polled, older pages are loaded on demand. Pure. */

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the following page; null: this is the last page. */
  readonly next: string | null;
}
/** Sort key of an item in a list, as text: a later item has a greater key. Keys are unique. */
export type PlaceOf<T> = (item: T) => string;

const later =
  <T>(placeOf: PlaceOf<T>) =>
  (a: T, b: T) =>
    placeOf(a) < placeOf(b) ? 1 : -1;

/** Known part of a list after the first page was fetched again. */
export const renewed = <T>(known: Page<T> | null, first: Page<T>, placeOf: PlaceOf<T>): Page<T> => {
  const [newest, oldest] = [known?.items[0], first.items.at(-1)];
  // The first page is the whole list; or so many items arrived meanwhile that some in between may be missing.
  if (known === null || first.next === null || newest === undefined || oldest === undefined) return first;
  const end = placeOf(oldest);
  if (placeOf(newest) < end) return first;
  const older = known.items.filter((item) => placeOf(item) < end);
  // Items pushed off the first page are known already: the cursor is that of the oldest known item.
  return older.length === 0 ? first : { items: [...first.items, ...older], next: known.next };
};
/** Known part of a list, extended by the following page. */
export const extended = <T>(known: Page<T>, page: Page<T>, placeOf: PlaceOf<T>): Page<T> => {
  const end = known.items.at(-1);
  const older = end === undefined ? page.items : page.items.filter((item) => placeOf(item) < placeOf(end));
  return { items: [...known.items, ...older], next: page.next };
};

export interface MergedPages<T> {
  /** In the order of all. */
  readonly items: readonly T[];
  /** Indexes of the lists to load further before more can be shown; empty: all lists are complete. */
  readonly behind: readonly number[];
}
/**
 * Several lists merged into a single list. A list with more pages to load hides the other lists' items beyond the last
 * loaded item: items of this list may belong in between.
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
