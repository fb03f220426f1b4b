import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instant, name, next, page, reason } from "./words.ts";

/** What became of one instant of a schedule. */
export const scheduleInstant = z.object({
  at: instant,
  /** `started`, `retried`, `triggered`; or why not: `missed`, `overlapped`, `window`, `freeze`, `refused`. */
  outcome: z.string(),
  /** Why nothing was started; empty where something was. */
  reason: z.string(),
  run: z.string().nullable(),
  /** Of that run; null while it is not over. */
  verdict: z.string().nullable(),
});
export const scheduleNext = z.object({
  at: instant,
  /** With its jitter. */
  startAt: instant,
  /** Why it will not be started, as far as that is known now: `window`, `freeze`, `paused`; null: it will. */
  skipped: z.string().nullable(),
});
export const scheduleView = z.object({
  name: z.string(),
  version: z.int(),
  experiment: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  mode: z.enum(["full", "baseline", "shadow"]),
  /** null: it is not. `by` is null where the file or a verdict paused it. */
  paused: z.object({ reason: z.string(), by: z.string().nullable(), since: instant }).nullable(),
  /** The next five. */
  next: z.array(scheduleNext),
  /** Newest first. */
  last: z.array(scheduleInstant),
  /** What keeps the stored document from being scheduled; null: nothing. */
  problem: z.string().nullable(),
});
export type ScheduleInstant = Frozen<z.output<typeof scheduleInstant>>;
export type ScheduleNext = Frozen<z.output<typeof scheduleNext>>;
export type ScheduleView = Frozen<z.output<typeof scheduleView>>;

const scheduleName = z.strictObject({ name });

export const schedules = {
  "GET /api/v1/schedules": {
    summary: "Lists the schedules by name, with their next instants and their last runs",
    query: page,
    reply: z.object({ schedules: z.array(scheduleView), next }),
  },
  "GET /api/v1/schedules/:name": { summary: "Reads one schedule", params: scheduleName, reply: scheduleView },
  "POST /api/v1/schedules/:name/pause": {
    summary: "Pauses a schedule until it is resumed",
    params: scheduleName,
    body: z.strictObject({ reason }),
    reply: scheduleView,
  },
  "POST /api/v1/schedules/:name/resume": {
    summary: "Resumes a paused schedule; what fell into the pause is not made up for",
    params: scheduleName,
    body: z.strictObject({}),
    reply: scheduleView,
  },
  "POST /api/v1/schedules/:name/trigger": {
    summary: "Starts a schedule's run now, beside its instants",
    params: scheduleName,
    body: z.strictObject({}),
    reply: z.object({ id: z.string() }),
    status: 201,
  },
} as const satisfies Record<string, Route>;
