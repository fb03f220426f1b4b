/** File form of a schedule, as users write the file. */

import { z } from "zod";
import { resolveDocumentName } from "../notation/document-name.ts";
import { documentReference, label, labels } from "../notation/name.ts";
import { whole } from "../notation/whole.ts";
import type { Reaction, Schedule } from "../schedule/schedule.ts";
import { duration } from "../units/schemas.ts";
import { EXIT } from "../verdict/exit-code.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { apiVersion, metadata, toMetadata } from "./metadata.ts";
import { howMany } from "./selector.ts";
import { freeze, timeZone, toFreeze, toWindow, window } from "./window.ts";

const selected = z
  .strictObject({
    labels: labels.exactOptional().describe("Labels that an instance must have."),
    instances: howMany.exactOptional().describe("So many of those, or such a part of them."),
  })
  .describe("Which instances of the service are struck.");

const reaction = z
  .union(
    [
      z.enum(["continue", "pause", "halt-all"]),
      z.strictObject({
        retry: whole.min(1).max(20).describe("So many times at most for one instant."),
        wait: duration.prefault("10m").describe("So long after the end."),
      }),
    ],
    { error: "expected continue, pause, halt-all or { retry, wait }" },
  )
  .meta({ title: "continue, pause, halt-all or { retry, wait }", examples: ["pause", { retry: 2, wait: "10m" }] });
const REACTIONS = Object.fromEntries(
  (Object.keys(EXIT) as Verdict[]).map((verdict) => [
    verdict,
    reaction.exactOptional().describe(`What follows when a run ends ${verdict}.`),
  ]),
) as Record<Verdict, z.ZodExactOptional<typeof reaction>>;

const cron = z
  .string()
  .min(1)
  .max(200)
  .describe("When: minute, hour, day of month, month and day of week; or @hourly, @daily, @weekly, @monthly.")
  .meta({ title: "cron", examples: ["15 10 * * 1-4"] });
const seed = z
  .union([z.enum(["experiment", "fresh"]), whole.min(0).max(2 ** 31 - 1)], {
    error: "expected experiment, fresh, or a whole number",
  })
  .prefault("experiment")
  .describe("What the experiment says, a fresh seed for each start, or this one.");

export const scheduleFile = z
  .strictObject({
    apiVersion,
    kind: z.literal("Schedule").describe("What the document is."),
    metadata,
    spec: z
      .strictObject({
        description: z.string().prefault("").describe("What it is for, in a sentence."),
        experiment: documentReference.describe(
          "Name of the experiment, which the server has to know: apply it too. `namespace/name` names one of another namespace.",
        ),
        version: whole.min(1).exactOptional().describe("Of that experiment; the newest by default."),
        cron,
        timeZone,
        jitter: duration.prefault("0s").describe("Each start is later by a drawn time, so long at most."),
        concurrency: z
          .enum(["forbid", "queue"])
          .prefault("forbid")
          .describe("While its run before is not over: skip, or wait for it."),
        startWithin: duration
          .prefault("10m")
          .describe("A start that was missed is made up for when it is late by no more than this."),
        windows: z.array(window).prefault([]).describe("It starts only inside one of these; at any time by default."),
        freezes: z.array(freeze).prefault([]).describe("It does not start inside any of these."),
        select: z
          .record(label, selected)
          .prefault({})
          .describe("By service: narrows which of its instances are struck, whatever the experiment says."),
        strict: z
          .boolean()
          .prefault(false)
          .describe("A run is not HELD where it is not known whether an expectation met a fault."),
        static: z.boolean().prefault(false).describe("Instances that appear in mid-run stay outside."),
        seed,
        mode: z
          .enum(["full", "baseline", "shadow"])
          .prefault("full")
          .describe("The whole experiment, its baseline alone, or matching without hitting."),
        priority: whole.min(-100).max(100).prefault(0).describe("Of those that wait, the highest starts first."),
        history: whole.min(1).max(10_000).prefault(100).describe("How many of its last instants are remembered."),
        paused: z.boolean().prefault(false).describe("Starts nothing until this is taken out."),
        after: z
          .strictObject(REACTIONS)
          .prefault({})
          .describe("What follows from a verdict; RESIDUE pauses unless it says otherwise."),
      })
      .describe("The schedule."),
  })
  .describe("When an experiment is started again and again.");
export type ScheduleFile = z.output<typeof scheduleFile>;

const toReaction = (given: z.output<typeof reaction>): Reaction =>
  typeof given === "string" ? { do: given } : { do: "retry", times: given.retry, waitMs: given.wait };
/**
 * Default reactions. After RESIDUE a fault may still be live, so the schedule must not start again without an operator.
 */
const UNLESS_SAID: Schedule["after"] = { RESIDUE: { do: "pause" } };

export const toSchedule = ({ metadata, spec }: ScheduleFile): Schedule => ({
  ...toMetadata(metadata),
  description: spec.description,
  experiment: resolveDocumentName(spec.experiment, metadata.namespace),
  version: spec.version ?? null,
  cron: spec.cron,
  timeZone: spec.timeZone,
  jitterMs: spec.jitter,
  concurrency: spec.concurrency,
  startWithinMs: spec.startWithin,
  windows: spec.windows.map(toWindow),
  freezes: spec.freezes.map(toFreeze),
  select: spec.select,
  static: spec.static,
  strict: spec.strict,
  seed: spec.seed,
  mode: spec.mode,
  priority: spec.priority,
  history: spec.history,
  paused: spec.paused,
  after: {
    ...UNLESS_SAID,
    ...Object.fromEntries(Object.entries(spec.after).map(([verdict, given]) => [verdict, toReaction(given)])),
  },
});
