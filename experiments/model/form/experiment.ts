/**
 * File form of an experiment, as users write the file. `build.ts` makes the model, the `*-rules.ts` files find errors
 * that no schema can express.
 */

import { z } from "zod";
import { label } from "../notation/name.ts";
import { whole } from "../notation/whole.ts";
import { parseDuration } from "../units/duration.ts";
import { added, duration, times } from "../units/schemas.ts";
import { expectation, guardrail } from "./expectation.ts";
import { fault } from "./fault.ts";
import { apiVersion, metadata } from "./metadata.ts";

/**
 * `recovery: 5s` is `{ within: 5s }`; where that is shorter than the default of `hold`, the recovery must stay for the
 * shorter time.
 */
const HOLD = "5s";
const recovery = z
  .union(
    [
      duration.transform((within) => ({ within, hold: Math.min(within, parseDuration(HOLD)!) })),
      z.strictObject({
        within: duration
          .prefault("20s")
          .describe("The steady state must be back within so long after the faults are gone."),
        hold: duration.prefault(HOLD).describe("And stay for so long."),
      }),
    ],
    { error: "expected a duration such as 20s, or a map such as { within: 20s, hold: 5s }" },
  )
  .meta({ title: "duration, or map", examples: ["20s", { within: "20s", hold: "5s" }] });

export const phases = z
  .strictObject({
    warmup: duration.prefault("2s").describe("Probes run, nothing counts."),
    baseline: duration
      .prefault("10s")
      .describe("The steady state is measured; if it does not hold, nothing is injected."),
    during: duration.prefault("20s").describe("The faults are live at their times."),
    settle: duration.prefault("0s").describe("After the faults are live, before samples count as `during`."),
    recovery: recovery.prefault({}).describe("How fast the steady state must come back."),
  })
  .describe("How long each part of a run takes.");

export const limits = z
  .strictObject({
    services: z
      .array(label)
      .max(1_000)
      .prefault([])
      .describe("Services that may be affected, besides the faults' own edges."),
    callers: z
      .enum(["slower", "none", "any"])
      .prefault("slower")
      .describe("Callers upstream of those may be slower but not fail, be affected in no way, or in any."),
    harm: z
      .strictObject({
        errors: added.prefault("+1%").describe("So many more errors than in the baseline."),
        p95: times.prefault("2x").describe("A p95 latency so many times the baseline's."),
      })
      .prefault({})
      .describe("Damage that counts: at least so much worse than the baseline."),
    leak: z
      .enum(["break", "report", "require"])
      .prefault("break")
      .describe(
        "Damage beyond these limits breaks the run, is only reported, or breaks it and must have been measured everywhere.",
      ),
    requests: whole
      .min(1)
      .exactOptional()
      .describe("Most hits over all agents and faults; then nothing more is hit and the run goes on."),
    deadline: duration
      .refine((ms) => ms <= 2 * 3_600_000, { error: "expected 2h at most" })
      .prefault("15m")
      .describe("Longest time of the whole run; it halts then."),
  })
  .describe("How far the damage may reach.");

/** No reader follows a run of more entries; and a server checks all entries between two renewals of its leases. */
const MOST_ENTRIES = 100;

export const experimentFile = z
  .strictObject({
    apiVersion,
    kind: z.literal("Experiment").describe("What the document is."),
    metadata,
    spec: z
      .strictObject({
        description: z.string().prefault("").describe("What is to be found out, for people."),
        mesh: z
          .string()
          .min(1)
          .exactOptional()
          .describe("The mesh file, relative to this one; embedded runs start it."),
        seed: whole
          .min(0)
          .max(2 ** 31 - 1)
          .exactOptional()
          .describe("All chance comes from it; drawn and recorded when absent."),
        phases: phases.prefault({}),
        onBroken: z
          .enum(["revert", "continue"])
          .prefault("revert")
          .describe("Take the faults away as soon as the hypothesis cannot hold any more, or go on to the end."),
        hypothesis: z.array(expectation).min(1).max(MOST_ENTRIES).describe("What must stay true."),
        faults: z
          .array(fault)
          .max(MOST_ENTRIES)
          .min(1)
          .describe("What is done to the traffic, in this order from the caller to the callee."),
        limits: limits.prefault({}),
        halt: z.array(guardrail).max(MOST_ENTRIES).prefault([]).describe("Guardrails."),
      })
      .describe("The experiment."),
  })
  .describe("A chaos experiment: what must stay true, which fault to cause, how far the damage may reach.");
export type ExperimentFile = z.output<typeof experimentFile>;
