export const Empty = () => (
  <div className="card empty">
    <h2>No agent has connected yet</h2>
    <p>
      An agent runs beside each caller, in the path of its edges: no fault gets into traffic without one. On a laptop{" "}
      <code>squall up mesh.yaml</code> starts one for all edges. Beside a service of yours an agent needs a join token,
      which an administrator creates:
    </p>
    <pre>squall token create checkout --role join --service checkout --expires 90d --save checkout.join</pre>
    <p>Start the agent with that token:</p>
    <pre>
      squall agent --server {window.location.origin} --service checkout --join checkout.join --credential
      /var/lib/squall/agent
    </pre>
    <p>It appears here within a second. docs/server.md has sidecars for Compose and Kubernetes.</p>
  </div>
);
