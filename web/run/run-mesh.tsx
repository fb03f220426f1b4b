/**
 * The mesh around the struck edges at the moment of the slider: drawn by the mesh page's own graph, from the journal.
 */
import { Suspense, useEffect, useMemo } from "react";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import { chunk } from "../chunk.ts";
import { meshViewOf } from "../mesh/grouping.ts";
import { meshStatusOf } from "../mesh/mesh-status.ts";
import { MeshStatusContext, openMeshStatusStore } from "../mesh/mesh-status-store.ts";
import { useNarrow } from "../mesh/use-narrow.ts";
import { go, pageHref } from "../route.ts";
import { momentOf } from "../ui/words.ts";
import { meshOf, trafficAt } from "./mesh-moment.ts";
import { MomentWords } from "./moment-words.tsx";
import "../mesh/mesh.css";

const Stage = chunk(async () => (await import("../mesh/stage.tsx")).Stage);

const onSelect = (at: string | null): void => {
  if (at !== null) go(pageHref("mesh", { at }));
};
const onNothing = (): void => {};

export interface RunMeshProps {
  readonly report: RunReport;
  readonly run: Run;
  readonly atMs: number;
  /** Wall time of the displayed moment. */
  readonly wallMs: number;
}
export const RunMesh = ({ report: { neighbourhood }, run, atMs, wallMs }: RunMeshProps) => {
  // The picture depends on names alone, and stays while the moment moves.
  const key = JSON.stringify(neighbourhood ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says all of it
  const mesh = useMemo(() => (neighbourhood === undefined ? null : meshOf(run, neighbourhood)), [key]);
  const shown = useMemo(() => (mesh === null ? null : meshViewOf(mesh, null, new Set())), [mesh]);
  const target = useMemo(() => ({ ids: null }), []);
  const incoming = useMemo(
    () =>
      new Map(
        (mesh?.services ?? []).map(({ name }) => [
          name,
          mesh!.edges.filter(({ to }) => to === name).map(({ id }) => id),
        ]),
      ),
    [mesh],
  );
  const pulse = useMemo(openMeshStatusStore, []);
  const traffic = useMemo(() => trafficAt(run, wallMs), [run, wallMs]);
  const standing = useMemo(() => (mesh === null ? null : meshStatusOf(mesh, traffic)), [mesh, traffic]);
  useEffect(() => {
    if (mesh !== null) pulse.feed(mesh, traffic);
  }, [pulse, mesh, traffic]);
  const form = useNarrow() ? "tall" : "low";
  if (mesh === null || standing === null || shown === null || neighbourhood === undefined) return null;
  return (
    <figure className="run-mesh">
      <figcaption className="small">
        The mesh at {momentOf(atMs)}
        {neighbourhood.beyond > 0 && `, without ${neighbourhood.beyond} services further away`}
      </figcaption>
      <MeshStatusContext value={pulse}>
        <Suspense fallback={<div className="mesh-stage" />}>
          <Stage
            {...{ shown, target, incoming, onSelect }}
            pictureKey={`run ${form} ${key}`}
            form={form}
            selected={null}
            isPartOfPage
            onOpen={onNothing}
            onClose={onNothing}
          />
        </Suspense>
      </MeshStatusContext>
      <MomentWords standing={standing} atMs={atMs} />
    </figure>
  );
};
