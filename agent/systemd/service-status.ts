/**
 * Service status: the line of `systemctl status`, which says whether an agent carries traffic yet, and for which
 * server.
 */
import type { ConfigSource } from "../flags.ts";
import type { Notifier } from "./notify.ts";

/** Status line. `server`: the server of the current session; null: no session. */
export const statusLine = (source: ConfigSource, carries: boolean, server: string | null): string => {
  if (!carries) return "waiting for a server, which tells what to carry";
  if (source.kind === "mesh") return `carrying the edges of ${source.file}`;
  return server === null ? "carrying traffic without faults: no server answers" : `carrying traffic, led by ${server}`;
};

export interface ServiceStatus {
  /** Called when every edge listens that can: the callers may start. */
  listening(): void;
  server(server: string | null): void;
}
export const openServiceStatus = (source: ConfigSource, notifier: Notifier): ServiceStatus => {
  let carries = false;
  let current: string | null = null;
  const now = () => statusLine(source, carries, current);
  if (source.kind === "server") notifier.status(now());
  return {
    listening() {
      carries = true;
      notifier.ready(now());
    },
    server(server) {
      current = server;
      if (carries) notifier.status(now());
    },
  };
};
