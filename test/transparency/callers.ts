/** Behaviours of callers: rows of the transparency suite. */
import type { CallerScript, Step } from "./script.ts";

const get = (path: string, ...fields: readonly string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: callee\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
const post = (size: number, ...fields: readonly string[]): string =>
  `POST /charge HTTP/1.1\r\nHost: callee\r\nContent-Length: ${size}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
const CHUNKED = "POST /chunks HTTP/1.1\r\nHost: callee\r\nTransfer-Encoding: chunked\r\n\r\n";
const UPGRADE = get("/socket", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13");

/** Rest between two steps, in which what the last step caused reaches the other end. */
const GAP = ["sleep", 30] as const;
/** Wait of a caller that times out: shorter than the wait for a slow answer. */
const SHORT = 105;
const caller = (...steps: readonly Step[]): CallerScript => ({ steps });

export const CALLERS = {
  "sends a request and closes behind the answer": caller(["send", get("/a")], ["answer"], ["close"]),
  "sends two requests on a connection": caller(["send", get("/a")], ["answer"], GAP, ["send", get("/b")], ["answer"]),
  "idles between two requests": caller(
    ["send", get("/a")],
    ["answer"],
    ["sleep", 150],
    ["send", get("/b")],
    ["answer"],
    ["linger", 60],
  ),
  "waits for the callee to close behind the answer": caller(["send", get("/a")], ["answer"], ["drain", 700]),
  "asks for a close": caller(["send", get("/a", "Connection: close")], ["answer"], ["drain", 150]),
  "speaks HTTP/1.0": caller(["send", "GET /old HTTP/1.0\r\n\r\n"], ["answer"], ["drain", 150]),
  "speaks HTTP/1.0 with keep-alive": caller(
    ["send", "GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"],
    ["answer"],
    GAP,
    ["send", "GET /older HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"],
    ["answer"],
  ),
  "asks for the head alone": caller(
    ["send", "HEAD /a HTTP/1.1\r\nHost: callee\r\n\r\n"],
    ["answer", "bodiless"],
    ["linger", 250],
  ),
  "sends a body": caller(["send", post(1_000)], ["send", { fill: 1_000 }], ["answer"], ["close"]),
  "sends a body in pieces": caller(["send", post(1_000)], ["pieces", { fill: 1_000 }, 4, 40], ["answer"], ["close"]),
  "sends a chunked body with a trailer": caller(
    ["send", CHUNKED],
    ["send", "5\r\nhello\r\n"],
    GAP,
    ["send", "6;name=value\r\n world\r\n0\r\nTrailer: yes\r\n\r\n"],
    ["answer"],
    ["close"],
  ),
  "sends a large body": caller(["send", post(700_000)], ["send", { fill: 700_000 }], ["answer"], ["close"]),
  "expects 100 before a body": caller(
    ["send", post(10, "Expect: 100-continue")],
    ["continue"],
    ["send", "0123456789"],
    ["answer"],
    ["close"],
  ),
  "sends a request byte by byte": caller(["pieces", get("/slow"), 12, 10], ["answer"], ["close"]),
  "pipelines three requests": caller(
    ["send", get("/a") + get("/b") + get("/c")],
    ["answer"],
    ["answer"],
    ["answer"],
    ["close"],
  ),
  "pipelines behind a body": caller(["send", `${post(5)}12345${get("/b")}`], ["answer"], ["answer"], ["linger", 60]),
  "pipelines and half-closes": caller(["send", get("/a") + get("/b")], ["fin"], ["answer"], ["answer"], ["drain", 700]),
  "half-closes behind a request": caller(["send", get("/a")], ["fin"], ["answer"], ["drain", 700]),
  "half-closes behind a request, late": caller(["send", get("/a")], GAP, ["fin"], ["answer"], ["drain", 700]),
  "half-closes inside a body": caller(["send", `${post(10)}12345`], ["fin"], ["drain", 700]),
  "half-closes without a request": caller(["fin"], ["drain", 700]),
  "closes without a request": caller(["close"]),
  "closes without a request, late": caller(["linger", 120], ["close"]),
  "closes inside a head": caller(["send", "GET /a HTTP/1.1\r\nHo"], GAP, ["close"]),
  "closes inside a body": caller(["send", `${post(10)}12345`], GAP, ["close"]),
  "resets at once": caller(["reset"]),
  "resets inside a head": caller(["send", "GET /a HTTP/1.1\r\nHo"], GAP, ["reset"]),
  "resets inside a body": caller(["send", `${post(10)}12345`], GAP, ["reset"]),
  "resets behind a request": caller(["send", get("/a")], GAP, ["reset"]),
  "times out and closes": caller(["send", get("/a")], ["read", 100_000_000, SHORT], ["close"]),
  "leaves inside the answer": caller(["send", get("/a")], ["read", 10], ["linger", 10], ["close"]),
  "closes with the answer unread": caller(["send", get("/a")], ["sleep", 90], ["close"]),
  "resets inside the answer": caller(["send", get("/a")], ["read", 10], ["linger", 10], ["reset"]),
  "reads slowly": caller(["send", get("/a", "Connection: close")], ["sip", 60_000, 4]),
  "upgrades and sends bytes": caller(["send", UPGRADE], ["answer"], GAP, ["send", "ping"], ["read", 4], GAP, ["close"]),
  "upgrades and half-closes": caller(
    ["send", UPGRADE],
    ["answer"],
    GAP,
    ["send", "ping"],
    GAP,
    ["fin"],
    ["drain", 700],
  ),
  "authenticates its connection": caller(
    ["send", get("/a", "Authorization: NTLM one")],
    ["answer"],
    GAP,
    ["send", get("/a", "Authorization: NTLM two")],
    ["answer"],
    GAP,
    ["send", get("/a")],
    ["answer"],
    ["close"],
  ),
  "makes six connections at once": {
    connections: 6,
    steps: [["send", get("/a")], ["answer"], ["linger", 100], ["close"]],
  },
} as const satisfies Readonly<Record<string, CallerScript>>;
export type CallerName = keyof typeof CALLERS;
