import type { ScheduleView } from "../../contract/index.ts";
import type { ScheduleStatus as Seen } from "../../schedules/schedule-status.ts";
import { iso } from "../times.ts";

export const viewOf = ({ paused, next, last, ...rest }: Seen): ScheduleView => ({
  ...rest,
  paused: paused === null ? null : { reason: paused.reason, by: paused.by, since: iso(paused.sinceMs) },
  next: next.map(({ instantMs, startMs, skipped }) => ({ at: iso(instantMs), startAt: iso(startMs), skipped })),
  last: last.map(({ instantMs, ...instant }) => ({ at: iso(instantMs), ...instant })),
});
