/** Query result on the page, by state: loading, refused, loaded, or loaded but stale. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useNow } from "../clock.ts";
import { queryFailureOf } from "./query-failure.ts";
import { agoOf } from "./words.ts";

const TICK_MS = 1_000;
const Again = ({ of }: { readonly of: UseQueryResult<unknown> }) => (
  <button
    type="button"
    disabled={of.isFetching}
    onClick={() => {
      of.refetch().catch(reportError);
    }}
  >
    Try again
  </button>
);

/** Error of a query without any earlier answer. */
const Missing = ({ of, error }: { readonly of: UseQueryResult<unknown>; readonly error: Error }) => {
  const { why, advice } = queryFailureOf(error);
  return (
    <div className="card empty" role="alert">
      <p className="problem">{why}</p>
      <p>{advice}</p>
      <p>
        <Again of={of} />
      </p>
    </div>
  );
};
/** Error of a query with an earlier answer, which is still shown. */
const Old = ({ of, error }: { readonly of: UseQueryResult<unknown>; readonly error: Error }) => {
  const { wallMs } = useNow(TICK_MS);
  const { why, advice } = queryFailureOf(error);
  return (
    <div className="banner warn" role="status">
      <p>
        This data is from {agoOf(wallMs - of.dataUpdatedAt)}. {why} {advice}
      </p>
      <Again of={of} />
    </div>
  );
};

/** `of`: the result of `useAsked`. */
export const QueryState = <T,>({
  of,
  children,
}: {
  readonly of: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) => {
  if (of.data === undefined)
    return of.error === null ? <p className="waiting">Loading…</p> : <Missing of={of} error={of.error} />;
  return (
    <>
      {of.error !== null && <Old of={of} error={of.error} />}
      <div className="asked-for" data-stale={of.error !== null || undefined}>
        {children(of.data)}
      </div>
    </>
  );
};
