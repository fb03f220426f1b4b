/** How the page stands to its server, on every page: what is shown may be old, and then says so. */
import { useTraffic } from "../api/traffic.ts";
import { useNow } from "../clock.ts";
import { Freshness, isStale } from "../look/freshness.tsx";

const TICK_MS = 1_000;
export const useConnection = () => {
  const link = useTraffic((view) => view.link);
  const heardMs = useTraffic((view) => view.heardMs);
  const { nowMs } = useNow(TICK_MS);
  const ageMs = Math.max(0, nowMs - heardMs);
  return { link, ageMs, stale: isStale(link, ageMs) };
};
export const Connection = () => <Freshness {...useConnection()} />;
