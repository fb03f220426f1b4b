/** Page of an experiment: editing, checks, explanation, plan, saving and start. */
import { asEdgeId } from "../../experiments/model/names.ts";
import { ApiError } from "../api/client.ts";
import { useApiQuery } from "../api/queries.ts";
import { experimentHref, pageHref } from "../route.ts";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { isBreak } from "./text/break.ts";
import { type BreakRequest, templateOf } from "./text/template.ts";
import { Workbench } from "./workbench.tsx";
import "./experiment.css";

const MESH_MS = 10_000;
const STORED_MS = 10_000;
const isMissing = (error: Error | null) => error instanceof ApiError && error.status === 404;

const Missing = ({ name }: { readonly name: string }) => (
  <div className="card empty" role="alert">
    <h1>No experiment of this name</h1>
    <p>
      This server has no experiment <code>{name}</code>: it may have been deleted, or never applied. Apply its file
      with:
    </p>
    <pre>squall apply -f your-experiment.yaml</pre>
    <p>
      or go back to <a href={pageHref("experiments")}>all experiments</a>, or write{" "}
      <a href={experimentHref(null)}>a new one</a>.
    </p>
  </div>
);

/** Fault request in the address; null: the user did not come from an edge. */
const wishIn = (query: URLSearchParams): BreakRequest | null => {
  const [how, edge] = [query.get("break"), query.get("edge")];
  return isBreak(how) && edge !== null ? { how, edge: asEdgeId(edge) } : null;
};

export const ExperimentPage = ({ name, query }: { readonly name: string | null; readonly query: URLSearchParams }) => {
  const wish = wishIn(query);
  // Each request has a separate draft: unsaved text of another request is not overwritten.
  const draftKey = wish === null ? null : `?${wish.how} ${wish.edge}`;
  useTitle(name ?? "New experiment");
  const mesh = useApiQuery("GET /api/v1/mesh", {}, { everyMs: MESH_MS });
  const stored = useApiQuery(
    "GET /api/v1/documents/:kind/:name",
    { params: { kind: "Experiment", name: name ?? "" } },
    { when: name !== null, everyMs: STORED_MS },
  );
  if (name !== null && isMissing(stored.error) && stored.data === undefined) return <Missing name={name} />;
  return (
    <QueryState of={mesh}>
      {(inForce) =>
        name === null ? (
          <Workbench
            key={draftKey}
            stored={null}
            draftKey={draftKey}
            template={templateOf(inForce.mesh, wish)}
            mesh={inForce.mesh}
          />
        ) : (
          <QueryState of={stored}>
            {(document) => <Workbench key={document.name} stored={document} template="" mesh={inForce.mesh} />}
          </QueryState>
        )
      }
    </QueryState>
  );
};
