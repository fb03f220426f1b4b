/** Traffic through the mesh, once a second, for every view of the page: a single stream serves all views. */
import { createContext, useContext, useSyncExternalStore } from "react";
import { pathOf } from "../../server/client/path.ts";
import type { TrafficNow } from "../../server/contract/index.ts";
import { every, moment } from "../clock.ts";
import type { Client } from "./client.ts";
import { type Connection, connectionOf, type LostConnection } from "./connection.ts";
import { follow, type Link } from "./follow.ts";

export interface TrafficView {
  /** Connection state, judged by this stream: no other data comes every second. */
  readonly connection: Connection;
  /** Latest traffic; null: no event has come yet. */
  readonly now: TrafficNow | null;
}
export interface Traffic {
  readonly view: () => TrafficView;
  readonly listen: (onChange: () => void) => () => void;
  /** Starts following the stream: no request is made before this call. Returns a function that stops the stream. */
  begin(client: Client): () => void;
}
const JUDGE_MS = 500;

export const openTraffic = (): Traffic => {
  const listeners = new Set<() => void>();
  let view: TrafficView = { connection: { is: "connecting" }, now: null };
  const change = (next: Partial<TrafficView>) => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };
  return {
    view: () => view,
    listen(onChange) {
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
      };
    },
    begin(client) {
      const stop = new AbortController();
      const [, path] = pathOf("GET /api/v1/traffic/events");
      let link: Link = { is: "connecting" };
      let heard = moment();
      let judged = heard;
      const judge = () => {
        const at = moment();
        const connection = connectionOf(view.connection, { link, heard, judged }, at);
        judged = at;
        if (connection !== view.connection) change({ connection });
      };
      const follower = {
        ...{ path, event: "traffic", last: () => 0 },
        take(data: unknown) {
          change({ now: data as TrafficNow });
          return false;
        },
        link(next: Link) {
          link = next;
          // A stream that is live again announces this through `heard`.
          if (next.is !== "live") judge();
        },
        heard() {
          heard = moment();
          judge();
        },
      };
      const resting = every(JUDGE_MS, judge);
      // Timers of a hidden page rest for up to a minute.
      document.addEventListener("visibilitychange", judge);
      follow(client, follower, stop.signal).catch((error: unknown) =>
        follower.link({ is: "refused", why: String(error) }),
      );
      return () => {
        stop.abort();
        resting();
        document.removeEventListener("visibilitychange", judge);
      };
    },
  };
};

export const TrafficContext = createContext<Traffic>(openTraffic());
/**
 * Selected part of the traffic; `pick` as little as is shown, so that the page is drawn again only on a change of
 * that part.
 */
export const useTraffic = <T>(pick: (view: TrafficView) => T): T => {
  const { listen, view } = useContext(TrafficContext);
  return useSyncExternalStore(listen, () => pick(view()));
};
const connectionIn = ({ connection }: TrafficView) => connection;
export const useConnection = (): Connection => useTraffic(connectionIn);
/** null: the server is heard. */
export const useLost = (): LostConnection | null => {
  const connection = useConnection();
  return connection.is === "lost" ? connection : null;
};
