import { useMemo } from "react";
import { spellCount } from "../../experiments/model/text/words.ts";
import type { AgentView } from "../../server/contract/index.ts";
import { useApiQuery } from "../api/queries.ts";
import { pageHref, replace } from "../route.ts";
import { LastKnown } from "../ui/last-known.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { AgentRow } from "./agent-row.tsx";
import "./agents.css";
import { Empty } from "./empty.tsx";
import { countsOf, type Group, groupsOf, matching } from "./fleet.ts";

const LOOK_MS = 2_000;
const SERVER_MS = 30_000;

const Counts = ({ agents, serverVersion }: { readonly agents: readonly AgentView[]; serverVersion: string | null }) => {
  const { connected, lost, faulty, failing, versions } = countsOf(agents);
  const mixed =
    versions.length > 1 || versions.some(([version]) => serverVersion !== null && version !== serverVersion);
  return (
    <dl className="tiles">
      <div>
        <dt>Connected</dt>
        <dd>{connected}</dd>
      </div>
      <div className={lost > 0 ? "bad" : undefined}>
        <dt>Lost</dt>
        <dd>
          {lost > 0 && <span aria-hidden="true">✕ </span>}
          {lost}
        </dd>
      </div>
      <div className={faulty > 0 ? "storm" : undefined}>
        <dt>With faults live</dt>
        <dd>{faulty}</dd>
      </div>
      {failing > 0 && (
        <div className="bad">
          <dt>Cannot serve an edge</dt>
          <dd>
            <span aria-hidden="true">✕ </span>
            {failing}
          </dd>
        </div>
      )}
      <div className={mixed ? "warn" : undefined}>
        <dt>{versions.length === 1 ? "Version" : "Versions"}</dt>
        <dd className="versions">
          {versions.map(([version, count]) => (
            <span key={version}>
              {version}
              {versions.length > 1 && <span className="small"> × {count}</span>}
            </span>
          ))}
          {mixed && serverVersion !== null && <span className="small">server {serverVersion}</span>}
        </dd>
      </div>
    </dl>
  );
};

const GroupTable = ({ group, serverVersion }: { readonly group: Group; readonly serverVersion: string | null }) => {
  const { service, agents, lost } = group;
  const title = service ?? "Every caller";
  return (
    <section className="card fleet">
      <h2>
        {title}{" "}
        <span className="small">
          {agents.length} {agents.length === 1 ? "agent" : "agents"}
          {lost > 0 && `, ${lost} lost`}
        </span>
      </h2>
      <table className="stacks" aria-label={`Agents of ${title}`}>
        <thead>
          <tr>
            <th>Agent</th>
            <th>State</th>
            <th>Lease</th>
            <th>Edges</th>
            <th>Faults live</th>
            <th>Version</th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <AgentRow key={agent.boot} {...{ agent, serverVersion }} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

interface FleetProps {
  readonly agents: readonly AgentView[];
  readonly text: string;
  /** There are more than were sent. */
  readonly cut: boolean;
  readonly serverVersion: string | null;
}
const Fleet = ({ agents, text, cut, serverVersion }: FleetProps) => {
  const meant = useMemo(() => matching(agents, text), [agents, text]);
  const groups = useMemo(() => groupsOf(meant), [meant]);
  return (
    <div className="live-data">
      <Counts {...{ agents, serverVersion }} />
      <div className="bar">
        <label className="search">
          Search
          <input
            type="search"
            value={text}
            placeholder="instance, service, label, edge, version"
            onChange={(event) => replace(pageHref("agents", { q: event.target.value }))}
          />
        </label>
        <p className="small" role="status">
          {text !== "" && `${meant.length} of ${spellCount(agents.length, "agent")}`}
        </p>
      </div>
      {cut && (
        <p className="notice">
          Only the first {agents.length} are shown. <code>squall agents --service NAME</code> lists those of one
          service.
        </p>
      )}
      {groups.length === 0 && <p className="card">No agent is like that: search for less.</p>}
      {groups.map((group) => (
        <GroupTable key={group.service ?? ""} {...{ group, serverVersion }} />
      ))}
    </div>
  );
};

export const AgentsPage = ({ query }: { readonly query: URLSearchParams }) => {
  const fleet = useApiQuery("GET /api/v1/agents", {}, { everyMs: LOOK_MS });
  const serverVersion = useApiQuery("GET /api/v1/server", {}, { everyMs: SERVER_MS }).data?.version ?? null;
  useTitle("Agents");
  return (
    <>
      <div className="head">
        <h1>Agents</h1>
        <LastKnown />
      </div>
      <QueryState of={fleet}>
        {({ agents, next }) =>
          agents.length === 0 ? (
            <Empty />
          ) : (
            <Fleet {...{ agents, serverVersion }} text={query.get("q") ?? ""} cut={next !== null} />
          )
        }
      </QueryState>
    </>
  );
};
