/** Live mesh: traffic, faults, declared and actual reach of the damage. */
import { Suspense, useCallback, useMemo, useState } from "react";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";
import { useApiQuery } from "../api/queries.ts";
import { chunk } from "../chunk.ts";
import { replace } from "../route.ts";
import { LastKnown } from "../ui/last-known.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { type MeshAddress, meshAddressOf, placeHref } from "./address.ts";
import { NoMesh, Quiet } from "./empty.tsx";
import { groupingsOf, groupOf, meshViewOf, usualGrouping } from "./grouping.ts";
import { Leaks } from "./leaks.tsx";
import { Legend } from "./legend.tsx";
import { List } from "./list.tsx";
import { MeshStatusContext, useMeshStatusFeed } from "./mesh-status-store.ts";
import { RunsStrip } from "./runs-strip.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useNarrow } from "./use-narrow.ts";
import type { ViewportTarget } from "./use-viewport-target.ts";
import "./mesh.css";

const LOOK_MS = 5_000;
const Stage = chunk(async () => (await import("./stage.tsx")).Stage);
const Panel = chunk(async () => (await import("./panel.tsx")).Panel);

const incomingOf = ({ edges }: Mesh): ReadonlyMap<ServiceName, readonly EdgeId[]> => {
  const incoming = new Map<ServiceName, EdgeId[]>();
  for (const { id, to } of edges) {
    const known = incoming.get(to);
    if (known === undefined) incoming.set(to, [id]);
    else known.push(id);
  }
  return incoming;
};

interface MeshViewProps {
  readonly mesh: Mesh;
  readonly revision: string | null;
  readonly query: URLSearchParams;
}
const MeshView = ({ mesh, revision, query }: MeshViewProps) => {
  const narrow = useNarrow();
  const place = useMemo(() => meshAddressOf(query), [query]);
  const [wanted, setWanted] = useState("");
  const [target, setTarget] = useState<ViewportTarget>({ ids: null });
  const groupings = useMemo(() => groupingsOf(mesh), [mesh]);
  const usual = useMemo(() => usualGrouping(mesh), [mesh]);
  const incoming = useMemo(() => incomingOf(mesh), [mesh]);
  const group = place.isUsual ? usual : groupings.includes(place.group ?? "") ? place.group : null;
  const view = place.view ?? (narrow ? "list" : "graph");
  const openWords = place.open.join("|");
  const shown = useMemo(
    () => meshViewOf(mesh, group, new Set(openWords.split("|").filter(Boolean))),
    [mesh, group, openWords],
  );
  // Each change starts from the address at the time of the change.
  const go = useCallback((change: Partial<MeshAddress> | ((before: MeshAddress) => Partial<MeshAddress>)) => {
    const before = meshAddressOf(new URLSearchParams(window.location.hash.split("?")[1] ?? ""));
    replace(placeHref({ ...before, ...(typeof change === "function" ? change(before) : change) }));
  }, []);
  const select = useCallback((at: string | null) => go({ at }), [go]);
  const open = useCallback(
    (value: string) => {
      go(({ open }) => ({ open: [...open, value], at: null }));
      if (group === null) return;
      // The aim is near enough to read the names in the opened group.
      setTarget({ ids: mesh.services.filter((one) => groupOf(group, one) === value).map(({ name }) => name) });
    },
    [go, mesh, group],
  );
  const close = useCallback((value: string) => go(({ open }) => ({ open: open.filter((one) => one !== value) })), [go]);
  const find = useCallback(
    (name: string) => {
      const service = mesh.services.find((one) => one.name === name);
      const value = group === null || service === undefined ? null : groupOf(group, service);
      go(({ open }) => ({ at: name, open: value === null || open.includes(value) ? open : [...open, value] }));
      setTarget({ ids: [name] });
    },
    [go, mesh, group],
  );
  const chosen = place.at;
  const bundle = useMemo(() => {
    const ids = new Set(shown.edges.find(({ id }) => id === chosen)?.edges ?? []);
    return mesh.edges.filter(({ id }) => ids.has(id));
  }, [mesh, shown, chosen]);
  const onView = useCallback((next: "graph" | "list") => go({ view: next }), [go]);
  const onGroup = useCallback(
    (next: string | null) => {
      go({ group: next, isUsual: false, open: [], at: null });
      setTarget({ ids: null });
    },
    [go],
  );
  const onShow = useCallback((ids: readonly string[] | null) => setTarget({ ids }), []);
  const closePanel = useCallback(() => select(null), [select]);
  const key = `${revision}|${mesh.services.length}|${mesh.edges.length}|${group}|${openWords}`;
  return (
    <MeshStatusContext value={useMeshStatusFeed(mesh)}>
      <div className="head">
        <h1>
          Mesh <span className="mesh-name">{mesh.name}</span>
        </h1>
        <Leaks onFind={find} />
        <LastKnown />
      </div>
      <RunsStrip />
      <Toolbar {...{ mesh, view, group, groupings, onView, onGroup, onShow }} onFind={find} onWant={setWanted} />
      <Quiet />
      <div className={`mesh-body ${view}${chosen === null ? "" : " chosen"}`}>
        {view === "list" ? (
          <List {...{ mesh, incoming, wanted }} selected={chosen} onSelect={select} />
        ) : (
          <Suspense fallback={<p className="waiting">Loading…</p>}>
            <Stage
              {...{ shown, target, incoming }}
              pictureKey={key}
              selected={chosen}
              onSelect={select}
              onOpen={open}
              onClose={close}
            />
          </Suspense>
        )}
        {chosen !== null && (
          <Suspense fallback={<aside className="card mesh-panel" aria-busy="true" />}>
            <Panel {...{ mesh, bundle }} at={chosen} onSelect={select} onClose={closePanel} />
          </Suspense>
        )}
      </div>
      <Legend />
    </MeshStatusContext>
  );
};

export const MeshPage = ({ query }: { readonly query: URLSearchParams }) => {
  const answer = useApiQuery("GET /api/v1/mesh", {}, { everyMs: LOOK_MS });
  const name = answer.data?.mesh?.name;
  useTitle(name === undefined ? "Mesh" : `Mesh ${name}`);
  return (
    <div className="mesh-page">
      {(answer.data?.mesh?.services ?? []).length === 0 && (
        <div className="head">
          <h1>Mesh</h1>
          <LastKnown />
        </div>
      )}
      <QueryState of={answer}>
        {({ mesh, revision, sources }) =>
          mesh === null || mesh.services.length === 0 ? (
            <NoMesh problems={sources.flatMap(({ problems }) => problems)} />
          ) : (
            <MeshView {...{ mesh, revision, query }} />
          )
        }
      </QueryState>
    </div>
  );
};
