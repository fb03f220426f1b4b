import { z } from "zod";
import { runId } from "./ids.ts";
import type { Frozen, Route } from "./route.ts";

export const serverInfo = z
  .object({
    version: z.string(),
    store: z.enum(["sqlite", "postgres"]),
    epoch: z.int().describe("Of the leadership under which this answer was given."),
    clockOffsetMs: z.int().describe("The database's clock minus this machine's: schedules go by the database's."),
    commands: z
      .array(z.string())
      .nullable()
      .describe(
        "Names of the commands that a `process` probe may run here; null: any (an embedded server with --allow-exec).",
      ),
    mesh: z.object({ name: z.string(), revision: z.string() }).nullable().describe("null: there is none."),
    agents: z.object({ known: z.int(), ready: z.int() }),
    runs: z.object({ live: z.int() }),
    webhooks: z
      .array(
        z.object({
          name: z.string(),
          host: z.string().describe("Of its URL, which may bear a secret."),
          events: z.array(z.string()),
          unreachable: z.enum(["refuse", "allow"]).describe("What a preflight that does not answer means."),
        }),
      )
      .describe("As the server's configuration has them."),
  })
  .meta({ id: "ServerInfo" });
export type ServerInfo = Frozen<z.output<typeof serverInfo>>;

export const verified = z
  .object({
    run: runId,
    records: z.int(),
    closed: z.boolean().describe("Its journal is complete; otherwise the run is under way, or its server died."),
    problem: z.string().nullable().describe("What is wrong, in a sentence; null: the chain is whole."),
  })
  .meta({ id: "Verified", description: "What the hash chain of one run's journal says." });
/** A line of `GET /api/v1/verify`. */
export type JournalVerification = Frozen<z.output<typeof verified>>;
export const verifiedEnd = z
  .object({ end: z.literal(true), runs: z.int(), broken: z.int() })
  .meta({ id: "VerifiedEnd", description: "The last line: without it the answer was cut off." });
export type JournalVerificationEnd = Frozen<z.output<typeof verifiedEnd>>;

const backupHead = z
  .object({ squall: z.literal("backup"), format: z.int(), schema: z.string(), takenMs: z.number() })
  .meta({ id: "BackupHead", description: "The first line." });
const backupRow = z
  .array(z.union([z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.null()]))]))
  .length(2)
  .meta({ id: "BackupRow", description: "A table, and one row of it by its columns." });
const backupEnd = z
  .object({ end: z.literal(true), rows: z.int(), digest: z.string().describe("SHA-256 of all lines before, hex.") })
  .meta({ id: "BackupEnd", description: "The last line: without it the answer was cut off." });

export const server = {
  "GET /api/v1/server": {
    operation: "readServer",
    summary: "Shows the version and the state of this server",
    reply: serverInfo,
  },
  "GET /api/v1/verify": {
    operation: "verifyRuns",
    summary: "Verifies the hash chains of all journals: a line for each run, and a last line with the counts",
    reply: "application/x-ndjson",
    item: z.union([verified, verifiedEnd]),
  },
  "GET /api/v1/backup": {
    operation: "streamBackup",
    summary: "Streams a consistent snapshot of every table as NDJSON, to be restored into an empty database",
    reply: "application/x-ndjson",
    item: z.union([backupHead, backupRow, backupEnd]),
  },
  "GET /api/v1/openapi.json": {
    operation: "readOpenApi",
    summary: "This API as an OpenAPI 3.1 document",
    reply: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
  },
} as const satisfies Record<string, Route>;
