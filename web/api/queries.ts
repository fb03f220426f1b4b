/** API queries of a page: a cached answer is shown at once, and fetched again while the page is visible. */
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../server/contract/index.ts";
import { ApiError, type AskName, type RequestOptions as Call, type RouteInput } from "./client.ts";
import { useClient } from "./use-client.ts";

const TRIES = 2;

export const newQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // A refusal by the server stays a refusal: no retry.
        retry: (failures, error) => failures < TRIES && !(error instanceof ApiError && error.status < 500),
        refetchOnWindowFocus: true,
        placeholderData: keepPreviousData,
        // A page on this machine needs no network beyond localhost.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });

type Reads = Extract<AskName, `GET ${string}`>;
export interface QueryOptions {
  /** Polling interval; null: fetched again only when the user returns to the page. */
  readonly everyMs?: number | null;
  /** False: not yet. */
  readonly when?: boolean;
}
/** The answer, however old: `dataUpdatedAt` and `error` tell. */
export const useApiQuery = <R extends Reads>(
  route: R,
  wanted: RouteInput<R>,
  { everyMs = null, when = true }: QueryOptions = {},
) => {
  const client = useClient();
  return useQuery<Api[R]["reply"]>({
    queryKey: [route, wanted.params ?? null, wanted.query ?? null],
    queryFn: ({ signal }) => client.call(route, { ...wanted, signal }),
    refetchInterval: everyMs ?? false,
    enabled: when,
  });
};
/** Several requests to the same route: all answers, or none. */
export const useApiQueries = <R extends Reads>(
  route: R,
  wanted: readonly RouteInput<R>[],
  { everyMs = null, when = true }: QueryOptions = {},
) => {
  const client = useClient();
  return useQuery<readonly Api[R]["reply"][]>({
    queryKey: [route, wanted.map(({ params, query }) => [params ?? null, query ?? null])],
    queryFn: ({ signal }) => Promise.all(wanted.map((one) => client.call(route, { ...one, signal }))),
    refetchInterval: everyMs ?? false,
    enabled: when,
  });
};

/** A write. When it is done, every query is fetched again: there are few, and no answer may be stale. */
export const useWrite = <R extends Exclude<AskName, Reads>>(route: R) => {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation<Api[R]["reply"], Error, RouteInput<R> & Call>({
    mutationFn: (wanted) => client.call(route, wanted),
    onSettled: () => refetch(queries),
  });
};

/** Refetches every displayed query. A failed query shows the error in place. */
export const refetch = (queries: QueryClient): void => {
  queries.invalidateQueries().catch(() => {});
};
