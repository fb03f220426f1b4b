import { z } from "zod";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { LONGEST_DOCUMENT_NAME } from "../../experiments/model/notation/document-name.ts";
import { EXPECTED_SELECTOR, RUN_SELECTOR } from "../../experiments/model/notation/label-selector.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import type { KeptConnections } from "../../experiments/model/plan/kept-connections.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { REPORT_FORMAT_NAMES, REPORT_FORMATS } from "../../experiments/model/report/format.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { START_ERRORS } from "./error.ts";
import { anyBody, anyQuery, halt, halted, haltFields } from "./halt.ts";
import { runId } from "./ids.ts";
import { journalRecord, runEvent } from "./journal.ts";
import { plan } from "./plan.ts";
import { because, runReport, runState, verdict } from "./report.ts";
import type { Frozen, Route } from "./route.ts";
import { started } from "./schedules.ts";
import {
  instant,
  labels,
  mode,
  name,
  next,
  page,
  qualifiedName,
  reason,
  sequenceAsked,
  text,
  version,
  whole,
} from "./words.ts";

const runParams = z.strictObject({ id: text(100).brand<"RunId">() });

/** Instances of a service to target; narrows the experiment's selection. */
export const select = z.record(
  name,
  z.strictObject({
    labels: labels.optional(),
    instances: z
      .union([z.int().min(1), z.string().regex(/^\d+(\.\d+)?%$/)])
      .optional()
      .describe('So many, or such a share of them: `2`, `"50%"`.'),
  }),
);

const line = z.int().min(1).max(10_000_000);
const startRunShape = z.strictObject({
  experiment: z
    .unknown()
    .optional()
    .describe("The experiment in file form, variables already substituted. This, or `stored`."),
  stored: z
    .strictObject({ name: qualifiedName, version: version.optional() })
    .optional()
    .describe("One that was applied before; the newest version unless one is named."),
  file: text(4_096).nullable().default(null),
  lines: z
    .strictObject({
      name: line.describe("Of the experiment's name."),
      expectations: z.array(line).max(1_000).describe("Of each expectation, in the order of the file."),
    })
    .meta({ id: "FileLines" })
    .optional()
    .describe("Where in `file` a report points, since the text of the file does not come along."),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .nullable()
    .default(null),
  mode: mode.default("full"),
  redact: z
    .array(z.string().min(1).max(10_000))
    .max(1_000)
    .default([])
    .describe("Substituted values that must appear nowhere."),
  attached: z
    .boolean()
    .default(false)
    .describe("True: the run is halted when nobody has listened to its events for 10 s."),
  select: select.default({}),
  static: z.boolean().default(false).describe("True: instances that appear in mid-run do not join it."),
  strict: z
    .boolean()
    .default(false)
    .describe("True: an expectation of which nobody knows whether it met a fault keeps the run from being HELD."),
  labels: labels.default({}).describe("Added to the experiment's own."),
  priority: z.int().min(-100).max(100).default(0).describe("Higher goes first in the queue."),
});
type Source = Pick<z.output<typeof startRunShape>, "experiment" | "stored">;
const hasOneSource = ({ experiment, stored }: Source) => (experiment === undefined) !== (stored === undefined);
const ONE_SOURCE = { message: "exactly one of `experiment` and `stored` is needed", path: ["experiment"] };

/** Body for OpenAPI: each source, stored or given, stands in a schema of the union. */
const withSource = <S extends z.ZodRawShape>(rest: z.ZodObject<S>, what: "Start" | "Plan") =>
  z.union([
    z
      .strictObject({
        experiment: z
          .unknown()
          .meta({ "x-file": "Experiment", description: "In file form, variables already substituted." }),
        ...rest.shape,
      })
      .meta({ id: `${what}Experiment` }),
    z.strictObject({ stored: startRunShape.shape.stored.unwrap(), ...rest.shape }).meta({ id: `${what}Stored` }),
  ]);

