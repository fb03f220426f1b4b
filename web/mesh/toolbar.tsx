/** View controls of the mesh: search, grouping, graph or list. */
import { type FormEvent, memo, useState } from "react";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { edgeEnds } from "../../experiments/model/names.ts";
import { findService } from "./find.ts";
import { useMeshStatus } from "./mesh-status-store.ts";

export interface ToolbarProps {
  readonly mesh: Mesh;
  readonly view: "graph" | "list";
  readonly group: string | null;
  readonly groupings: readonly string[];
  readonly onView: (view: "graph" | "list") => void;
  readonly onGroup: (group: string | null) => void;
  readonly onFind: (service: string) => void;
  /** Called with the search text while the user types: the list is filtered by this text. */
  readonly onWant: (text: string) => void;
  /** Called with the services to show; null: the whole mesh. */
  readonly onShow: (ids: readonly string[] | null) => void;
}

const Search = ({ mesh, view, onFind, onWant }: Pick<ToolbarProps, "mesh" | "view" | "onFind" | "onWant">) => {
  const [text, setText] = useState("");
  const [missed, setMissed] = useState(false);
  const find = (wanted: string) => {
    const found = findService(mesh, wanted);
    setMissed(found === null && wanted.trim() !== "");
    if (found !== null) onFind(found);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (view === "graph") find(text);
  };
  const change = (next: string) => {
    setText(next);
    setMissed(false);
    onWant(next);
    // Chosen from the list that the browser offers.
    if (view === "graph" && mesh.services.some(({ name }) => name === next)) find(next);
  };
  return (
    <form className="search" onSubmit={submit}>
      <label>
        Find a service
        <input
          type="search"
          list="mesh-services"
          autoComplete="off"
          spellCheck={false}
          value={text}
          aria-invalid={missed}
          aria-describedby="mesh-missed"
          onChange={(event) => change(event.target.value)}
        />
      </label>
      <datalist id="mesh-services">
        {mesh.services.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <span id="mesh-missed" className="problem" role="status">
        {missed && "No service has this in its name."}
      </span>
    </form>
  );
};

const useDamaged = (): readonly string[] =>
  useMeshStatus(({ services, edges }) => {
    const damaged = [...services.values()].flatMap(({ name, felt }) => (felt.length > 0 ? [name] : []));
    const struck = [...edges.values()].flatMap(({ id, faults }) => (faults.length > 0 ? edgeEnds(id) : []));
    return [...new Set([...damaged, ...struck])];
  });

export const Toolbar = memo(
  ({ mesh, view, group, groupings, onView, onGroup, onFind, onWant, onShow }: ToolbarProps) => {
    const damaged = useDamaged();
    return (
      <div className="bar mesh-bar">
        <Search {...{ mesh, view, onFind, onWant }} />
        {groupings.length > 0 && view === "graph" && (
          <label>
            Group by
            <select
              value={group ?? ""}
              onChange={(event) => onGroup(event.target.value === "" ? null : event.target.value)}
            >
              <option value="">nothing</option>
              {groupings.map((key) => (
                <option key={key}>{key}</option>
              ))}
            </select>
          </label>
        )}
        {view === "graph" && (
          <>
            <button
              type="button"
              disabled={damaged.length === 0}
              aria-describedby="mesh-undamaged"
              onClick={() => onShow(damaged)}
            >
              Zoom to damage
            </button>
            <button type="button" onClick={() => onShow(null)}>
              Fit
            </button>
            {/* After both buttons, so that none moves when damage begins. */}
            <span id="mesh-undamaged" className="small">
              {damaged.length === 0 && "Nothing is damaged."}
            </span>
          </>
        )}
        <fieldset className="views">
          <legend className="visually-hidden">View</legend>
          {(["graph", "list"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={view === one} onClick={() => onView(one)}>
              {one === "graph" ? "Graph" : "List"}
            </button>
          ))}
        </fieldset>
      </div>
    );
  },
);
