/**
 * Warning when the server's clock differs from the database clock; schedules follow the database clock, the correct
 * time.
 */
import { useApiQuery } from "../api/queries.ts";

const LOOK_MS = 60_000;
/** Offset limit, the same as in the server's log. */
const OFF_MS = 2_000;

export const ClockNotice = () => {
  const offsetMs = useApiQuery("GET /api/v1/server", {}, { everyMs: LOOK_MS }).data?.clockOffsetMs ?? 0;
  if (Math.abs(offsetMs) <= OFF_MS) return null;
  return (
    <section className="banner warn live-data" aria-label="The server's clock is off">
      <p>
        <strong>The server's clock is off</strong>: {(Math.abs(offsetMs) / 1_000).toFixed(1)} s{" "}
        {offsetMs > 0 ? "behind" : "ahead of"} the database's, by which schedules go. Set it by NTP.
      </p>
    </section>
  );
};
