import { describe, expect, it } from "vitest";
import { eventParser } from "./events.ts";

const TEXT =
  ': squall\n\nevent: record\nid: 1\ndata: {"a":1}\n\nevent: record\r\nid: 2\r\ndata: two\r\ndata: lines\r\n\r\n';

describe("server-sent events", () => {
  it("gives the data of each record, whole", () => {
    expect(eventParser()(TEXT)).toEqual(['{"a":1}', "two\nlines"]);
  });
  it("gives the same wherever the stream is cut", () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      const parse = eventParser();
      expect([...parse(TEXT.slice(0, cut)), ...parse(TEXT.slice(cut))]).toEqual(['{"a":1}', "two\nlines"]);
    }
  });
  it("passes over other events and comments", () => {
    expect(eventParser()(": still here\n\nevent: other\ndata: x\n\ndata: y\n\n")).toEqual([]);
  });
});
