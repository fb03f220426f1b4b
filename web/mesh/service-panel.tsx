/** Panel of a service: the state and the reason, the allowed damage, the edges. */

import { memo } from "react";
import { MAY_WORDS, type ServiceState } from "../../experiments/model/blast-radius/service-state.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type EdgeId, edgeEnds, type ServiceName, spellEdge } from "../../experiments/model/names.ts";
import { runHref } from "../route.ts";
import { Mark, State } from "../ui/state.tsx";
import { BreakThis } from "./break-this.tsx";
import { EdgeList } from "./edge-list.tsx";
import { History } from "./history.tsx";
import { partOf } from "./mesh-status.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { Stops } from "./stops.tsx";

const MEANINGS: Readonly<Partial<Record<ServiceState, string>>> = {
  struck: "a fault acts on calls to it: what callers get says nothing of the service itself",
  idle: "nothing passes its edges",
  unwatched: "no agent reports its edges",
};

export interface ServicePanelProps {
  readonly mesh: Mesh;
  readonly name: ServiceName;
  readonly onSelect: (at: string) => void;
}
export const ServicePanel = memo(({ mesh, name, onSelect }: ServicePanelProps) => {
  const standing = useMeshStatus(({ services }) => services.get(name) ?? null);
  const busiest = useMeshStatus(({ edges }) => {
    const asked = mesh.edges.filter(({ to }) => to === name);
    const near = asked.length > 0 ? asked : mesh.edges.filter(({ from }) => from === name);
    const rate = (id: EdgeId) => edges.get(id)?.traffic?.perSecond ?? -1;
    // Equal rates keep the order of the mesh, so that the chart does not jump between two edges.
    return near.toSorted((a, b) => Math.log2(rate(b.id) + 2) - Math.log2(rate(a.id) + 2) || 0)[0]?.id ?? null;
  });
  const service = mesh.services.find((one) => one.name === name);
  if (service === undefined) return <p className="problem">The mesh has no service of this name any more.</p>;
  const state = standing?.state ?? "unwatched";
  return (
    <>
      <p>
        <State of={state} part={partOf(standing ?? undefined)} />
        {MEANINGS[state] !== undefined && <span className="small"> {MEANINGS[state]}</span>}
        {standing?.may != null && <span className="legend-box may">{MAY_WORDS[standing.may]}</span>}
        {service.protected && <span className="small"> protected: no fault may name it</span>}
      </p>
      <ul className="plain">
        {standing?.felt.map(({ run, experiment, leak, reason }) => (
          <li key={run}>
            {leak && <Mark of="leak">LEAK</Mark>} {reason} (<a href={runHref(run)}>{experiment}</a>)
          </li>
        ))}
      </ul>
      <Stops stops={standing?.stops ?? []} />
      {busiest !== null && edgeEnds(busiest)[1] === name && !service.protected && <BreakThis edge={busiest} />}
      {Object.keys(service.labels).length > 0 && (
        <p className="labels">
          {Object.entries(service.labels).map(([key, value]) => (
            <code key={key}>
              {key}={value}
            </code>
          ))}
        </p>
      )}
      {busiest !== null && (
        <section>
          <h3>{spellEdge(busiest)}</h3>
          <History edge={busiest} />
        </section>
      )}
      <EdgeList
        title="Who calls it"
        edges={mesh.edges.filter(({ to }) => to === name)}
        say="from"
        onSelect={onSelect}
      />
      <EdgeList
        title="Whom it calls"
        edges={mesh.edges.filter(({ from }) => from === name)}
        say="to"
        onSelect={onSelect}
      />
    </>
  );
});
