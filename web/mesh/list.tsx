/** The graph's content as tables: for users who prefer text, and where the graph has no room. */

import { memo, useState } from "react";
import { MAY_WORDS, SERVICE_STATES } from "../../experiments/model/blast-radius/service-state.ts";
import type { Edge, Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { type EdgeId, type ServiceName, spellEdge } from "../../experiments/model/names.ts";
import { Mark, State } from "../ui/state.tsx";
import { latencyText, NOTHING, passingText, percentText } from "./figures.ts";
import { partOf } from "./mesh-status.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { paintOf, passingOn, TONE_WORDS } from "./paint.ts";

/** Row limit; more rows are shown on demand. */
const MOST_ROWS = 100;

interface Choosing {
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}
const Numbers = ({ edges }: { readonly edges: readonly EdgeId[] }) => {
  const said = useMeshStatus((standing) => {
    const passing = passingOn(standing, edges);
    return [passingText(passing), percentText(passing?.errors ?? null), latencyText(passing?.p99Ms ?? null)] as const;
  });
  return said.map((text, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: three columns, in their order
    <td key={index} className={text === NOTHING ? "number none" : "number"} data-word={COLUMNS[index]}>
      {text}
    </td>
  ));
};
const COLUMNS = ["Requests", "Errors", "p99"] as const;
const NO_EDGES: readonly EdgeId[] = [];

const ServiceRow = memo(
  ({
    service,
    incoming,
    isSelected,
    onSelect,
  }: { service: Service; incoming: readonly EdgeId[]; isSelected: boolean } & Pick<Choosing, "onSelect">) => {
    const { state, may, part, reason } = useMeshStatus(({ services }) => {
      const found = services.get(service.name);
      return {
        state: found?.state ?? ("unwatched" as const),
        may: found?.may ?? null,
        part: partOf(found),
        reason: found?.felt[0]?.reason ?? "",
      };
    });
    return (
      <tr aria-current={isSelected || undefined}>
        <th scope="row">
          <button type="button" className="choose" onClick={() => onSelect(service.name)}>
            {service.name}
          </button>
        </th>
        <td data-word="State">
          <State of={state} part={part} />
          {reason !== "" && <span className="small why">{reason}</span>}
        </td>
        <td data-word="Declared" className={may === null ? "none" : undefined}>
          {may === null ? NOTHING : MAY_WORDS[may]}
        </td>
        <Numbers edges={incoming} />
      </tr>
    );
  },
);
const EdgeRow = memo(
  ({ edge, isSelected, onSelect }: { edge: Edge; isSelected: boolean } & Pick<Choosing, "onSelect">) => {
    const { tone, faults } = useMeshStatus((standing) => ({
      tone: paintOf(standing, [edge.id]).tone,
      faults: (standing.edges.get(edge.id)?.faults ?? []).map(
        ({ label, share }) => `${label} on ${percentText(share)}`,
      ),
    }));
    return (
      <tr aria-current={isSelected || undefined}>
        <th scope="row">
          <button type="button" className="choose" onClick={() => onSelect(edge.id)}>
            {spellEdge(edge.id)}
          </button>
        </th>
        <td data-word="State">
          <Mark of={tone}>{TONE_WORDS[tone]}</Mark>
        </td>
        <td data-word="Faults">{faults.length > 0 && <Mark of="fault">{faults.join(", ")}</Mark>}</td>
        <Numbers edges={[edge.id]} />
      </tr>
    );
  },
);

const Rows = <T,>({
  of,
  of: { length },
  row,
  word,
}: {
  of: readonly T[];
  row: (one: T) => React.ReactNode;
  word: string;
}) => {
  const [all, setAll] = useState(false);
  const shown = all ? of : of.slice(0, MOST_ROWS);
  return (
    <tbody>
      {shown.map(row)}
      {shown.length < length && (
        <tr>
          <td colSpan={6}>
            <button type="button" onClick={() => setAll(true)}>
              Show all {length} {word}
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
};
const Head = ({ first, third }: { readonly first: string; readonly third: string }) => (
  <thead>
    <tr>
      {[first, "State", third].map((word) => (
        <th key={word} scope="col">
          {word}
        </th>
      ))}
      {COLUMNS.map((word) => (
        <th key={word} scope="col" className="number">
          {word}
        </th>
      ))}
    </tr>
  </thead>
);

/** Urgent services first: leaks, then by state; equal states in the order of the mesh, so that figures move no row. */
const useServicesFirst = (mesh: Mesh): readonly ServiceName[] =>
  useMeshStatus(({ services }) => {
    const rankOf = (name: ServiceName) => {
      const { leak = false, state = "unwatched" } = services.get(name) ?? {};
      const rank = SERVICE_STATES.indexOf(state);
      return leak ? -1 : Math.min(rank, CALM);
    };
    return mesh.services.map(({ name }) => name).toSorted((a, b) => rankOf(a) - rankOf(b));
  });
const CALM = SERVICE_STATES.indexOf("healthy");
const useEdgesFirst = (mesh: Mesh): readonly EdgeId[] =>
  useMeshStatus((standing) => {
    const rankOf = (id: EdgeId) => {
      if ((standing.edges.get(id)?.faults.length ?? 0) > 0) return -1;
      const { tone } = paintOf(standing, [id]);
      return tone === "quiet" ? CALM - 1 : Math.min(CALM, SERVICE_STATES.indexOf(tone));
    };
    return mesh.edges.map(({ id }) => id).toSorted((a, b) => rankOf(a) - rankOf(b));
  });
const named = <T,>(all: readonly T[], names: readonly string[], nameOf: (one: T) => string): readonly T[] => {
  const byName = new Map(all.map((one) => [nameOf(one), one]));
  return names.flatMap((name) => byName.get(name) ?? []);
};

export interface ListProps extends Choosing {
  readonly mesh: Mesh;
  readonly incoming: ReadonlyMap<ServiceName, readonly EdgeId[]>;
  /** Filter by a part of the name; empty: all rows. */
  readonly wanted: string;
}
export const List = memo(({ mesh, incoming, wanted, selected, onSelect }: ListProps) => {
  const has = (name: string) => name.includes(wanted.trim().toLowerCase());
  const services = named(mesh.services, useServicesFirst(mesh), ({ name }) => name).filter(({ name }) => has(name));
  const edges = named(mesh.edges, useEdgesFirst(mesh), ({ id }) => id).filter(({ from, to }) => has(from) || has(to));
  return (
    <div className="mesh-list live-data">
      <section className="card" aria-labelledby="mesh-services-title">
        <h2 id="mesh-services-title">Services</h2>
        {services.length === 0 && <p className="small">No service has this in its name.</p>}
        <table className="stacks">
          <Head first="Service" third="Declared" />
          <Rows
            of={services}
            word="services"
            row={(service) => (
              <ServiceRow
                key={service.name}
                {...{ service, onSelect }}
                incoming={incoming.get(service.name) ?? NO_EDGES}
                isSelected={selected === service.name}
              />
            )}
          />
        </table>
      </section>
      <section className="card" aria-labelledby="mesh-edges-title">
        <h2 id="mesh-edges-title">Edges</h2>
        <table className="stacks">
          <Head first="Edge" third="Faults" />
          <Rows
            of={edges}
            word="edges"
            row={(edge) => <EdgeRow key={edge.id} {...{ edge, onSelect }} isSelected={selected === edge.id} />}
          />
        </table>
      </section>
    </div>
  );
});
