/** A list of the API, or several lists merged: the newest page is polled, older pages are loaded on demand. */
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import type { Api } from "../../server/contract/index.ts";
import type { AskName, RequestOptions as Call, RouteInput } from "./client.ts";
import { extended, merged, type Page, type PlaceOf, renewed } from "./pages.ts";
import { type QueryOptions, useApiQueries } from "./queries.ts";
import { useClient } from "./use-client.ts";

/** Conversion of a route's reply to a page. */
export interface Listing<R extends AskName, T> {
  readonly route: R;
  readonly pageOf: (reply: Api[R]["reply"]) => Page<T>;
  readonly placeOf: PlaceOf<T>;
}
/** A requested list. */
export interface PageQuery<R extends AskName, T> {
  readonly query: NonNullable<RouteInput<R>["query"]>;
  /** Filter for the newest page, without any older page: for items that can only be new. */
  readonly only?: (item: T) => boolean;
}
export interface Pages<T> {
  /** Query state of the newest page. */
  readonly of: UseQueryResult<unknown>;
  /** Items, newest first; null: no answer has come yet. */
  readonly items: readonly T[] | null;
  /** True while the shown items still answer the previous request. */
  readonly isOther: boolean;
  readonly more: boolean;
  readonly loading: boolean;
  /** Error of loading more items; null: no error. */
  readonly problem: string | null;
  readonly loadMore: () => void;
}
interface Known<T> {
  readonly of: string;
  readonly answer: unknown;
  readonly lists: readonly Page<T>[];
  readonly loading: boolean;
  readonly problem: string | null;
}
type Lists = Extract<AskName, `GET ${string}`>;

/**
 * Pages of a list. `of`: identity of the list; a new identity discards all known items. The wishes may change under the
 * same identity (a time range does).
 */
export const usePages = <R extends Lists, T>(
  { route, pageOf, placeOf }: Listing<R, T>,
  { of: meant, wishes }: { readonly of: string; readonly wishes: readonly PageQuery<R, T>[] },
  asking: QueryOptions,
): Pages<T> => {
  const client = useClient();
  const wantedOf = (query: object) => ({ query }) as unknown as RouteInput<R> & Call;
  const first = useApiQueries(
    route,
    wishes.map(({ query }) => wantedOf(query)),
    asking,
  );
  const [known, setKnown] = useState<Known<T>>({ of: meant, answer: null, lists: [], loading: false, problem: null });
  const { data, isPlaceholderData } = first;
  if (data !== undefined && !isPlaceholderData && (data !== known.answer || known.of !== meant)) {
    const before = known.of === meant ? known : null;
    const lists = data.map((reply, index) => {
      const [page, only] = [pageOf(reply), wishes[index]?.only];
      if (only !== undefined) return { items: page.items.filter(only), next: null };
      return renewed(before?.lists[index] ?? null, page, placeOf);
    });
    setKnown({
      ...{ of: meant, answer: data, lists },
      ...{ loading: before?.loading ?? false, problem: before?.problem ?? null },
    });
  }
  const { items, behind } = merged(known.lists, placeOf);
  const change = (how: (known: Known<T>) => Partial<Known<T>>) =>
    // The identity of the list may have changed meanwhile.
    setKnown((now) => (now.of === meant ? { ...now, ...how(now) } : now));
  const load = async () => {
    change(() => ({ loading: true, problem: null }));
    try {
      const pages = await Promise.all(
        behind.map(async (index) => {
          const cursor = known.lists[index]!.next!;
          const page = pageOf(await client.call(route, wantedOf({ ...wishes[index]!.query, cursor })));
          return [index, { cursor, page }] as const;
        }),
      );
      const came = new Map(pages);
      change(({ lists }) => ({
        lists: lists.map((list, index) => {
          const older = came.get(index);
          // A list that began anew meanwhile does not go on with this page.
          return older === undefined || older.cursor !== list.next ? list : extended(list, older.page, placeOf);
        }),
        loading: false,
      }));
    } catch (error) {
      change(() => ({ loading: false, problem: error instanceof Error ? error.message : String(error) }));
    }
  };
  return {
    of: first,
    items: known.answer === null ? null : items,
    isOther: known.of !== meant,
    more: behind.length > 0,
    loading: known.loading,
    problem: known.problem,
    loadMore: () => {
      load().catch(reportError);
    },
  };
};
