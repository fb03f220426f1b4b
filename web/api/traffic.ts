/** What passes the mesh, once a second, for whoever on the page looks at it: one stream for all of them. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { TrafficNow } from "../../server/contract/index.ts";
import { every, moment } from "../clock.ts";
import { type Client, pathOf } from "./client.ts";
import { type Connection, connectionOf, type LostConnection } from "./connection.ts";
import { follow, type Link } from "./follow.ts";

export interface TrafficView {
  /** By this stream the page knows its server: nothing else is heard every second. */
  readonly connection: Connection;
  /** null: nothing has come yet. */
  readonly now: TrafficNow | null;
}
export interface Traffic {
  readonly view: () => TrafficView;
  readonly listen: (onChange: () => void) => () => void;
  /** Until it is called, nothing is followed. Answers how to end it. */
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
          // A stream that is live again says so by what is heard.
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
/** All of it; `pick` a part where only that is shown, so that the page is drawn again only when it changes. */
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
