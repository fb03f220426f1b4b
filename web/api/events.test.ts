import { describe, expect, it } from "vitest";
import { eventParser } from "./events.ts";

const TEXT =
  ': squall\n\nevent: record\nid: 1\ndata: {"a":1}\n\nevent: record\r\nid: 2\r\ndata: two\r\ndata: lines\r\n\r\n';
const EVENTS = [
  { event: "record", data: '{"a":1}' },
  { event: "record", data: "two\nlines" },
];

describe("server-sent events", () => {
  it("gives each event, whole", () => {
    expect(eventParser()(TEXT)).toEqual(EVENTS);
  });
  it("gives the same wherever the stream is cut", () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      const parse = eventParser();
      expect([...parse(TEXT.slice(0, cut)), ...parse(TEXT.slice(cut))]).toEqual(EVENTS);
    }
  });
  it("tells events apart, and passes over comments", () => {
    expect(eventParser()(": still here\n\nevent: other\ndata: x\n\ndata: y\n\n")).toEqual([
      { event: "other", data: "x" },
      { event: "message", data: "y" },
    ]);
  });
});
