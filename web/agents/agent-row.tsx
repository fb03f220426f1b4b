import { memo } from "react";
import { spellEdge } from "../../experiments/model/names.ts";
import type { AgentView } from "../../server/contract/index.ts";
import { runHref } from "../route.ts";
import { agoOf } from "../ui/words.ts";
import { type AgentStatus, agentStatusOf, heldFaultOf, leaseOf } from "./agent-status.ts";

const heardOf = (ms: number | null): string =>
  ms === null ? "no pulse heard" : ms < 2_000 ? "pulsed just now" : `last pulse ${agoOf(ms)}`;

/** Strokes in a square of 16. */
const SIGNS: Readonly<Record<AgentStatus["tone"], string>> = {
  good: "M3 8.5l3.5 3.5L13 4.5",
  warn: "M8 2l6.5 12h-13zM8 6.6v3.6M8 12v.4",
  bad: "M4 4l8 8M12 4l-8 8",
};
const StateBadge = ({ standing: { tone, word } }: { readonly standing: AgentStatus }) => (
  <span className={`badge ${tone}`}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={SIGNS[tone]} />
    </svg>
    {word}
  </span>
);

const Edges = ({ edges, failed }: Pick<AgentView, "edges" | "failed">) => (
  <>
    {edges.length === 0 && failed.length === 0 && <span className="small">none</span>}
    <ul className="edges">
      {edges.map((edge) => (
        <li key={edge}>{spellEdge(edge)}</li>
      ))}
      {failed.map(({ id, why }) => (
        <li key={id} className="problem">
          <strong>✕ {spellEdge(id)} is not served</strong>: {why}
        </li>
      ))}
    </ul>
  </>
);
const Faults = ({ live }: Pick<AgentView, "live">) => {
  if (live.length === 0) return <span className="small">none</span>;
  return (
    <ul className="edges">
      {live.map(heldFaultOf).map(({ id, run, fault, edge }) => (
        <li key={id}>
          {run === null || edge === null ? (
            fault
          ) : (
            <a href={runHref(run)} aria-label={`${fault} on ${spellEdge(edge)}: its run`}>
              {fault}
            </a>
          )}{" "}
          {edge !== null && <span className="small">on {spellEdge(edge)}</span>}
        </li>
      ))}
    </ul>
  );
};

export interface AgentRowProps {
  readonly agent: AgentView;
  /** null: not known. */
  readonly serverVersion: string | null;
}
const Row = ({ agent, serverVersion }: AgentRowProps) => {
  const { instance, boot, pid, labels, version, lastPulseAgoMs } = agent;
  const standing = agentStatusOf(agent);
  const lease = leaseOf(agent);
  const differs = serverVersion !== null && version !== "" && version !== serverVersion;
  return (
    <tr>
      <th scope="row">
        <span className="strong">{instance}</span>
        <span className="small labels">
          {Object.entries(labels).map(([key, value]) => (
            <span key={key}>
              {key}={value}
            </span>
          ))}
          {agent.intercepts && <span title="The kernel redirects connections to this agent">redirect</span>}
          <span title={`Boot ${boot}`}>pid {pid}</span>
        </span>
      </th>
      <td data-word="State">
        <StateBadge standing={standing} /> <span className="small">{heardOf(lastPulseAgoMs)}</span>
        {standing.advice !== "" && <p className="small advice">{standing.advice}</p>}
      </td>
      <td data-word="Lease" className={lease.fresh ? "lease" : "lease over"}>
        {lease.fresh ? "fresh, " : ""}
        {lease.word}
      </td>
      <td data-word="Edges">
        <Edges {...agent} />
      </td>
      <td data-word="Faults live">
        <Faults {...agent} />
      </td>
      <td data-word="Version" className={differs ? "differs" : undefined}>
        {version === "" ? "–" : version}
        {differs && <span className="small"> differs: the server is {serverVersion}</span>}
      </td>
    </tr>
  );
};
export const AgentRow = memo(Row);
