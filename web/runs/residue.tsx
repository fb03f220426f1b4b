/** Runs with residue: the faults are not proven gone, and still keep other runs off these edges. */
import { asEdgeId, spellEdge } from "../../experiments/model/names.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { useApiQuery, useWrite } from "../api/queries.ts";
import { pageHref, runHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { Badge } from "../ui/badge.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Time } from "../ui/time.tsx";

const LOOK_MS = 5_000;
interface Kept {
  readonly run: RunSummary;
  /** Edges and services. */
  readonly resources: readonly string[];
}
/** `a → b` of an edge, the name of a service. */
const spellResource = (resource: string): string =>
  resource.includes("->") ? spellEdge(asEdgeId(resource)) : resource;
const useKept = (): readonly Kept[] => {
  const claims = useApiQuery("GET /api/v1/claims", {}, { everyMs: LOOK_MS }).data?.claims ?? [];
  const runs =
    useApiQuery("GET /api/v1/runs", { query: { verdict: "RESIDUE" } }, { everyMs: LOOK_MS }).data?.runs ?? [];
  return runs.flatMap((run) => {
    const resources = claims.filter((claim) => claim.run === run.id).map(({ resource }) => resource);
    return resources.length === 0 ? [] : [{ run, resources }];
  });
};

const One = ({ run, resources }: Kept) => {
  const refusal = useRefusal("operator");
  const release = useWrite("POST /api/v1/runs/:id/release");
  return (
    <li>
      <Badge headline="RESIDUE" />
      <div>
        <p>
          <a href={runHref(run.id)}>{run.experiment}</a>, started <Time iso={run.startedAt} />
        </p>
        <p>{run.reason.split("\n", 1)[0]}</p>
        <p className="small">Still claimed: {resources.map(spellResource).join(", ")}</p>
      </div>
      <Confirm
        label={`Release the edges of ${run.experiment}`}
        short="Release…"
        look="plain"
        meaning={
          <>
            Other runs may use them again: {resources.map(spellResource).join(", ")}. Do this only when you have seen
            that no fault is left there, or that the agent's host is gone. The verdict stays RESIDUE.
          </>
        }
        reason="How you know, for the audit log"
        leave="Keep them"
        refusal={refusal}
        onConfirm={(reason) => release.mutateAsync({ params: { id: run.id }, body: { reason } })}
      />
    </li>
  );
};

export const Residues = () => {
  const kept = useKept();
  const refusal = useRefusal("operator");
  if (kept.length === 0) return null;
  return (
    <section className="card residues live-data" aria-labelledby="residues">
      <h2 id="residues">It could not be shown that these faults are gone</h2>
      <p>
        Until it is, no other run gets their edges. Look at <a href={pageHref("agents")}>the agents</a> for the one that
        is lost, and start it again or bring back its connection: as soon as it proves that it holds nothing, the edges
        are free by themselves. If its host is gone for good, release them.
        {refusal !== null && ` ${refusal}`}
      </p>
      <ul>
        {kept.map((one) => (
          <One key={one.run.id} {...one} />
        ))}
      </ul>
    </section>
  );
};
