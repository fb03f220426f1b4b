import { z } from "zod";
import { START_ERRORS } from "./error.ts";
import { runId } from "./ids.ts";
import { verdict } from "./report.ts";
import type { Frozen, Route } from "./route.ts";
import { inNamespace, instant, mode, name, namespaceAsked, next, page, reason } from "./words.ts";

export const INSTANT_OUTCOMES = [
  ...(["started", "retried", "triggered"] as const),
  ...(["missed", "overlapped", "window", "freeze", "refused"] as const),
] as const;
export type InstantOutcome = (typeof INSTANT_OUTCOMES)[number];
/** Outcome of a schedule's instant. */
export const scheduleInstant = z
  .object({
    at: instant,
    outcome: z
      .enum(INSTANT_OUTCOMES)
      .describe(
        "`started`, `retried`, `triggered`; or why not: `missed`, `overlapped`, `window`, `freeze`, `refused`.",
      ),
    reason: z.string().describe("Why nothing was started; empty where something was."),
    run: runId.nullable(),
    verdict: verdict.nullable().describe("Of that run; null while it is not over."),
  })
  .meta({ id: "ScheduleInstant" });
export const scheduleNext = z
  .object({
    at: instant,
    startAt: instant.describe("With its jitter."),
    skipped: z
      .enum(["window", "freeze", "paused"])
      .nullable()
      .describe("Why it will not be started, as far as that is known now; null: it will."),
  })
  .meta({ id: "ScheduleNext" });
export const scheduleView = z
  .object({
    name: z.string().describe("`metadata.name`, after `namespace/` where that is not `default`."),
    version: z.int(),
    experiment: z.string().describe("Qualified in the same way."),
    cron: z.string(),
    timeZone: z.string(),
    mode,
    paused: z
      .object({ reason: z.string(), by: z.string().nullable(), since: instant })
      .nullable()
      .describe("null: it is not. `by` is null where the file or a verdict paused it."),
    next: z.array(scheduleNext).describe("The next five."),
    last: z.array(scheduleInstant).describe("Newest first."),
    problem: z.string().nullable().describe("What keeps the stored document from being scheduled; null: nothing."),
  })
  .meta({ id: "ScheduleStatus" });
export type ScheduleInstant = Frozen<z.output<typeof scheduleInstant>>;
export type ScheduleNext = Frozen<z.output<typeof scheduleNext>>;
export type ScheduleView = Frozen<z.output<typeof scheduleView>>;

/** The id of a run that was just started. */
export const started = z.object({ id: runId }).meta({ id: "Started" });

const scheduleName = z.strictObject({ name });
const scheduleQuery = z.strictObject(inNamespace);

export const schedules = {
  "GET /api/v1/schedules": {
    operation: "listSchedules",
    summary: "Lists the schedules by name, with the next instants and the last runs",
    query: z.strictObject({ ...page.shape, namespace: namespaceAsked }),
    reply: z.object({ schedules: z.array(scheduleView), next }),
  },
  "GET /api/v1/schedules/:name": {
    operation: "readSchedule",
    errors: ["no-such-schedule"],
    summary: "Reads a schedule",
    params: scheduleName,
    query: scheduleQuery,
    reply: scheduleView,
  },
  "POST /api/v1/schedules/:name/pause": {
    operation: "pauseSchedule",
    errors: ["no-such-schedule", "invalid-document"],
    summary: "Pauses a schedule until it is resumed",
    params: scheduleName,
    query: scheduleQuery,
    body: z.strictObject({ reason }),
    reply: scheduleView,
  },
  "POST /api/v1/schedules/:name/resume": {
    operation: "resumeSchedule",
    errors: ["no-such-schedule", "in-use", "invalid-document"],
    summary: "Resumes a paused schedule; missed instants are not made up for",
    params: scheduleName,
    query: scheduleQuery,
    body: z.strictObject({}),
    reply: scheduleView,
  },
  "POST /api/v1/schedules/:name/trigger": {
    operation: "triggerSchedule",
    errors: ["no-such-schedule", "invalid-document", ...START_ERRORS],
    summary: "Starts a schedule's run now, beside its instants",
    params: scheduleName,
    query: scheduleQuery,
    body: z.strictObject({}),
    reply: started,
    status: 201,
  },
} as const satisfies Record<string, Route>;
