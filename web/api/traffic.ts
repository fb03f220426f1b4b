/** What passes the mesh, once a second, for whoever on the page looks at it: one stream for all of them. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { TrafficNow } from "../../server/api/contract/index.ts";
import { nowMs } from "../clock.ts";
import { type Client, pathOf } from "./client.ts";
import { follow, type Link } from "./follow.ts";

export interface TrafficView {
  readonly link: Link;
  /** When something was last heard, monotonic ms. */
  readonly heardMs: number;
  /** null: nothing has come yet. */
  readonly now: TrafficNow | null;
}
export interface Traffic {
  readonly view: () => TrafficView;
  readonly listen: (onChange: () => void) => () => void;
  /** Until it is called, nothing is followed. Answers how to end it. */
  begin(client: Client): () => void;
}

export const openTraffic = (): Traffic => {
  const listeners = new Set<() => void>();
  let view: TrafficView = { link: { is: "connecting" }, heardMs: nowMs(), now: null };
  const change = (next: Partial<TrafficView>) => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };
  return {
    view: () => view,
    listen(onChange) {
      listeners.add(onChange);
      return () => void listeners.delete(onChange);
    },
    begin(client) {
      const stop = new AbortController();
      const [, path] = pathOf("GET /api/v1/traffic/events");
      const follower = {
        ...{ path, event: "traffic", last: () => 0 },
        take(data: unknown) {
          change({ now: data as TrafficNow, heardMs: nowMs() });
          return false;
        },
        link(link: Link) {
          if (link.is !== view.link.is) change({ link });
        },
        heard() {},
      };
      void follow(client, follower, stop.signal);
      return () => stop.abort();
    },
  };
};

export const TrafficContext = createContext<Traffic>(openTraffic());
/** All of it; `pick` a part where only that is shown, so that the page is drawn again only when it changes. */
export const useTraffic = <T>(pick: (view: TrafficView) => T): T => {
  const { listen, view } = useContext(TrafficContext);
  return useSyncExternalStore(listen, () => pick(view()));
};
