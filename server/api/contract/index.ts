/** The HTTP API under /api/v1: one source for validation, OpenAPI, handlers and clients. Web and CLI import types only. */
import { z } from "zod";
import type { JournalRecord } from "../../../experiments/model/journal.ts";
import type { Mesh } from "../../../experiments/model/mesh.ts";
import type { Plan } from "../../../experiments/model/plan.ts";
import type { RunReport } from "../../../experiments/model/report.ts";

export const apiError = z.object({
  code: z.string(),
  message: z.string(),
  /** Problems of a file (`path`, `message`), one each. */
  details: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })).default([]),
});
export type ApiError = z.output<typeof apiError>;

export const startRun = z.strictObject({
  /** The experiment in file form, variables already substituted. */
  experiment: z.unknown(),
  file: z.string().nullable().default(null),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .nullable()
    .default(null),
  mode: z.enum(["full", "baseline", "shadow"]).default("full"),
  /** Substituted values that must appear nowhere. */
  redact: z.array(z.string().min(1)).default([]),
  /** True: the run is halted when nobody has listened to its events for 10 s. */
  attached: z.boolean().default(false),
});
export type StartRun = z.input<typeof startRun>;

export const halt = z.strictObject({
  reason: z.string().min(1).max(500),
  because: z.enum(["operator", "interrupted"]).default("operator"),
  /** Wait for the recovery window; else audit and finish at once. */
  recover: z.boolean().default(false),
});
export type Halt = z.input<typeof halt>;

export const planRun = startRun.pick({ experiment: true, seed: true, mode: true });
export type PlanRun = z.input<typeof planRun>;

/** An agent as the server sees it. */
export interface AgentView {
  readonly instance: string;
  readonly boot: string;
  readonly version: string;
  readonly pid: number;
  readonly connected: boolean;
  readonly edges: readonly string[];
  /** Fault ids it said it holds, in its last pulse. */
  readonly live: readonly string[];
  readonly lastPulseAgoMs: number | null;
}
export interface RunSummary {
  readonly id: string;
  readonly experiment: string;
  readonly file: string | null;
  readonly state: string;
  readonly verdict: RunReport["verdict"];
  readonly because: RunReport["because"];
  readonly reason: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** Every route: its method and path, what goes in, what comes back. Errors are `ApiError`. */
export interface Api {
  "POST /api/v1/runs": { params: never; body: StartRun; reply: { id: string } };
  "GET /api/v1/runs": { params: never; body: never; reply: { runs: readonly RunSummary[] } };
  "GET /api/v1/runs/:id": { params: { id: string }; body: never; reply: RunReport };
  "GET /api/v1/runs/:id/journal": { params: { id: string }; body: never; reply: { records: readonly JournalRecord[] } };
  /** Server-sent events: `record` with a JournalRecord each, its sequence as id; `Last-Event-ID` resumes; ends after `closed`. With `Squall-Watch: 1` one only looks on: that keeps no attached run alive. */
  "GET /api/v1/runs/:id/events": { params: { id: string }; body: never; reply: never };
  "POST /api/v1/runs/:id/halt": { params: { id: string }; body: Halt; reply: { halted: readonly string[] } };
  "POST /api/v1/halt": { params: never; body: Halt; reply: { halted: readonly string[] } };
  "POST /api/v1/plan": { params: never; body: PlanRun; reply: Plan };
  "GET /api/v1/mesh": { params: never; body: never; reply: { mesh: Mesh | null } };
  "GET /api/v1/agents": { params: never; body: never; reply: { agents: readonly AgentView[] } };
}
