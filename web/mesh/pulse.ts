/** Standing of the mesh once a second, outside of React: only changed parts are drawn again, and only where visible. */
import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { TrafficNow } from "../../server/contract/index.ts";
import { TrafficContext } from "../api/traffic.ts";
import { same } from "./same.ts";
import { NO_STANDING, type Standing, standingOf } from "./standing.ts";

export interface Pulse {
  standing(): Standing;
  listen(onChange: () => void): () => void;
  feed(mesh: Mesh, now: TrafficNow): void;
}
export const openPulse = (): Pulse => {
  const listeners = new Set<() => void>();
  let standing = NO_STANDING;
  return {
    standing: () => standing,
    listen(onChange) {
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
      };
    },
    feed(mesh, now) {
      standing = standingOf(mesh, now);
      for (const listener of listeners) listener();
    },
  };
};
export const PulseContext = createContext<Pulse>(openPulse());

/** Pulse of the displayed mesh, fed by the stream. */
export const useFedPulse = (mesh: Mesh | null): Pulse => {
  const traffic = useContext(TrafficContext);
  const pulse = useMemo(openPulse, []);
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
export const useStanding = <T>(pick: (standing: Standing) => T): T => {
  const { listen, standing } = useContext(PulseContext);
  const last = useRef<{ readonly picked: T } | null>(null);
  return useSyncExternalStore(listen, () => {
    const picked = pick(standing());
    if (last.current === null || !same(last.current.picked, picked)) last.current = { picked };
    return last.current.picked;
  });
};
