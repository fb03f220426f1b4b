/** Plan of the editor's text, requested from the server whenever the text has settled. */
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/client.ts";
import { useClient } from "../../api/use-client.ts";
import { Refused } from "../../ui/refused.tsx";
import { Problems } from "../problems.tsx";
import type { Source } from "../source.ts";
import type { Reading } from "../text/reading.ts";
import { PlanView } from "./plan-view.tsx";

interface DryRunProps {
  /** Source of the run; null: the text cannot be started in its current form. */
  readonly source: Source | null;
  readonly reading: Reading;
  readonly onJump: (line: number, column: number) => void;
}
/** Issues named by the server, each located in the text. */
const placed = ({ document }: Reading, error: Error) =>
  error instanceof ApiError && document !== null ? error.details.map((issue) => document.locate(issue)) : [];

export const DryRun = ({ source, reading, onJump }: DryRunProps) => {
  const client = useClient();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["POST /api/v1/plan", source],
    queryFn: ({ signal }) => client.call("POST /api/v1/plan", { body: { ...source }, signal }),
    enabled: source !== null,
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 0,
  });
  if (source === null)
    return (
      <p className="small">
        {reading.problems.length > 0
          ? "Fix the problems below the editor to see the plan here."
          : "A variable has no value here: give it a default, or save the experiment, and the server fills in those that it was told to (--env-allow)."}
      </p>
    );
  const places = error === null ? [] : placed(reading, error);
  return (
    <>
      <div className="planning">
        <p className="small">
          {isFetching
            ? "Asking the server…"
            : "As the mesh, the agents and the policies stand now; it touches nothing."}
        </p>
        <button
          type="button"
          disabled={isFetching}
          onClick={() => {
            refetch().catch(reportError);
          }}
        >
          Plan again
        </button>
      </div>
      {error !== null ? (
        places.length > 0 ? (
          <Problems label="What the server refuses" problems={places} warnings={[]} onJump={onJump} />
        ) : (
          <Refused error={error} />
        )
      ) : (
        data !== undefined && <PlanView plan={data} reading={reading} />
      )}
    </>
  );
};
