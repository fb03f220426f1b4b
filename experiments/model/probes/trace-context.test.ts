import { describe, expect, it } from "vitest";
import { contextOf } from "./trace-context.ts";

const MARK = "c770386b0f609506";
const CHANCE = { high: "463ac35c9f6413ad", span: "a2fb4a1d1a96d312" };

describe("the trace context of a probe", () => {
  it("carries the mark in the low half of its trace id, unsampled unless the file asks", () => {
    expect(contextOf(MARK, CHANCE)).toEqual({
      traceparent: "00-463ac35c9f6413adc770386b0f609506-a2fb4a1d1a96d312-00",
      tracestate: "squall=c770386b0f609506",
    });
    expect(contextOf(MARK, CHANCE, { sampled: true }).traceparent).toMatch(/-01$/);
  });
  it("keeps the file's own traceparent: then tracestate alone carries the mark", () => {
    const given = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1, b=2" };
    expect(contextOf(MARK, CHANCE, { given })).toEqual({
      traceparent: given.traceparent,
      tracestate: "squall=c770386b0f609506,a=1,b=2",
    });
  });
  it("stands first in tracestate, once, and makes it no longer than 32 members", () => {
    const tracestate = ["squall=0000000000000000", ...Array.from({ length: 32 }, (_, i) => `v${i}=1`)].join(",");
    const members = contextOf(MARK, CHANCE, { given: { tracestate } }).tracestate.split(",");
    expect(members.length).toBe(32);
    expect(members.filter((member) => member.startsWith("squall="))).toEqual([`squall=${MARK}`]);
    expect(members[0]).toBe(`squall=${MARK}`);
  });
});
