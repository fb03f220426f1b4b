/** Meshes of this server: opened from all sources, and joined to the fleet and the runs. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { carrierOf, edgeId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { ServerConfig } from "../config/config.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Log } from "../log.ts";
import type { Meshes } from "../meshes/meshes.ts";
import { openMeshes } from "../meshes/open.ts";
import type { Runs } from "../runs/runs.ts";
import { listDocuments } from "../store/documents.ts";
import type { Store } from "../store/open.ts";

export interface ServerMeshesConfig {
  readonly config: Pick<ServerConfig, "mesh" | "meshFile" | "meshEnvironment" | "environment">;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
}
/** Opens the meshes: of the configuration or its watched file, and of the documents in the store. */
export const openServerMeshes = async ({ config, clock, log, store }: ServerMeshesConfig): Promise<Meshes> => {
  const { mesh, meshFile: file, environment = {}, meshEnvironment = environment } = config;
  return openMeshes({
    ...{ clock, log, mesh, environment },
    ...(file === undefined ? {} : { file, fileEnvironment: meshEnvironment }),
    documents: await listDocuments(store.db, "Mesh"),
  });
};

/** Mesh that remains when the last document is deleted. */
const EMPTY_MESH: Mesh = { name: "nothing", directory: null, services: [], edges: [] };
/** Passes agents' offers to the meshes, and mesh changes to the fleet. */
export const connectMeshToFleet = (fleet: Fleet, meshes: Meshes, runs: Runs): (() => void) => {
  const offered = fleet.onReady(({ boot, instance, service }) => {
    if (service === null) return;
    const offers = fleet.agents().find((agent) => agent.boot === boot)?.identity.offers ?? [];
    // An agent speaks for its own service alone, whatever its hello names.
    const own = offers.filter(({ from, to, at }) => carrierOf(edgeId(from, to, at)) === service);
    meshes.offered({ instance, service }, own);
  });
  // The runs first: faults of the changed edges are dropped before an edge becomes another edge.
  const changed = meshes.onChange(({ after, touched, why }) => {
    runs.meshChanged(touched, why);
    fleet.setMesh(after?.mesh ?? EMPTY_MESH);
  });
  return () => {
    offered();
    changed();
  };
};
