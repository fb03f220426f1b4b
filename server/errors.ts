/** Every error of the API, in one table: the status, and the caller's remedy (docs/api.md). */
import type { ErrorBody, ErrorCode } from "./contract/index.ts";

interface ErrorKind {
  readonly status: number;
  /** Remedy in one plain sentence. */
  readonly remedy: string;
}
export const ERRORS = {
  "bad-request": { status: 400, remedy: "Send what the OpenAPI document describes; `details` names each wrong place." },
  "not-authorized": { status: 401, remedy: "Send a valid token as `Authorization: Bearer …`, or sign in again." },
  forbidden: { status: 403, remedy: "Use a token of the role that the message names." },
  "host-not-allowed": { status: 403, remedy: "Use a name that the server knows, or add this name to its `hosts`." },
  "origin-not-allowed": { status: 403, remedy: "Call the API from the server's own pages, or from no page at all." },
  "certificate-needed": {
    status: 403,
    remedy: "Give the agent a client certificate that the server's authority signed.",
  },
  "no-such-run": { status: 404, remedy: "List the runs; retention may have deleted this run." },
  "no-such-route": { status: 404, remedy: "Look the route up in the OpenAPI document." },
  "no-such-agent": { status: 404, remedy: "List the agents; the server forgets an agent an hour after it left." },
  "no-such-document": { status: 404, remedy: "List the documents of this kind, or apply the document first." },
  "no-such-edge": { status: 404, remedy: "Look the edges up in the mesh: `GET /api/v1/mesh`." },
  "no-such-schedule": { status: 404, remedy: "List the schedules, or apply the schedule first." },
  "no-such-token": { status: 404, remedy: "List the tokens." },
  "method-not-allowed": { status: 405, remedy: "Use a method that the header `Allow` names." },
  "run-is-over": { status: 409, remedy: "No action is needed: the run is over." },
  "run-not-over": { status: 409, remedy: "Halt the run, or wait for its end." },
  "key-reused": { status: 409, remedy: "Use a new Idempotency-Key for a start that differs." },
  "in-use": { status: 409, remedy: "First remove the dependents that the message names." },
  "changed-meanwhile": { status: 412, remedy: "Read the document again, and apply the change to the current version." },
  "body-too-large": { status: 413, remedy: "Send less: at most 2 MiB, and 8 KiB to sign in or to join." },
  "not-json": { status: 415, remedy: "Send writes with `Content-Type: application/json`." },
  "not-leader": { status: 421, remedy: "Ask the leader, which the header `Squall-Leader` names." },
  "invalid-experiment": {
    status: 422,
    remedy: "Fix the places that `details` names; `squall validate` shows the lines.",
  },
  "invalid-document": {
    status: 422,
    remedy: "Fix the places that `details` names; `squall validate` shows the lines.",
  },
  "no-mesh": { status: 422, remedy: "Give the server a mesh: `squall serve --mesh`, or `squall apply -f mesh.yaml`." },
  "exec-not-allowed": { status: 422, remedy: "Name a command that the server's administrator defined." },
  "policy-refused": { status: 422, remedy: "Stay within the policy that the message names, or ask an administrator." },
  "preflight-refused": { status: 422, remedy: "Ask the operator of the webhook that the message names." },
  halted: { status: 423, remedy: "Find out why all runs were halted; then `squall halt --release`." },
  "rate-limited": { status: 429, remedy: "Wait as long as `Retry-After` says. Halts are never limited." },
  "queue-full": { status: 429, remedy: "Start the run again after `Retry-After`, or halt runs that are not needed." },
  "too-many-streams": {
    status: 429,
    remedy: "Close unused streams, or use a token for each client; try again after `Retry-After`.",
  },
  internal: { status: 500, remedy: "Report this bug with the server's log." },
  draining: { status: 503, remedy: "Try again at the server that takes over." },
  "no-leader": { status: 503, remedy: "Try again within seconds: a leader is being elected." },
  "store-unavailable": { status: 503, remedy: "Look at the database; halts by a token used before still work." },
  "timed-out": { status: 503, remedy: "Try again; a read shows whether the request took effect." },
  "store-full": { status: 507, remedy: "Free space on the disk of the server's database." },
} as const satisfies Record<ErrorCode, ErrorKind>;
export type ErrorDetails = readonly { readonly path: readonly (string | number)[]; readonly message: string }[];

/** Error that a handler throws to answer with an API error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}
export const bodyOf = (code: ErrorCode, message: string, details: ErrorDetails = []): ErrorBody => ({
  code,
  message,
  details: details.map(({ path, message }) => ({ path: [...path], message })),
});

/** Refusal of a request to a server that does not lead. `url`: the leader's; null: no leader now. */
export const notLeader = (url: string | null): ApiError =>
  url === null
    ? new ApiError("no-leader", "no server leads at the moment: one is being elected")
    : new ApiError("not-leader", `this server stands by; the leader is ${url}`, [], { "squall-leader": url });
