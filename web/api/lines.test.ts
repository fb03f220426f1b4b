import { describe, expect, it } from "vitest";
import { lineParser } from "./lines.ts";

const TEXT = '{"a":1}\n\n{"b":"ü\\n"}\n{"end":true}\n';

describe("lines of JSON", () => {
  it("come whole, wherever the stream is cut", () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      const parse = lineParser();
      const lines = [...parse(TEXT.slice(0, cut)), ...parse(TEXT.slice(cut))];
      expect(lines).toEqual(['{"a":1}', '{"b":"ü\\n"}', '{"end":true}']);
    }
  });
  it("do not come before they end", () => {
    const parse = lineParser();
    expect(parse('{"a":1}')).toEqual([]);
    expect(parse("\n")).toEqual(['{"a":1}']);
  });
});
