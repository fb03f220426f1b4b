/** Impact of a start in a single sentence, from the server's plan and in the words of `squall plan`. */
import { useQuery } from "@tanstack/react-query";
import { sayImpact } from "../../../experiments/model/explain/impact.ts";
import type { RunMode } from "../../../experiments/model/plan/plan.ts";
import { useClient } from "../../api/use-client.ts";
import type { Source } from "../source.ts";

interface ImpactProps {
  readonly source: Source | undefined;
  readonly mode: RunMode;
}
export const Impact = ({ source, mode }: ImpactProps) => {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: ["POST /api/v1/plan", source, mode],
    queryFn: ({ signal }) => client.call("POST /api/v1/plan", { body: { ...source, mode }, signal }),
    enabled: source !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  // The start request reports why the server refuses.
  if (error !== null) return null;
  return (
    <p className="start-impact" role="status">
      {data === undefined ? "Asking the server what it would do…" : sayImpact(data)}
    </p>
  );
};
