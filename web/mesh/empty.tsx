/** Next steps for the operator while the mesh is empty. */
import { countText } from "./figures.ts";
import { useMeshStatus } from "./mesh-status-store.ts";

export const NoMesh = ({ problems }: { readonly problems: readonly string[] }) => (
  <div className="card empty">
    <h2>There is no mesh yet</h2>
    <p>
      A mesh is the services and the edges between them, as a file. Start one together with its services and an agent:
    </p>
    <pre>squall up mesh.yaml --dashboard</pre>
    <p>or add one that runs already to this server:</p>
    <pre>squall apply -f mesh.yaml --server {window.location.origin}</pre>
    <p>
      No mesh of your own yet? <code>squall up experiments/shop/mesh.yaml</code> starts a small shop.
    </p>
    {problems.length > 0 && (
      <div role="alert">
        <p className="problem">A mesh was applied, and could not be used:</p>
        <ul>
          {problems.map((problem) => (
            <li key={problem} className="problem">
              {problem}
            </li>
          ))}
        </ul>
      </div>
    )}
  </div>
);

/** Why there are no numbers, above a graph that has none. */
export const Quiet = () => {
  const { heard, edges, watched, passing } = useMeshStatus((standing) => {
    const all = [...standing.edges.values()];
    return {
      heard: standing.at !== null,
      edges: all.length,
      watched: all.filter(({ traffic }) => traffic !== null).length,
      passing: all.some(({ traffic }) => (traffic?.perSecond ?? 0) > 0 || (traffic?.open ?? 0) > 0),
    };
  });
  if (!heard || edges === 0) return null;
  if (watched === 0)
    return (
      <section className="banner warn live-data" aria-label="Nothing is watched">
        <p>
          <strong>No agent watches any edge of this mesh</strong>, so that nothing can be seen or broken. Start an agent
          beside each caller:
        </p>
        <code>SQUALL_TOKEN=… squall agent --server {window.location.origin} --service NAME</code>
      </section>
    );
  if (passing) return null;
  return (
    <p className="small quiet-line live-data" role="status">
      {watched === edges ? "Every edge is watched" : `${countText(watched, "edge")} of ${edges} are watched`}; no
      request has passed in the last seconds.
    </p>
  );
};
