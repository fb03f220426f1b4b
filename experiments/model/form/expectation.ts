/** File form of expectations and guardrails: a probe, and the criteria for its good samples. */

import { z } from "zod";
import { title } from "../notation/name.ts";
import { whole } from "../notation/whole.ts";
import { probeKinds } from "../probes/index.ts";
import { duration, share } from "../units/schemas.ts";
import { criteria } from "./criteria.ts";
import { exactlyOne, probes } from "./kinds.ts";

export const PHASE_NAMES = ["baseline", "during", "recovery"] as const;
const phase = z.enum(PHASE_NAMES);

const objectiveShare = share
  .refine((least) => least > 0, { error: "an objective of 0% always holds: give the least share of good samples" })
  .meta({ title: "share", examples: ["99%"] });
const objective = z
  .union(
    [
      objectiveShare,
      z
        .strictObject({
          baseline: objectiveShare.exactOptional().describe("Least share of good samples before the fault."),
          during: objectiveShare.exactOptional().describe("Least share while faults are live."),
          recovery: objectiveShare.exactOptional().describe("Least share in the window that counts as recovered."),
        })
        .refine((map) => Object.keys(map).length > 0, { error: "names no phase: baseline, during or recovery" }),
    ],
    { error: 'expected a share such as "99%", or one for each phase' },
  )
  .meta({ title: "share, or one for each phase", examples: ["99%", { baseline: "99.9%", during: "95%" }] });

const capture = z
  .literal(true, { error: "expected true, or no `capture` at all" })
  .describe("Reasons quote up to 1 KiB of answers: bodies, headers, JSON values. Without it they tell sizes only.");

export const expectation = z
  .strictObject({
    name: title.describe("What must stay true, in words."),
    ...probes,
    good: criteria,
    objective: objective
      .exactOptional()
      .describe("Least share of good samples, for all phases or each; polls default to 100%."),
    when: z
      .union([phase, z.array(phase).min(1)], { error: "expected baseline, during, recovery, or a list of them" })
      .exactOptional()
      .describe("The phases that count; all by default."),
    eventually: duration.exactOptional().describe("Good once within so long of each phase, instead of an objective."),
    minSamples: whole
      .min(1)
      .exactOptional()
      .describe("Fewest samples in a phase that allow a verdict; 30 for streams and traffic, 3 for polls."),
    capture: capture.exactOptional(),
    exposure: z
      .enum(["path", "bystander"])
      .exactOptional()
      .describe("`bystander`: judged by what is under way beside the hits, where no fault lies on its own path."),
    reaction: z
      .literal(true, { error: "expected true, or no `reaction` at all" })
      .exactOptional()
      .describe("It answers the fault: must not be so before it, and need not stay after it."),
    worst: z
      .strictObject({
        window: duration.describe("Length of the window."),
        objective: objectiveShare.describe("Least share of good samples in any window."),
      })
      .exactOptional()
      .describe("Forbids a short total outage that the objective alone would allow."),
  })
  .meta({
    description: "One expectation: a probe, what makes its samples good, and how many must be.",
    ...exactlyOne(probeKinds),
  });

export const guardrail = z
  .strictObject({
    name: title.describe("What it guards, in words."),
    ...probes,
    good: criteria,
    trip: z
      .strictObject({
        bad: whole.min(1).max(1000).describe("So many bad samples …"),
        of: whole.min(1).max(1000).describe("… of the last so many halt the run."),
      })
      .prefault({ bad: 3, of: 3 })
      .describe("When it halts the run."),
    capture: capture.exactOptional(),
    blind: z.enum(["halt", "ignore"]).prefault("halt").describe("What it means that its samples errored."),
  })
  .meta({ description: "A condition that halts the run although the hypothesis may hold.", ...exactlyOne(probeKinds) });
