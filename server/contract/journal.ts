/** A record of a run's journal, for OpenAPI; experiments/model/run/event.ts documents the events. */
import { z } from "zod";
import { runId } from "./ids.ts";
import type { StreamEvent } from "./route.ts";

export const journalRecord = z
  .object({
    sequence: z.int().min(1),
    wallMs: z.number(),
    entry: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("created"), created: z.looseObject({ plan: z.looseObject({ run: runId }) }) }),
      z.object({ kind: z.literal("event"), event: z.looseObject({ type: z.string(), atMs: z.number() }) }),
      z.object({ kind: z.literal("closed"), count: z.int(), head: z.string() }),
    ]),
    hash: z.string(),
  })
  .meta({ id: "JournalRecord" });
/** An event of `GET /api/v1/runs/:id/events`. */
export const runEvent = {
  schema: "RunEvent",
  event: "record",
  id: "The record's `sequence`, for `Last-Event-ID`.",
  data: journalRecord,
} as const satisfies StreamEvent;
