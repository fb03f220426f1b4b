import { describe, expect, test } from "vitest";
import { REQUEST_HEAD } from "./head.ts";
import { RequestHeadView, ResponseHeadView } from "./head-view.ts";
import { answerWriter, type MessageWriter, requestWriter } from "./message-writer.ts";
import { REFUSED, refusalAnswer } from "./refusal.ts";

const requestOf = (text: string) => {
  const buffer = Buffer.from(text, "latin1");
  return new RequestHeadView().look(buffer, REQUEST_HEAD, REQUEST_HEAD.parse(buffer, 0, buffer.length));
};
const responseOf = (status: number, ...lines: string[]) => {
  const text = `HTTP/1.1 ${status} Whatever\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
  return new ResponseHeadView(status, Buffer.from(text, "latin1"), 0, text.length);
};
const written = (writer: MessageWriter, ...parts: string[]) =>
  writer.head.toString("latin1") + parts.map((part) => writer.data(Buffer.from(part))).join("") + writer.end("");
const open = { toHead: false, close: false };

describe("a request written anew", () => {
  const posted = "POST /a?b HTTP/1.1\r\nHost: x\r\nX-Odd-Case:  kept \r\nContent-Length: 3\r\n\r\n";
  test("is the same where nothing was changed", () => {
    const writer = requestWriter(requestOf(posted), {}, "length");
    expect(written(writer, "abc")).toBe(`${posted.replace("  kept ", " kept")}abc`);
  });
  test("never has more body than its length says: the rest would be the next request", () => {
    const writer = requestWriter(requestOf(posted), {}, "length");
    expect(written(writer, "ab", "cdef", "g")).toMatch(/\r\n\r\nabc$/);
  });
  test("is chunked as it was", () => {
    const writer = requestWriter(
      requestOf("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
      {},
      "chunked",
    );
    expect(written(writer, "abc", "", "0123456789abcdef")).toMatch(
      /\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n$/,
    );
  });
  test("with a new body is framed by that", () => {
    const edit = { body: Buffer.from("new body"), headers: { "X-New": "1", host: null } };
    const writer = requestWriter(requestOf(posted), edit, "length");
    expect(written(writer, "new body")).toBe(
      "POST /a?b HTTP/1.1\r\nX-Odd-Case: kept\r\nx-new: 1\r\ncontent-length: 8\r\n\r\nnew body",
    );
  });
  test.each([
    ["/new", "/new?b"],
    ["/new?c", "/new?c"],
    ["/with space", "/a?b"],
    ["/line\r\nbreak", "/a?b"],
  ])("to path %j has the target %j", (path, target) => {
    expect(requestWriter(requestOf(posted), { path }, "length").head.toString()).toMatch(
      new RegExp(`^POST ${target.replace("?", "\\?")} HTTP`),
    );
  });
});

test.each([
  ["X: 1", "", "Y:2"],
  ["X:  1"],
  ["X: 1 "],
  ["X:\t1"],
  ["Empty:"],
  ["Empty: "],
  ["Empty:  "],
  ["X: 1", "X: 2", "Long: a: b  c"],
])("a head passes as its own bytes exactly where writing it anew would give the same: %j", (...lines) => {
  const kept = lines.filter((line) => line !== "");
  const head = `${["POST /a HTTP/1.1", "Host: x", ...kept].join("\r\n")}\r\n\r\n`;
  const anew = requestWriter(requestOf(head), { headers: { "x-absent": null } }, "none").head.toString();
  expect(requestWriter(requestOf(head), {}, "none").head.toString()).toBe(anew);
  const answer = responseOf(200, ...kept);
  const answerAnew = answerWriter(answer, { headers: { "x-absent": null } }, "close", open).head.toString();
  expect(answerWriter(answer, null, "close", open).head.toString()).toBe(answerAnew);
});

describe("an answer written anew", () => {
  test("keeps its reason unless its status changes", () => {
    expect(answerWriter(responseOf(200), null, "close", open).head.toString()).toBe("HTTP/1.1 200 Whatever\r\n\r\n");
    const changed = answerWriter(responseOf(200), { status: 503 }, "close", open);
    expect(changed.head.toString()).toBe("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  });
  test.each(["HTTP/1.0 200 Old", "HTTP/1.1 200 "])("keeps the version of %j, changed or not", (first) => {
    const text = `${first}\r\n\r\n`;
    const view = new ResponseHeadView(200, Buffer.from(text), 0, text.length);
    expect(answerWriter(view, null, "close", open).head.toString()).toBe(text);
    const edited = answerWriter(view, { headers: { "x-a": "1" } }, "close", open).head.toString();
    expect(edited).toBe(`${first}\r\nx-a: 1\r\n\r\n`);
  });
  test("with a new body loses the lines that describe the old one, except those that the fault names", () => {
    const about = ["Content-Encoding: gzip", "Content-Range: bytes 0-9/99", "ETag: x", "Digest: sha-256=x", "X-A: 1"];
    const edit = { body: Buffer.from("new"), headers: { ETag: "y" } };
    expect(answerWriter(responseOf(200, ...about), edit, "close", open).head.toString()).toBe(
      "HTTP/1.1 200 Whatever\r\nX-A: 1\r\netag: y\r\ncontent-length: 3\r\n\r\n",
    );
    const { headers } = edit;
    expect(answerWriter(responseOf(200, ...about), { headers }, "close", open).head.toString()).toContain("gzip");
  });
  test("loses body and framing with a status that has none", () => {
    const writer = answerWriter(responseOf(200, "Transfer-Encoding: chunked"), { status: 304 }, "chunked", open);
    expect(written(writer, "gone")).toBe("HTTP/1.1 304 Not Modified\r\n\r\n");
  });
  test("keeps its length where it is when the new body has the same", () => {
    const answer = responseOf(200, "Content-Length: 4", "X: 1");
    const writer = answerWriter(answer, { body: Buffer.from("abcd") }, "length", open);
    expect(written(writer, "abcd")).toBe("HTTP/1.1 200 Whatever\r\nContent-Length: 4\r\nX: 1\r\n\r\nabcd");
  });
  test("that a fault made has one Connection line, the agent's", () => {
    const made = { status: 503, headers: { Connection: "keep-alive", "content-length": "9" }, body: Buffer.from("") };
    const writer = answerWriter({ status: 503, made, header: () => undefined }, null, "none", {
      ...{ toHead: false, close: true },
    });
    expect(writer.head.toString()).toBe(
      "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    );
  });
  test("to HEAD keeps the length that GET would have", () => {
    const writer = answerWriter(responseOf(200, "Content-Length: 9"), null, "none", { toHead: true, close: false });
    expect(written(writer, "never")).toMatch(/Content-Length: 9\r\n\r\n$/);
  });
  test("that a fault made says how the connection goes on", () => {
    const made = { status: 429, headers: { "Retry-After": "1" }, body: Buffer.from("slow down") };
    const head = { status: 429, made, header: () => undefined };
    expect(written(answerWriter(head, null, "none", { toHead: false, close: true }), "slow down")).toBe(
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nconnection: close\r\ncontent-length: 9\r\n\r\nslow down",
    );
  });
  test("leaves out headers that would break out of their lines", () => {
    const headers = { "x-a": "1\r\nx-b: 2", "x c": "3", "x-d": "\u{1F4A5}", "x-ok": "4" };
    const text = answerWriter(responseOf(200), { headers }, "close", open).head.toString();
    expect(text).toBe("HTTP/1.1 200 Whatever\r\nx-ok: 4\r\n\r\n");
  });
});

test("a refusal is a complete answer that says why", () => {
  expect(refusalAnswer(REFUSED.noHost, false, true).toString()).toBe(
    "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nx-squall-refused: no-host\r\n" +
      "content-length: 48\r\nconnection: close\r\n\r\nsquall: an HTTP/1.1 request needs a Host header\n",
  );
});