export const startRun = startRunShape.refine(hasOneSource, ONE_SOURCE);
export type StartRun = z.input<typeof startRun>;

const planRunShape = startRunShape.pick({
  ...({ experiment: true, stored: true, seed: true, mode: true, select: true, static: true, strict: true } as const),
});
export const planRun = planRunShape.refine(hasOneSource, ONE_SOURCE);
export type PlanRun = z.input<typeof planRun>;

export const runSummary = z
  .object({
    id: runId,
    experiment: z.string(),
    version: z.int().nullable().describe("Version of the stored experiment; null: it came with the request."),
    file: z.string().nullable(),
    state: runState,
    verdict: verdict.nullable(),
    because: because.nullable(),
    reason: z.string(),
    seed: z.int(),
    labels: z.record(z.string(), z.string()),
    schedule: z.string().nullable().describe("The schedule that started it; null: somebody did."),
    startedBy: z.string().nullable().describe("Name of the token; null: from before that was written down."),
    priority: z.int(),
    startedAt: instant,
    durationMs: z.number(),
    radius: z
      .object({
        affected: z.int().describe("Damaged services that are declared."),
        contained: z.int().describe("Services at which the damage ended."),
        beyond: z.int().describe("Damaged services that are not declared, where no leak is proven."),
        leaks: z.array(z.string()).describe("Services beyond the declared radius, proven."),
      })
      .meta({ id: "RadiusCounts" })
      .nullable()
      .describe("The measured blast radius; null: nothing was hit yet, or it was not written down."),
    waitsFor: z
      .object({
        run: runId,
        experiment: z.string(),
        until: instant.nullable().describe("When it is over at the latest; null: it is queued, too."),
      })
      .meta({ id: "WaitsFor" })
      .exactOptional()
      .describe(
        "Of a queued run: one that has what it needs; absent: it is not queued, or waits for a cap or for the release.",
      ),
  })
  .meta({ id: "RunSummary", description: "A run in one line; `reportRun` tells the whole of it." });
export type RunSummary = Frozen<z.output<typeof runSummary>>;

export const runFilter = z.strictObject({
  ...page.shape,
  experiment: text(LONGEST_DOCUMENT_NAME).optional(),
  verdict: verdict.optional(),
  schedule: text(LONGEST_DOCUMENT_NAME).optional(),
  state: runState.optional(),
  label: z
    .string()
    .max(320)
    .regex(RUN_SELECTOR, EXPECTED_SELECTOR)
    .optional()
    .describe("A selector of labels, as Kubernetes has them: `team=pay,tier in (edge,core),!slow`."),
  since: instant.optional().describe("Started at or after."),
  until: instant.optional().describe("Started before."),
});

/** Plan of a run, with the agents that the run would affect, as of now. */
export type PlanReply = Plan & {
  readonly agents: readonly AgentRef[];
  /** Edges whose agents report no connections are absent; so is the list in answers of older servers. */
  readonly connections?: readonly KeptConnections[];
  /** Refusals that a policy, a freeze or the gate would give to a start now; empty: none. */
  readonly refusals: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
};

const asText = (description: string) => z.string().describe(description);
const reportDocument = z
  .object({
    schemaVersion: z.literal(1),
    tool: z.object({ name: z.string(), version: z.string() }),
    exitCode: z.int().describe("What `squall run` ends with."),
    runs: z.array(runReport),
  })
  .meta({ id: "ReportDocument", description: "What `squall report --format json` writes." });
/** Report schemas. Generated clients read an answer by the first of the types: a text fits all types, JSON does not. */
const reportFiles = {
  [REPORT_FORMATS.markdown.mediaType]: asText("GitHub-flavoured Markdown."),
  [REPORT_FORMATS.html.mediaType]: asText("A page that stands by itself."),
  [REPORT_FORMATS.junit.mediaType]: asText("JUnit."),
  [REPORT_FORMATS.json.mediaType]: reportDocument,
  [REPORT_FORMATS.sarif.mediaType]: z
    .object({ version: z.literal("2.1.0"), runs: z.array(z.looseObject({})) })
    .describe("SARIF 2.1.0."),
};

