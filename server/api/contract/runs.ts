import { z } from "zod";
import type { JournalRecord } from "../../../experiments/model/journal.ts";
import type { Plan } from "../../../experiments/model/plan.ts";
import type { RunReport } from "../../../experiments/model/report.ts";
import { anyQuery, halt } from "./halt.ts";
import { journalRecord } from "./journal.ts";
import { plan } from "./plan.ts";
import { because, runReport, verdict } from "./report.ts";
import type { Frozen, Route } from "./route.ts";
import { instant, labels, name, next, page, reason, sequenceAsked, text, version } from "./words.ts";

export const runId = z.strictObject({ id: text(100) });

/** Which instances of a service are meant; narrows what the experiment says. */
export const select = z.record(
  name,
  z.strictObject({
    labels: labels.optional(),
    /** So many, or such a share of them: `2`, `"50%"`. */
    instances: z.union([z.int().min(1), z.string().regex(/^\d+(\.\d+)?%$/)]).optional(),
  }),
);

const startRunShape = z.strictObject({
  /** The experiment in file form, variables already substituted. This, or `stored`. */
  experiment: z.unknown().optional(),
  /** One that was applied before; the newest version unless one is named. */
  stored: z.strictObject({ name, version: version.optional() }).optional(),
  file: text(4_096).nullable().default(null),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .nullable()
    .default(null),
  mode: z.enum(["full", "baseline", "shadow"]).default("full"),
  /** Substituted values that must appear nowhere. */
  redact: z.array(z.string().min(1).max(10_000)).max(1_000).default([]),
  /** True: the run is halted when nobody has listened to its events for 10 s. */
  attached: z.boolean().default(false),
  select: select.default({}),
  /** True: instances that appear in mid-run do not join it. */
  static: z.boolean().default(false),
  /** True: an expectation of which nobody knows whether it met a fault keeps the run from being HELD. */
  strict: z.boolean().default(false),
  /** Added to the experiment's own. */
  labels: labels.default({}),
  /** Higher goes first in the queue. */
  priority: z.int().min(-100).max(100).default(0),
});
type Source = Pick<z.output<typeof startRunShape>, "experiment" | "stored">;
const hasOneSource = ({ experiment, stored }: Source) => (experiment === undefined) !== (stored === undefined);
const ONE_SOURCE = { message: "exactly one of `experiment` and `stored` is needed", path: ["experiment"] };

export const startRun = startRunShape.refine(hasOneSource, ONE_SOURCE);
export type StartRun = z.input<typeof startRun>;

export const planRun = startRunShape
  .pick({ experiment: true, stored: true, seed: true, mode: true, select: true, static: true, strict: true })
  .refine(hasOneSource, ONE_SOURCE);
export type PlanRun = z.input<typeof planRun>;

export const runSummary = z.object({
  id: z.string(),
  experiment: z.string(),
  /** Version of the stored experiment; null: it came with the request. */
  version: z.int().nullable(),
  file: z.string().nullable(),
  state: z.string(),
  verdict: verdict.nullable(),
  because: because.nullable(),
  reason: z.string(),
  seed: z.int(),
  labels: z.record(z.string(), z.string()),
  /** The schedule that started it; null: somebody did. */
  schedule: z.string().nullable(),
  /** Name of the token; null: from before that was written down. */
  startedBy: z.string().nullable(),
  priority: z.int(),
  startedAt: instant,
  durationMs: z.number(),
});
export type RunSummary = Frozen<z.output<typeof runSummary>>;

export const runFilter = z.strictObject({
  ...page.shape,
  experiment: text(63).optional(),
  verdict: verdict.optional(),
  schedule: text(63).optional(),
  state: text(63).optional(),
  label: text(320)
    .regex(/^[^=]+=/, "must be `key=value`")
    .optional(),
  /** Started at or after. */
  since: instant.optional(),
  /** Started before. */
  until: instant.optional(),
});

/** The agents that a plan would strike, as they stand now. */
export type PlanReply = Plan & {
  readonly agents: readonly { readonly instance: string; readonly boot: string; readonly faults?: readonly string[] }[];
  /** What a policy, a freeze or the gate would say to a start now; empty: nothing. */
  readonly refusals: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
};

export const runs = {
  "POST /api/v1/runs": {
    summary: "Starts a run: checks it, writes it down, and queues it for the edges that it claims",
    /** The same key with the same body answers with the same run and starts nothing. */
    headers: z.looseObject({ "idempotency-key": text(200).optional() }),
    body: startRun,
    reply: z.object({ id: z.string() }),
    status: 201,
    otherStatus: 200,
  },
  "GET /api/v1/runs": {
    summary: "Lists runs, newest first",
    query: runFilter,
    reply: z.object({ runs: z.array(runSummary), next }),
  },
  "GET /api/v1/runs/:id": {
    summary: "Reports one run, finished or under way",
    params: runId,
    reply: runReport as z.ZodType<RunReport>,
  },
  "GET /api/v1/runs/:id/journal": {
    summary: "Reads a run's journal in order",
    params: runId,
    query: z.strictObject({
      /** Records with a greater sequence number. */
      after: sequenceAsked.default(0),
      limit: z.coerce.number<number>().int().min(1).max(5_000).default(5_000),
    }),
    reply: z.object({
      records: z.array(journalRecord as z.ZodType<JournalRecord>),
      /** `after` of the next page; null: this was the last that there is now. */
      next: z.int().nullable(),
    }),
  },
  /** `record` with a JournalRecord each, its sequence as id; ends after `closed`. With `Squall-Watch: 1` one only looks on: that keeps no attached run alive. */
  "GET /api/v1/runs/:id/events": {
    summary: "Streams a run's journal as server-sent events: what there is after Last-Event-ID, then as it is written",
    params: runId,
    headers: z.looseObject({
      /** Of a record; 204 if it is the one that closes the journal: nothing more will come. */
      "last-event-id": z
        .string()
        .regex(/^\d{0,10}$/, "must be the number of a record")
        .optional(),
      "squall-watch": z.literal("1").optional(),
    }),
    reply: "text/event-stream",
    otherStatus: 204,
  },
  "POST /api/v1/runs/:id/halt": {
    summary: "Halts one run: its faults are taken away at once",
    params: runId,
    query: anyQuery,
    body: halt,
    reply: z.object({ halted: z.array(z.string()) }),
  },
  "POST /api/v1/runs/:id/release": {
    summary: "Releases the edges that a finished run still claims, because its faults could not be shown gone",
    params: runId,
    body: z.strictObject({ reason }),
    /** The edges and services that are free now. */
    reply: z.object({ released: z.array(z.string()) }),
  },
  "POST /api/v1/plan": {
    summary: "Tells what a run would do, and to which instances; touches nothing",
    body: planRun,
    reply: plan as unknown as z.ZodType<PlanReply>,
  },
} as const satisfies Record<string, Route>;
