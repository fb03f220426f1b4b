/** A list of the API as a whole, by its pages: a search in half a list would deny what the server has. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Api } from "../../server/contract/index.ts";
import type { AskName, RequestOptions as Call, RouteInput } from "./client.ts";
import type { Page } from "./pages.ts";
import { useClient } from "./use-client.ts";

/** Most items that the API puts on a page. */
const PAGE = 200;

/** Items of every page, in the server's order. `load`: null asks for the first page. */
export const loadEveryPage = async <T>(load: (cursor: string | null) => Promise<Page<T>>): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await load(cursor);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
};

type Lists = Extract<AskName, `GET ${string}`>;
export interface WholeList<R extends Lists, T> {
  readonly route: R;
  readonly query: NonNullable<RouteInput<R>["query"]>;
  readonly pageOf: (reply: Api[R]["reply"]) => Page<T>;
}
/** `everyMs`: polling interval of a list of one page; a longer list is asked for less often. */
export const useWholeList = <R extends Lists, T>(
  { route, query, pageOf }: WholeList<R, T>,
  everyMs: number | null = null,
): UseQueryResult<readonly T[]> => {
  const client = useClient();
  return useQuery<readonly T[]>({
    queryKey: [route, "every page", query],
    queryFn: ({ signal }) =>
      loadEveryPage(async (cursor) => {
        const wanted = { ...query, limit: PAGE, ...(cursor !== null && { cursor }) };
        return pageOf(await client.call(route, { query: wanted, signal } as unknown as RouteInput<R> & Call));
      }),
    refetchInterval: ({ state: { data } }) =>
      everyMs === null ? false : everyMs * Math.max(1, Math.ceil((data?.length ?? 0) / PAGE)),
  });
};
