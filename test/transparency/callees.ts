/** Behaviours of callees: columns of the transparency suite. */
import type { CalleeScript, Step, StepBytes } from "./script.ts";

const head = (status: string, ...fields: readonly string[]): string =>
  `HTTP/1.1 ${status}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
const OK = `${head("200 OK", "Content-Length: 2")}ok`;
const CLOSING = `${head("200 OK", "Content-Length: 2", "Connection: close")}ok`;
const TIMED_OUT = head("408 Request Timeout", "Content-Length: 0", "Connection: close");
const CUT = `${head("200 OK", "Content-Length: 100")}as far as here`;
const LARGE = 1_500_000;

const send = (text: StepBytes): Step => ["send", text];
const callee = (...steps: readonly Step[]): CalleeScript => ({ steps });
/** Answers each request with these steps. */
const each = (...steps: readonly Step[]): CalleeScript => callee(["each", steps]);
/**
 * Rest between two steps, in which what the last step caused reaches the other end. Twice as long as the rests of
 * callers: otherwise chance would decide which of two ends acts first.
 */
const GAP = ["sleep", 60] as const;
/** Rest between the second step of a caller and the third, as far from the one as from the other. */
const REST = ["sleep", 75] as const;

export const CALLEES = {
  "answers and keeps alive": each(send(OK)),
  "answers and closes, announced": callee(["request"], send(CLOSING), ["close"]),
  "answers and closes, unannounced": callee(["request"], send(OK), ["close"]),
  "answers and closes after a rest": callee(["request"], send(OK), REST, ["close"]),
  "closes an idle connection with a 408": callee(["request"], send(OK), REST, send(TIMED_OUT), ["close"]),
  "answers and half-closes": callee(["request"], send(OK), ["fin"], ["drain"]),
  "answers and resets": callee(["request"], send(OK), ["reset"]),
  "answers and resets after a rest": callee(["request"], send(OK), REST, ["reset"]),
  "closes and reads nothing": callee(GAP, ["close"]),
  "half-closes first": callee(GAP, ["fin"], ["drain"]),
  "resets and reads nothing": callee(GAP, ["reset"]),
  "closes behind the head": callee(["request", "head only"], GAP, ["close"]),
  "resets behind the head": callee(["request", "head only"], GAP, ["reset"]),
  "closes inside the answer": callee(["request"], send(CUT), GAP, ["close"]),
  "resets inside the answer": callee(["request"], send(CUT), GAP, ["reset"]),
  "resets right behind a part of the answer": callee(["request"], send(CUT), ["reset"]),
  "answers at the head and reads on": callee(
    ["request", "head only"],
    send(`${head("413 Too Large", "Content-Length: 3", "Connection: close")}no!`),
    ["drain"],
  ),
  "answers at the head and closes": callee(
    ["request", "head only"],
    send(`${head("401 Unauthorized", "Content-Length: 3", "Connection: close")}no!`),
    ["close"],
  ),
  "never answers, and closes with its caller": callee(["drain"]),
  "neither reads nor answers": callee(["hang"]),
  "reads a request and hangs": callee(["request"], ["hang"]),
  "answers slowly": each(["sleep", 170], send(OK)),
  "sends its answer in pieces": each(["pieces", OK, 6, 20]),
  "answers by HTTP/1.0 to the end": callee(["request"], send("HTTP/1.0 200 OK\r\n\r\nuntil the end"), GAP, ["close"]),
  "answers by HTTP/1.0 with keep-alive": each(
    send("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"),
  ),
  "sends 103 before the answer": each(send(head("103 Early Hints", "Link: </a>")), GAP, send(OK)),
  "upgrades and echoes": callee(
    ["request"],
    send(head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket")),
    ["echo"],
  ),
  "authenticates the connection": callee([
    "each",
    [send(`${head("401 Unauthorized", "WWW-Authenticate: NTLM challenge", "Content-Length: 0")}`)],
    [send(OK)],
  ]),
  "answers with a large body": each(send(head("200 OK", `Content-Length: ${LARGE}`)), send({ fill: LARGE })),
  "answers in chunks with a trailer": each(
    send(head("200 OK", "Transfer-Encoding: chunked", "Trailer: sum")),
    send("5\r\nhello\r\n"),
    GAP,
    send("0\r\nsum: 1\r\n\r\n"),
  ),
  "answers 204": each(send(head("204 No Content"))),
  "answers 304 with a length": each(send(head("304 Not Modified", "Content-Length: 500"))),
  "sends bytes behind a 204": callee(["request"], send(`${head("204 No Content")}stray`), ["drain"]),
  "speaks first": callee(GAP, send("220 ready\r\n"), ["each", [send(OK)]]),
  "answers without HTTP": callee(["request"], send("hello, this is no HTTP\r\n\r\n"), ["close"]),
  "takes a single connection": { most: 1, over: [GAP, ["close"]], steps: [["each", [GAP, GAP, send(OK)]]] },
  "accepts late": { after: 150, steps: [["each", [send(OK)]]] },
  "has a full backlog": {
    ...{ backlog: 0, full: true, after: 150, patience: 3_000 },
    steps: [["each", [send(OK)]]],
  },
  "does not listen": { absent: true, steps: [] },
} as const satisfies Readonly<Record<string, CalleeScript>>;
export type CalleeName = keyof typeof CALLEES;
