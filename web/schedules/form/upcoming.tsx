/** Upcoming starts of an edited schedule, computed by the code that the server uses. */
import { useMemo } from "react";
import { nextInstants, obstacleAt } from "../../../experiments/model/schedule/instants.ts";
import type { Schedule } from "../../../experiments/model/schedule/schedule.ts";
import { useNow } from "../../clock.ts";
import { Instants } from "../instants.tsx";

const COUNT = 5;
const TICK_MS = 30_000;
export const Upcoming = ({ schedule }: { readonly schedule: Schedule | null }) => {
  const { wallMs } = useNow(TICK_MS);
  const next = useMemo(
    () =>
      schedule === null
        ? []
        : nextInstants(schedule, wallMs, COUNT).map(({ instantMs, startMs }) => ({
            at: new Date(instantMs).toISOString(),
            startAt: new Date(startMs).toISOString(),
            skipped: schedule.paused ? ("paused" as const) : (obstacleAt(schedule, startMs)?.why ?? null),
          })),
    [schedule, wallMs],
  );
  return (
    <div className="upcoming">
      <h3>It would start</h3>
      {schedule === null ? (
        <p className="small">Once everything is filled in.</p>
      ) : (
        <Instants next={next} timeZone={schedule.timeZone} wallMs={wallMs} />
      )}
    </div>
  );
};