export const runs = {
  "POST /api/v1/runs": {
    operation: "startRun",
    errors: START_ERRORS,
    summary: "Starts a run: checks and stores the run, and queues it for the edges that it claims",
    headers: z.looseObject({
      "idempotency-key": text(200)
        .optional()
        .describe(
          "The same key with the same body is the same run, for a day: answered with 200, and nothing is started.",
        ),
    }),
    answerHeaders: ["Location"],
    body: startRun,
    bodyForm: withSource(startRunShape.omit({ experiment: true, stored: true }), "Start"),
    reply: started,
    status: 201,
    otherStatus: 200,
  },
  "GET /api/v1/runs": {
    operation: "listRuns",
    summary: "Lists runs, newest first",
    query: runFilter,
    reply: z.object({ runs: z.array(runSummary), next }),
  },
  "GET /api/v1/runs/:id": {
    operation: "reportRun",
    errors: ["no-such-run"],
    summary: "Reports a run, finished or under way",
    params: runParams,
    reply: runReport as z.ZodType<RunReport>,
  },
  "GET /api/v1/runs/:id/report": {
    operation: "downloadReport",
    errors: ["no-such-run"],
    summary: "Writes the report of a run, finished or under way, as a file",
    params: runParams,
    query: z.strictObject({ format: z.enum(REPORT_FORMAT_NAMES).default("json") }),
    answerHeaders: ["Content-Disposition"],
    reply: reportFiles,
  },
  "GET /api/v1/runs/:id/journal": {
    operation: "readJournal",
    errors: ["no-such-run"],
    summary: "Reads a run's journal in order",
    params: runParams,
    query: z.strictObject({
      after: sequenceAsked.default(0).describe("Records with a greater sequence number."),
      limit: whole(1, 5_000).default(5_000),
    }),
    reply: z.object({
      records: z.array(journalRecord as z.ZodType<JournalRecord>),
      next: z.int().nullable().describe("`after` of the next page; null: this was the last that there is now."),
    }),
  },
  "GET /api/v1/runs/:id/events": {
    operation: "streamRun",
    errors: ["no-such-run"],
    summary: "Streams a run's journal as server-sent events: the records after Last-Event-ID, then each new record",
    params: runParams,
    headers: z.looseObject({
      "last-event-id": z
        .string()
        .regex(/^\d{0,10}$/, "must be the number of a record")
        .optional()
        .describe("Of the last record that was read; 204 if that one closes the journal: nothing more will come."),
      "squall-watch": z.enum(["1"]).optional().describe("Looks on only, which keeps no attached run alive."),
    }),
    reply: "text/event-stream",
    event: runEvent,
    otherStatus: 204,
  },
  "POST /api/v1/runs/:id/halt": {
    operation: "haltRun",
    errors: ["no-such-run", "run-is-over"],
    summary: "Halts a run and removes its faults at once",
    params: runParams,
    query: anyQuery,
    body: halt,
    bodyForm: anyBody("Halt", haltFields),
    reply: halted,
  },
  "POST /api/v1/runs/:id/release": {
    operation: "releaseRun",
    errors: ["no-such-run", "run-not-over"],
    summary: "Releases the edges that a finished run still claims, because its faults could not be shown gone",
    params: runParams,
    body: z.strictObject({ reason }),
    reply: z.object({ released: z.array(z.string()).describe("The edges and services that are free now.") }),
  },
  "POST /api/v1/plan": {
    operation: "planRun",
    errors: ["no-such-document", "invalid-experiment", "no-mesh", "exec-not-allowed", "policy-refused"],
    summary: "Plans a run: shows its steps and the affected instances, and injects no fault",
    body: planRun,
    bodyForm: withSource(planRunShape.omit({ experiment: true, stored: true }), "Plan"),
    reply: plan as unknown as z.ZodType<PlanReply>,
  },
} as const satisfies Record<string, Route>;
