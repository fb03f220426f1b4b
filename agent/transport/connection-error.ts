/** Connection errors: maps Node's many error codes to the few codes that a splice can report about a connection. */
import type { ConnectionError } from "./transport.ts";

const CODES: Readonly<Record<string, ConnectionError["code"]>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ECONNABORTED: "reset",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "ports",
  EMFILE: "descriptors",
  ENFILE: "descriptors",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
};

/**
 * Converts a Node error. A host with several addresses fails with an AggregateError, which carries the code of the
 * first.
 */
export const connectionError = (error: Error & { code?: string }): ConnectionError => ({
  code: CODES[error.code ?? ""] ?? "broken",
  message: error.message === "" ? (error.code ?? error.name) : error.message,
});
