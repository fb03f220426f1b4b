/** Headers with a meaning in requests and answers, under the document's names. */
import type { JsonSchema } from "../../../experiments/model/form/json-schema.ts";

const text = { type: "string" };
const said = (description: string, schema: JsonSchema = text, more: JsonSchema = {}): JsonSchema => ({
  description,
  ...more,
  schema,
});
const ALWAYS = { required: true };

/** Answer headers, by name. */
export const ANSWER_HEADERS = {
  "X-Request-Id": said(
    "Names the request in the log and in the audit: the client's own id where it is well-formed.",
    text,
    ALWAYS,
  ),
  ETag: said(
    "Of the content, for `If-None-Match` and `If-Match`. Weak (`W/`) where the answer is compressed.",
    text,
    ALWAYS,
  ),
  /** The header `ETag` of a write; a dry run has no such header. */
  StoredETag: said("Of what is stored now; a dry run has none.", text),
  Location: said("The path of the run.", text, ALWAYS),
  "Content-Disposition": said("`attachment`, and a name for the file.", text, ALWAYS),
  "Set-Cookie": said("The session's cookie, or its end.", text, ALWAYS),
  "WWW-Authenticate": said(
    'RFC 6750: `Bearer realm="squall"`, with `error="invalid_token"` where a token was shown.',
    text,
    ALWAYS,
  ),
  "Retry-After": said("Seconds.", { type: "integer", minimum: 0 }, ALWAYS),
  "Squall-Leader": said("The URL of the leader.", text, ALWAYS),
} as const;
export type AnswerHeader = keyof typeof ANSWER_HEADERS;
/** Components whose name differs from the header's. */
const WIRE_NAMES: Readonly<Record<string, string>> = { StoredETag: "ETag" };
export const headerRefs = (names: readonly AnswerHeader[]): JsonSchema =>
  Object.fromEntries(names.map((name) => [WIRE_NAMES[name] ?? name, { $ref: `#/components/headers/${name}` }]));

/** Request headers that many operations take, by the name of the component. */
export const SHARED_PARAMETERS = {
  RequestId: {
    name: "X-Request-Id",
    in: "header",
    description:
      "Names the request in answer, log and audit. Where it is missing or not well-formed the trace id of `traceparent` does, or a new one.",
    schema: text,
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "ETags that the client has: an answer that is one of them is a 304 without a body.",
    schema: text,
  },
} as const;
export const parameterRef = (name: keyof typeof SHARED_PARAMETERS): JsonSchema => ({
  $ref: `#/components/parameters/${name}`,
});

/** Names of header parameters as documents write them; the contract has the names in lower case. */
const NAMES: Readonly<Record<string, string>> = { "if-none-match": "If-None-Match", "last-event-id": "Last-Event-ID" };
/** `idempotency-key` → `Idempotency-Key`. */
export const headerName = (name: string): string =>
  NAMES[name] ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
