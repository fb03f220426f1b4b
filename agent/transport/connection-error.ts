/** Node's many error codes as the five things a splice can say about a connection. */
import type { ConnectionError } from "./transport.ts";

const CODES: Readonly<Record<string, ConnectionError["code"]>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ECONNABORTED: "reset",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
};

/** A host with several addresses fails with an AggregateError, which carries the code of its first. */
export const connectionError = (error: Error & { code?: string }): ConnectionError => ({
  code: CODES[error.code ?? ""] ?? "broken",
  message: error.message === "" ? (error.code ?? error.name) : error.message,
});
