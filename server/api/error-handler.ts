/** Error handler: turns every error into the API's only error form. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ErrorCode } from "../contract/index.ts";
import { ApiError, bodyOf, ERRORS } from "../errors.ts";
import type { Log } from "../log.ts";
import type { RateLimitedLog } from "../rate-limited-log.ts";
import { classifyFailure, type DatabaseFailure } from "../store/database-failure.ts";
import { KeyReused, VersionMismatch } from "../store/errors.ts";
import { type Methods, noSuchRoute } from "./methods.ts";
import { REQUEST_ID } from "./request-id.ts";
import { HEADERS } from "./security-headers.ts";

/** Code of a Fastify error, by the error's status. */
const codeOf = ({ statusCode, code }: FastifyError): ErrorCode => {
  if (code === "FST_ERR_HANDLER_TIMEOUT") return "timed-out";
  if (statusCode === 413) return "body-too-large";
  if (statusCode === 415) return "not-json";
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? "bad-request" : "internal";
};

/** Codes of database failures: a full disk, or a database that is away, is no bug of Squall. */
const STORE_CODES: Readonly<Record<DatabaseFailure, ErrorCode>> = {
  full: "store-full",
  unavailable: "store-unavailable",
};
/**
 * Seconds for Retry-After, where a refusal gives no time. A database that restarts or fails over is mostly back by
 * then, and so is a leader.
 */
const RETRY_AFTER_S: ReadonlyMap<number, number> = new Map([
  [429, 10],
  [503, 2],
]);

interface ErrorLogs {
  readonly log: Log;
  /**
   * Log for errors that every request meets while the database is away: an open dashboard asks several times a second.
   */
  readonly sparse: RateLimitedLog;
}
const refusalOf = (error: FastifyError | ApiError, request: FastifyRequest, { log, sparse }: ErrorLogs): ApiError => {
  if (error instanceof ApiError) return error;
  if (error instanceof VersionMismatch) return new ApiError("changed-meanwhile", error.message);
  if (error instanceof KeyReused) return new ApiError("key-reused", error.message);
  // The client went away in the middle of the body: no client reads the answer, and the log gets no line.
  if (request.raw.destroyed && !request.raw.complete) return new ApiError("bad-request", "the request was cut off");
  const where = `${request.method} ${request.routeOptions.url}`;
  const trouble = classifyFailure(error);
  if (trouble !== null) {
    const line = { message: `${where}: ${error.message}`, fields: { request: request.id } };
    sparse.write(`the database is ${trouble}`, { level: "error", ...line });
    return new ApiError(STORE_CODES[trouble], `the database refused: ${error.message}`);
  }
  const code = codeOf(error);
  if (code === "timed-out") return new ApiError(code, "it took longer than the server waits");
  if (code !== "internal") return new ApiError(code, error.message);
  log.error(`${where}: ${error.stack ?? error.message}`, { request: request.id });
  return new ApiError(code, `something went wrong in the server; its log has more of request ${request.id}`);
};

/** WWW-Authenticate (RFC 6750, 3): with an error only where a token was shown. */
const challengeOf = ({ isGuess }: FastifyRequest): string =>
  `Bearer realm="squall"${isGuess ? ', error="invalid_token"' : ""}`;

const answer = (request: FastifyRequest, reply: FastifyReply, { code, message, details, headers }: ApiError) => {
  request.failure = code;
  const { status } = ERRORS[code];
  if (code === "not-authorized") reply.header("www-authenticate", challengeOf(request));
  const retryAfter = RETRY_AFTER_S.get(status);
  if (retryAfter !== undefined && !reply.hasHeader("retry-after")) reply.header("retry-after", retryAfter);
  return reply
    .code(status)
    .headers(headers)
    .type("application/json; charset=utf-8")
    .serializer(JSON.stringify)
    .send(bodyOf(code, message, details));
};

/** Handles input that is no HTTP request, which never reaches a route or a hook. */
export const handleUnreadable = (error: Error, request: unknown, reply: unknown): void => {
  const answer = reply as FastifyReply;
  const { raw } = answer;
  // The HTTP server has let go of an upgrade's socket: no other code would close the socket.
  if (raw.req.headers.upgrade !== undefined) raw.once("finish", () => raw.req.socket.destroySoon());
  answer
    .code(400)
    .headers({ ...HEADERS, [REQUEST_ID]: (request as FastifyRequest).id })
    .type("application/json; charset=utf-8");
  answer.serializer(JSON.stringify).send(bodyOf("bad-request", error.message));
};

export const handleErrors = (app: FastifyInstance, logs: ErrorLogs, methods: Methods): void => {
  app.setErrorHandler((error: FastifyError | ApiError, request, reply) =>
    answer(request, reply, refusalOf(error, request, logs)),
  );
  app.setNotFoundHandler((request, reply) => {
    return answer(request, reply, noSuchRoute(request, methods));
  });
};
