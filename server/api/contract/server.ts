import { z } from "zod";
import type { Frozen, Route } from "./route.ts";

export const serverInfo = z.object({
  version: z.string(),
  store: z.enum(["sqlite", "postgres"]),
  /** Of the leadership under which this answer was given. */
  epoch: z.int(),
  /** The database's clock minus this machine's: schedules go by the database's. */
  clockOffsetMs: z.int(),
  /** Names of the commands that a `process` probe may run here; null: any (an embedded server with --allow-exec). */
  commands: z.array(z.string()).nullable(),
  /** null: there is none. */
  mesh: z.object({ name: z.string(), revision: z.string() }).nullable(),
  agents: z.object({ known: z.int(), ready: z.int() }),
  runs: z.object({ live: z.int() }),
});
export type ServerInfo = Frozen<z.output<typeof serverInfo>>;

/** One line of `GET /api/v1/verify`: what the hash chain of one run's journal says. */
export interface Verified {
  readonly run: string;
  readonly records: number;
  /** Its journal is complete; otherwise the run is under way, or its server died. */
  readonly closed: boolean;
  /** What is wrong, in a sentence; null: the chain is whole. */
  readonly problem: string | null;
}
/** Its last line: without it the answer was cut off. */
export interface VerifiedEnd {
  readonly end: true;
  readonly runs: number;
  readonly broken: number;
}

export const server = {
  "GET /api/v1/server": { summary: "Tells what this server is", reply: serverInfo },
  "GET /api/v1/verify": {
    summary: "Walks the hash chains of all journals: one line a run, and one that counts them",
    reply: "application/x-ndjson",
  },
  "GET /api/v1/backup": {
    summary: "Streams every table as NDJSON, of one moment, to be restored into an empty database",
    reply: "application/x-ndjson",
  },
  "GET /api/v1/openapi.json": {
    summary: "This API as an OpenAPI 3.1 document",
    reply: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
  },
} as const satisfies Record<string, Route>;
