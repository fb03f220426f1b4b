/**
 * Headers of a single connection or of a message's framing (RFC 9110, 7.6.1 and 6.6.2): no fault may set or remove
 * them.
 */

export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
