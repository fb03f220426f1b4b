/** The older pages of a list. */
import type { Pages } from "../api/use-pages.ts";

export interface MoreProps {
  readonly of: Pick<Pages<unknown>, "more" | "loading" | "problem" | "loadMore">;
  /** Name of the listed items: `runs`. */
  readonly what: string;
}
export const More = ({ of: { more, loading, problem, loadMore }, what }: MoreProps) => (
  <>
    {problem !== null && (
      <p className="problem" role="alert">
        The older {what} did not come: {problem}
      </p>
    )}
    {more && (
      <p className="more">
        <button type="button" disabled={loading} onClick={loadMore}>
          {loading ? "Loading…" : "Load more"}
        </button>
      </p>
    )}
  </>
);
