/** Asking the API from a page: what was asked before is shown at once, and asked again while somebody looks. */
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../server/contract/index.ts";
import { ApiRefusal, type AskName, type Asking as Call, type Wanted } from "./client.ts";
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
export interface Asking {
  /** Asked again so often; null: only when somebody comes back to it. */
  readonly everyMs?: number | null;
  /** False: not yet. */
  readonly when?: boolean;
}
/** The answer, however old: `dataUpdatedAt` and `error` tell. */
export const useAsked = <R extends Reads>(
  route: R,
  wanted: Wanted<R>,
  { everyMs = null, when = true }: Asking = {},
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
export const useAskedAll = <R extends Reads>(
  route: R,
  wanted: readonly Wanted<R>[],
  { everyMs = null, when = true }: Asking = {},
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
  return useMutation<Api[R]["reply"], Error, Wanted<R> & Call>({
    mutationFn: (wanted) => client.call(route, wanted),
    onSettled: () => askAgain(queries),
  });
};

/** Everything that is shown is asked for again. What fails says so where it is shown. */
export const askAgain = (queries: QueryClient): void => {
  queries.invalidateQueries().catch(() => {});
};
