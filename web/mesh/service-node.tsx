/** Service of the graph: the state as sign, word and colour; the allowed damage as outline. */

import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { MAY_WORDS, partWord, STATE_WORDS } from "../../experiments/model/blast-radius/service-state.ts";
import type { Service } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId } from "../../experiments/model/names.ts";
import { Sign } from "../ui/signs.tsx";
import { Ends } from "./ends.tsx";
import { latencyText, passingText, percentText } from "./figures.ts";
import { type MeshStatus, partOf, type ServiceStatus } from "./mesh-status.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import type { ServiceNode as Node } from "./nodes.ts";
import { passingOn } from "./paint.ts";
import { useView } from "./view.ts";

/** Label that best distinguishes the service at a glance. */
const labelOf = ({ labels }: Service): string | null => labels.tier ?? Object.values(labels)[0] ?? null;

interface Look extends Pick<ServiceStatus, "state" | "may" | "leak"> {
  /** Part in the damage, shown after the state; null: none. A leak has a separate tag. */
  readonly part: string | null;
}
const lookOf = ({ services }: MeshStatus, name: string): Look => {
  const found = services.get(name);
  if (found === undefined) return { state: "unwatched", may: null, leak: false, part: null };
  const { state, may, leak } = found;
  return { state, may, leak, part: partWord(partOf(found)) };
};
const outlineOf = ({ may, leak }: Look): string => (leak ? "leak" : may === null ? "" : `may may-${may}`);

/** Requests to the service, a second. */
const Asked = ({ edges }: { readonly edges: readonly EdgeId[] }) => {
  const { rate, errors, p99 } = useMeshStatus((standing) => {
    const passing = passingOn(standing, edges);
    return {
      rate: passingText(passing),
      errors: passing?.errors == null ? null : percentText(passing.errors),
      p99: passing?.p99Ms == null ? null : latencyText(passing.p99Ms),
    };
  });
  return (
    <span className="asked">
      <span>{rate}</span>
      {errors !== null && <span>{errors} err</span>}
      {p99 !== null && <span>p99 {p99}</span>}
    </span>
  );
};

const Card = memo(({ service, selected }: { readonly service: Service; readonly selected: boolean }) => {
  const { level, incoming } = useView();
  const look = useMeshStatus((standing) => lookOf(standing, service.name));
  const label = labelOf(service);
  const edges = incoming.get(service.name);
  return (
    <div className={`service ${look.state} ${outlineOf(look)}${selected ? " selected" : ""}`}>
      <Ends />
      {look.leak ? (
        <span className="tag leak">
          <Sign of="leak" />
          LEAK
        </span>
      ) : (
        look.may !== null && <span className="tag">{MAY_WORDS[look.may]}</span>
      )}
      <Sign of={look.state} />
      <span className="name">{service.name}</span>
      <span className="word">
        <strong>{STATE_WORDS[look.state]}</strong>
        {look.part !== null ? (
          <span className="part">
            <span className="dot"> · </span>
            {look.part}
          </span>
        ) : (
          label !== null && <span className="label"> · {label}</span>
        )}
      </span>
      {level === "near" &&
        (edges === undefined ? <span className="asked">not called in the mesh</span> : <Asked edges={edges} />)}
    </div>
  );
});
export const ServiceNode = memo(({ data, selected }: NodeProps<Node>) => (
  <Card service={data.of.service} selected={selected ?? false} />
));
