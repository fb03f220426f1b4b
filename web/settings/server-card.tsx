/** Identity of this server. */
import type { ServerInfo } from "../../server/contract/index.ts";
import { useApiQuery } from "../api/queries.ts";
import { pageHref } from "../route.ts";
import { QueryState } from "../ui/query-state.tsx";

const LOOK_MS = 5_000;
const STORES: Readonly<Record<ServerInfo["store"], string>> = { sqlite: "SQLite, one file", postgres: "PostgreSQL" };
const commandsOf = (commands: ServerInfo["commands"]): string =>
  commands === null
    ? "any (an embedded server with --allow-exec)"
    : commands.length === 0
      ? "none"
      : commands.join(", ");

const Facts = ({ info }: { readonly info: ServerInfo }) => {
  const { version, store, epoch, clockOffsetMs, mesh, agents, runs, commands } = info;
  return (
    <dl className="pairs live-data">
      <dt>Version</dt>
      <dd>{version}</dd>
      <dt>Address</dt>
      <dd>
        <code>{window.location.origin}</code>
      </dd>
      <dt>Store</dt>
      <dd>{STORES[store]}</dd>
      <dt>Epoch</dt>
      <dd>
        {epoch} <span className="small">of its leadership: agents refuse orders of an older one</span>
      </dd>
      {store === "postgres" && (
        <>
          <dt>Clock</dt>
          <dd>
            {(clockOffsetMs / 1_000).toFixed(1)} s{" "}
            <span className="small">from here to the database's, by which schedules go</span>
          </dd>
        </>
      )}
      <dt>Mesh</dt>
      <dd>
        {mesh === null ? (
          <>
            none yet: <code>squall apply -f mesh.yaml</code>, or <code>squall serve --mesh mesh.yaml</code>
          </>
        ) : (
          <>
            <a href={pageHref("mesh")}>{mesh.name}</a> <span className="small">revision {mesh.revision}</span>
          </>
        )}
      </dd>
      <dt>Agents</dt>
      <dd>
        <a href={pageHref("agents")}>
          {agents.ready} ready of {agents.known} known
        </a>
      </dd>
      <dt>Runs under way</dt>
      <dd>{runs.live}</dd>
      <dt>Commands that probes may run</dt>
      <dd>{commandsOf(commands)}</dd>
    </dl>
  );
};
export const ServerCard = () => {
  const server = useApiQuery("GET /api/v1/server", {}, { everyMs: LOOK_MS });
  return (
    <section className="card settings" aria-labelledby="server">
      <h2 id="server">Server</h2>
      <QueryState of={server}>{(info) => <Facts info={info} />}</QueryState>
    </section>
  );
};
