/** Every error that the API answers with: code, status and what to do, in one table. */
import type { ApiError } from "./contract/index.ts";

export const ERRORS = {
  "not-authorized": 401,
  "host-not-allowed": 403,
  "origin-not-allowed": 403,
  "no-such-run": 404,
  "no-such-route": 404,
  "run-is-over": 409,
  "body-too-large": 413,
  "not-json": 415,
  "bad-request": 400,
  "invalid-experiment": 422,
  "no-mesh": 422,
  "exec-not-allowed": 422,
  draining: 503,
  internal: 500,
} as const satisfies Record<string, number>;
export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails = readonly { readonly path: readonly (string | number)[]; readonly message: string }[];

/** What a handler throws to answer with an error. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  constructor(code: ErrorCode, message: string, details: ErrorDetails = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
export const bodyOf = (code: ErrorCode, message: string, details: ErrorDetails = []): ApiError => ({
  code,
  message,
  details: details.map(({ path, message }) => ({ path: [...path], message })),
});
