/**
 * Group of services that share a label: closed as a single card with a small square for each service, open as a
 * frame.
 */

import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import {
  SERVICE_STATES,
  type ServiceState,
  STATE_WORDS,
  worstState,
} from "../../experiments/model/blast-radius/service-state.ts";
import type { ServiceName } from "../../experiments/model/names.ts";
import { Sign } from "../ui/signs.tsx";
import { Ends } from "./ends.tsx";
import { countText } from "./figures.ts";
import type { MeshStatus } from "./mesh-status.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import type { GroupNode as Node } from "./nodes.ts";
import { useView } from "./view.ts";

interface Look {
  readonly state: ServiceState;
  /** CSS classes, a class for each service, in the order of the services. */
  readonly cells: readonly string[];
  /** Number of services in each state that occurs, worst first. */
  readonly counted: readonly (readonly [ServiceState, number])[];
  readonly may: number;
  readonly leaks: number;
}
const lookOf = ({ services }: MeshStatus, names: readonly ServiceName[]): Look => {
  const found = names.flatMap((name) => services.get(name) ?? []);
  const states = found.map(({ state }) => state);
  const counted = SERVICE_STATES.map((state) => [state, states.filter((one) => one === state).length] as const);
  return {
    state: worstState(states),
    cells: found.map(({ state, may, leak }) => `${state}${leak ? " leak" : may === null ? "" : " may"}`),
    counted: counted.filter(([, count]) => count > 0),
    may: found.filter(({ may }) => may !== null).length,
    leaks: found.filter(({ leak }) => leak).length,
  };
};

const Tags = ({ may, leaks }: Look) => {
  if (leaks > 0)
    return (
      <span className="tag leak">
        <Sign of="leak" />
        {countText(leaks, "LEAK")}
      </span>
    );
  return may === 0 ? null : <span className="tag">{may} declared</span>;
};
const Closed = ({
  value,
  services,
  selected,
}: {
  value: string;
  services: readonly ServiceName[];
  selected: boolean;
}) => {
  const look = useMeshStatus((standing) => lookOf(standing, services));
  const outline = look.leaks > 0 ? "leak" : look.may > 0 ? "may" : "";
  return (
    <div className={`group ${look.state} ${outline}${selected ? " selected" : ""}`}>
      <Ends />
      <Tags {...look} />
      <Sign of={look.state} />
      <span className="name">{value}</span>
      <span className="count">{services.length}</span>
      <span className="cells" aria-hidden="true">
        {look.cells.map((cell, index) => (
          <i key={services[index]} className={cell} />
        ))}
      </span>
      <span className="word">
        {look.counted.map(([state, count], index) => (
          <span key={state}>
            {index > 0 && " · "}
            {count} <span className={`health ${state}`}>{STATE_WORDS[state]}</span>
          </span>
        ))}
      </span>
    </div>
  );
};
const Open = ({ value, services }: { readonly value: string; readonly services: readonly ServiceName[] }) => {
  const { onClose } = useView();
  return (
    <div className="group open">
      <Ends />
      <span className="name">{value}</span>
      <span className="count">{services.length}</span>
      <button
        type="button"
        className="quiet nodrag nopan"
        aria-label={`Close group ${value}`}
        onClick={() => onClose(value)}
      >
        Close
      </button>
    </div>
  );
};
export const GroupNode = memo(({ data, selected }: NodeProps<Node>) => {
  const { value, services, open } = data.of;
  return open ? <Open {...{ value, services }} /> : <Closed {...{ value, services }} selected={selected ?? false} />;
});
