/** Asking the API from a page: what was asked before is shown at once, and asked again while somebody looks. */
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../server/contract/index.ts";
import { ApiRefusal, type AskName, type RequestOptions as Call, type RouteInput } from "./client.ts";
import { useClient } from "./use-client.ts";

const TRIES = 2;

export const newQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // What the server refuses it refuses again.
        retry: (failures, error) => failures < TRIES && !(error instanceof ApiRefusal && error.status < 500),
        refetchOnWindowFocus: true,
        placeholderData: keepPreviousData,
        // A page on this machine needs no network beyond it.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });

type Reads = Extract<AskName, `GET ${string}`>;
export interface QueryOptions {
  /** Asked again so often; null: only when somebody comes back to it. */
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
/** One route asked for several things at once: all answers, or none. */
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

/** A write. When it is done, everything read is asked again: there is little, and none of it may be old. */
export const useWrite = <R extends Exclude<AskName, Reads>>(route: R) => {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation<Api[R]["reply"], Error, RouteInput<R> & Call>({
    mutationFn: (wanted) => client.call(route, wanted),
    onSettled: () => refetch(queries),
  });
};

/** Everything that is shown is asked for again. What fails says so where it is shown. */
export const refetch = (queries: QueryClient): void => {
  queries.invalidateQueries().catch(() => {});
};
