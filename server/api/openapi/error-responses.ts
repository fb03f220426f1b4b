/** Error responses of an operation: the possible codes, and the description of each status. */
import type { JsonSchema } from "../../../experiments/model/form/json-schema.ts";
import type { ErrorCode } from "../../contract/index.ts";
import { ERRORS } from "../../errors.ts";
import type { RouteAccess } from "../access.ts";
import { type AnswerHeader, headerRefs } from "./headers.ts";

export interface RouteErrors {
  readonly method: string;
  readonly access: RouteAccess;
  /** Codes specific to the route. */
  readonly errors: readonly ErrorCode[];
  readonly hasParameters: boolean;
  /** True when a standby server answers the route, too, and without a database. */
  readonly isLeaderless: boolean;
  /** Route that stops faults: takes any body. */
  readonly isUrgent: boolean;
  readonly isStream: boolean;
  /** True for routes that are never counted, so never limited. */
  readonly isUncounted: boolean;
}
const ALL: readonly ErrorCode[] = ["bad-request", "host-not-allowed", "origin-not-allowed", "internal"];

const codesOf = (refusing: RouteErrors): readonly ErrorCode[] => {
  const { method, access, errors, hasParameters, isLeaderless, isUrgent, isStream, isUncounted } = refusing;
  const when = (holds: boolean, ...codes: readonly ErrorCode[]) => (holds ? codes : []);
  const isWrite = method !== "GET";
  return [
    ...ALL,
    ...when(access !== "open", "not-authorized", "forbidden", "store-unavailable"),
    ...when(!isUncounted, "rate-limited"),
    ...when(!isLeaderless, "not-leader", "no-leader", "store-unavailable"),
    ...when(!isStream && !isLeaderless, "timed-out"),
    ...when(isStream, "too-many-streams"),
    ...when(isWrite, "store-full"),
    ...when(isWrite && !isUrgent, "not-json", "body-too-large"),
    ...when(hasParameters, "no-such-route"),
    ...errors,
  ];
};

const NAMES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "NotAuthorized",
  403: "Forbidden",
  413: "BodyTooLarge",
  415: "NotJson",
  421: "NotLeader",
  429: "TooMuch",
  500: "Internal",
  503: "Unavailable",
  507: "StoreFull",
};
const HEADERS: Readonly<Record<number, readonly AnswerHeader[]>> = {
  401: ["WWW-Authenticate"],
  421: ["Squall-Leader"],
  429: ["Retry-After"],
  503: ["Retry-After"],
};

const told = (status: number, codes: readonly ErrorCode[]): JsonSchema => ({
  description: codes.map((code) => `\`${code}\`: ${ERRORS[code].remedy}`).join("\n\n"),
  headers: headerRefs(["X-Request-Id", ...(HEADERS[status] ?? [])]),
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
});
const ofStatus = (codes: readonly ErrorCode[], status: number) =>
  codes.filter((code) => ERRORS[code].status === status);

/** Responses with the same meaning for every operation, by the name of the component. */
export const sharedErrorResponses = (): JsonSchema =>
  Object.fromEntries(
    Object.entries(NAMES).map(([status, name]) => [
      name,
      told(Number(status), ofStatus(Object.keys(ERRORS) as ErrorCode[], Number(status))),
    ]),
  );

/** Error responses by status. */
export const errorResponses = (refusing: RouteErrors): JsonSchema => {
  const codes = [...new Set(codesOf(refusing))];
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status as number))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const name = NAMES[status];
      const answer =
        name === undefined ? told(status, ofStatus(codes, status)) : { $ref: `#/components/responses/${name}` };
      return [String(status), answer];
    }),
  );
};
