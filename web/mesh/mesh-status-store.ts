/** Standing of the mesh once a second, outside of React: only changed parts are drawn again, and only where visible. */
import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { TrafficNow } from "../../server/contract/index.ts";
import { TrafficContext } from "../api/traffic.ts";
import { type MeshStatus, meshStatusOf, NO_STATUS } from "./mesh-status.ts";
import { same } from "./same.ts";

export interface MeshStatusStore {
  standing(): MeshStatus;
  listen(onChange: () => void): () => void;
  feed(mesh: Mesh, now: TrafficNow): void;
}
export const openMeshStatusStore = (): MeshStatusStore => {
  const listeners = new Set<() => void>();
  let standing = NO_STATUS;
  return {
    standing: () => standing,
    listen(onChange) {
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
      };
    },
    feed(mesh, now) {
      standing = meshStatusOf(mesh, now);
      for (const listener of listeners) listener();
    },
  };
};
export const MeshStatusContext = createContext<MeshStatusStore>(openMeshStatusStore());

/** Pulse of the displayed mesh, fed by the stream. */
export const useMeshStatusFeed = (mesh: Mesh | null): MeshStatusStore => {
  const traffic = useContext(TrafficContext);
  const pulse = useMemo(openMeshStatusStore, []);
  useEffect(() => {
    if (mesh === null) return;
    let fed: TrafficNow | null = null;
    const feed = () => {
      const { now } = traffic.view();
      if (now === null || now === fed) return;
      fed = now;
      pulse.feed(mesh, now);
    };
    feed();
    return traffic.listen(feed);
  }, [pulse, mesh, traffic]);
  return pulse;
};

/** Selected part of the standing. Parts are compared by value: a new object with the same content causes no drawing. */
export const useMeshStatus = <T>(pick: (standing: MeshStatus) => T): T => {
  const { listen, standing } = useContext(MeshStatusContext);
  const last = useRef<{ readonly picked: T } | null>(null);
  return useSyncExternalStore(listen, () => {
    const picked = pick(standing());
    if (last.current === null || !same(last.current.picked, picked)) last.current = { picked };
    return last.current.picked;
  });
};
