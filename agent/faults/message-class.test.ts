import { expect, test } from "vitest";
import { messageClassOf } from "./message-class.ts";

const classOf = (headers: Readonly<Record<string, string>>) => messageClassOf({ header: (name) => headers[name] });

test.each([
  ["a length", { "content-length": "5" }, "message"],
  ["a length and an unknown type", { "content-length": "5", "content-type": "application/octet-stream" }, "message"],
  ["events, with parameters", { "content-type": "Text/Event-Stream; charset=utf-8" }, "stream"],
  ["events that claim a length", { "content-type": "text/event-stream", "content-length": "5" }, "stream"],
  ["lines of JSON", { "content-type": "application/x-ndjson" }, "stream"],
  ["gRPC", { "content-type": "application/grpc+proto" }, "stream"],
  ["JSON in chunks", { "content-type": "application/json; charset=utf-8" }, "message"],
  ["a problem in chunks", { "content-type": "application/problem+json" }, "message"],
  ["a page in chunks", { "content-type": "text/html" }, "message"],
  ["a picture in chunks", { "content-type": "image/png" }, "message"],
  ["an upload in chunks", { "content-type": "multipart/form-data; boundary=x" }, "message"],
  ["plain text in chunks", { "content-type": "text/plain" }, "stream"],
  ["bytes in chunks", { "content-type": "application/octet-stream" }, "stream"],
  ["nothing", {}, "stream"],
])("%s", (_, headers, expected) => {
  expect(classOf(headers as Readonly<Record<string, string>>)).toBe(expected);
});
