import { z } from "zod";

/** Every error code. `server/errors.ts` has the status and the remedy of each. */
export const ERROR_CODES = [
  ...(["bad-request", "not-authorized", "forbidden"] as const),
  ...(["host-not-allowed", "origin-not-allowed", "certificate-needed"] as const),
  ...(["no-such-run", "no-such-route", "no-such-agent", "no-such-document", "no-such-edge"] as const),
  ...(["no-such-schedule", "no-such-token", "method-not-allowed"] as const),
  ...(["run-is-over", "run-not-over", "key-reused", "in-use", "changed-meanwhile"] as const),
  ...(["body-too-large", "not-json", "not-leader"] as const),
  ...(["invalid-experiment", "invalid-document", "no-mesh", "exec-not-allowed"] as const),
  ...(["policy-refused", "preflight-refused", "halted"] as const),
  ...(["rate-limited", "queue-full", "too-many-streams"] as const),
  ...(["internal", "draining", "no-leader", "store-unavailable", "timed-out", "store-full"] as const),
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
/** Refusals of a start, from any source of runs. */
export const START_ERRORS: readonly ErrorCode[] = [
  ...([
    "no-such-document",
    "key-reused",
    "invalid-experiment",
    "no-mesh",
    "exec-not-allowed",
    "policy-refused",
  ] as const),
  ...(["preflight-refused", "halted", "queue-full", "draining"] as const),
];

/** A place in a document or request, and the problem there. */
export const problem = z
  .object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })
  .meta({ id: "Problem", description: "One place of a document or a request, and what is wrong there." });

/** Every answer that is not 2xx or 304. docs/api.md gives the remedy for each code. */
export const apiError = z
  .object({
    // The schema is any text for Squall's clients, which may call a newer server; the enum is for generated clients.
    code: z.string().meta({ enum: [...ERROR_CODES], description: "The machine word." }),
    message: z.string().describe("One or more plain sentences: what was wrong, what was expected, what to do."),
    details: z.array(problem).default([]).describe("Problems of a document or a request, one each: where, and what."),
  })
  .meta({ id: "Error", description: "Why a request was refused. docs/api.md tells what to do about each code." });
export type ErrorBody = z.output<typeof apiError>;
