/**
 * Pages of lists that are in memory or short enough to be read whole. A cursor is a place in the order: items added or
 * removed meanwhile move no other item.
 */
import { ApiError } from "../errors.ts";

interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}
export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; null: this was the last page. */
  readonly next: string | null;
}
export const writeCursor = (place: string): string => Buffer.from(place).toString("base64url");
/** Place of a cursor that this server wrote. */
export const readCursor = (cursor: string): string => {
  const place = Buffer.from(cursor, "base64url").toString();
  if (writeCursor(place) !== cursor || place.includes("\0")) throw badCursor(cursor);
  return place;
};
export const badCursor = (cursor: string): ApiError =>
  new ApiError(
    "bad-request",
    `${JSON.stringify(cursor)} is no cursor of this list: send the \`next\` of the page before`,
  );

/** Page of a list ordered by rising `placeOf`, which is unique. */
export const pageOf = <T>(all: readonly T[], placeOf: (item: T) => string, { limit, cursor }: PageRequest): Page<T> => {
  const after = cursor === undefined ? null : readCursor(cursor);
  const ordered = all
    .map((item) => ({ item, place: placeOf(item) }))
    .filter(({ place }) => after === null || place > after)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const page = ordered.slice(0, limit);
  const next = ordered.length > limit ? writeCursor(page.at(-1)!.place) : null;
  return { items: page.map(({ item }) => item), next };
};
