/**
 * Refusals: the reasons to refuse a message, and the answers. A refusal costs the connection: the framing cannot be
 * trusted afterwards.
 */
import { STATUS_CODES } from "node:http";
import type { Answer } from "./message.ts";

export interface Refusal {
  /**
   * Code of the refusal, sent as `x-squall-refused`, so that clients do not take the agent's answer for the callee's.
   */
  readonly code: string;
  readonly status: number;
  readonly reason: string;
}

const refusal = (status: number, code: string, reason: string): Refusal => ({ code, status, reason });

/** Refusals of requests. */
export const REFUSED = {
  requestLine: refusal(400, "bad-request-line", "the request line is not `method target HTTP/1.x`"),
  target: refusal(400, "bad-target", "the request target is not a path, an absolute http URL or `*`"),
  preface: refusal(400, "http2-preface", "this edge speaks HTTP/1.1, and the caller began HTTP/2"),
  tls: refusal(
    400,
    "tls",
    "this edge speaks plain HTTP/1.1, and the caller began TLS: call http://, or use an edge of `protocol: tcp`",
  ),
  version: refusal(505, "version", "only HTTP/1.0 and HTTP/1.1 are served here"),
  connect: refusal(501, "connect", "CONNECT is not served here"),
  bareLf: refusal(400, "bare-lf", "a line ends with LF alone instead of CR LF"),
  bareCr: refusal(400, "bare-cr", "a CR without LF stands in the head"),
  control: refusal(400, "control-character", "a control character stands in the head"),
  fold: refusal(400, "obs-fold", "a header line begins with white space"),
  colonSpace: refusal(400, "space-before-colon", "white space stands between a header name and its colon"),
  header: refusal(400, "bad-header", "a header line is not `name: value`"),
  noHost: refusal(400, "no-host", "an HTTP/1.1 request needs a Host header"),
  twoHosts: refusal(400, "two-hosts", "the request names its host more than once"),
  badHost: refusal(400, "bad-host", "the Host header is not a host name with an optional port"),
  length: refusal(400, "bad-content-length", "Content-Length is not one plain number"),
  twoLengths: refusal(400, "two-content-lengths", "there is more than one Content-Length"),
  lengthAndChunked: refusal(
    400,
    "length-with-transfer-encoding",
    "Content-Length and Transfer-Encoding exclude each other",
  ),
  coding: refusal(
    400,
    "bad-transfer-encoding",
    "the only Transfer-Encoding served here is `chunked`, once, on HTTP/1.1",
  ),
  chunk: refusal(400, "bad-chunk", "a chunk of the body is not framed as RFC 9112 says"),
  tooLarge: refusal(431, "head-too-large", "the request head is larger than 64 KiB or has more than 1000 lines"),
  tlsAnswer: refusal(
    400,
    "tls",
    "it is TLS: the callee expects HTTPS on this port, and this edge speaks plain HTTP/1.1",
  ),
  http2Answer: refusal(
    400,
    "http2",
    "it is HTTP/2: the callee expects HTTP/2 on this port, and this edge speaks HTTP/1.1",
  ),
  statusLine: refusal(400, "bad-status-line", "the status line is not `HTTP/1.x status reason`"),
  tooSlow: refusal(408, "head-too-slow", "the request head did not arrive in time"),
} as const;

/** Refusals of exchanges that fail at the callee. */
export const badGateway = (code: string, reason: string): Refusal => refusal(502, code, reason);
export const gatewayTimeout = (code: string, reason: string): Refusal => refusal(504, code, reason);

/** Reason phrase of a status. The phrase carries no meaning on the wire, but operators read it. */
export const reasonPhrase = (status: number): string => STATUS_CODES[status] ?? "Status";

/**
 * A complete answer with a plain sentence as the body. `close`: the head says that the connection ends with this
 * answer.
 */
export const refusalAnswer = (refusal: Refusal, headOnly: boolean, close: boolean): Buffer => {
  const { status, headers, body } = refusalParts(refusal);
  let head = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  head += `content-length: ${body.length}\r\nconnection: ${close ? "close" : "keep-alive"}\r\n\r\n`;
  return headOnly ? Buffer.from(head) : Buffer.concat([Buffer.from(head), body]);
};
/**
 * The refusal in the caller's own protocol where that is known. To HTTP/2: SETTINGS and GOAWAY (RFC 9113 3.4, 6.8) with
 * HTTP_1_1_REQUIRED and the reason as debug data, which clients show. To TLS: a fatal alert, since TLS libraries report
 * an HTTP answer as a wrong version number. Otherwise the answer of HTTP/1.1.
 */
export const refusalBytes = (refusal: Refusal): Buffer => {
  if (refusal === REFUSED.tls) return NO_TLS_VERSION;
  if (refusal !== REFUSED.preface) return refusalAnswer(refusal, false, true);
  const reason = Buffer.from(`x-squall-refused: ${refusal.code}; squall: ${refusal.reason}`);
  const head = Buffer.alloc(9 + 8);
  head.writeUIntBE(8 + reason.length, 0, 3);
  head[3] = GOAWAY;
  head.writeUInt32BE(HTTP_1_1_REQUIRED, 13);
  return Buffer.concat([EMPTY_SETTINGS, head, reason]);
};
/**
 * Alert record (RFC 8446 5.1, 6.2): fatal, `protocol_version`: the version is known and not spoken here, as no version
 * is. Go says "protocol version not supported", OpenSSL "tlsv1 alert protocol version".
 */
const NO_TLS_VERSION = Buffer.from([21, 3, 3, 0, 2, 2, 70]);
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const GOAWAY = 7;
const HTTP_1_1_REQUIRED = 0xd;
/** Parts of the same answer, not framed yet. */
export const refusalParts = ({ code, status, reason }: Refusal): Answer & { readonly body: Buffer } => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "x-squall-refused": code },
  body: Buffer.from(`squall: ${reason}\n`),
});
