/**
 * Tests of marks as propagators pass marks on. The real propagators wrote these headers for a probe request:
 * OpenTelemetry core 2.12.1 and propagator-b3 2.12.0, dd-trace 5.132.0. The propagators are no dependency of ours, so
 * the headers are recorded here.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf, openMark } from "../../experiments/model/probes/mark.ts";
import { REQUEST_HEAD } from "./head.ts";
import { readTrace } from "./trace.ts";

const KEY = keyOf("00112233445566778899aabbccddeeff")!;
const TAG = 0x5142;
const SAMPLE = { expectation: 3, number: 12_345 };

/** Samples that the lines of a head name, at most a single sample for each line. */
const read = (...lines: readonly string[]) => {
  const head = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`);
  expect(REQUEST_HEAD.parse(head, 0, head.length)).toBe(head.length);
  const found = [];
  for (let i = 0; i < REQUEST_HEAD.traces; i++) {
    const halves = new Int32Array(2);
    if (readTrace(head, REQUEST_HEAD, i, halves)) found.push(openMark(KEY, TAG, halves));
  }
  return found;
};

describe("the mark of a request", () => {
  it.each([
    ["as it was sent", "traceparent: 00-463ac35c9f6413adc770386b0f609506-a2fb4a1d1a96d312-00"],
    ["by OpenTelemetry, W3C", "traceparent: 00-463ac35c9f6413adc770386b0f609506-3d8b9beaae57ca4a-00"],
    ["by OpenTelemetry, tracestate", "tracestate: squall=c770386b0f609506"],
    ["by OpenTelemetry, B3 single", "b3: 463ac35c9f6413adc770386b0f609506-1fdd6518a99e4e30-0"],
    ["by OpenTelemetry, B3 multi", "x-b3-traceid: 463ac35c9f6413adc770386b0f609506"],
    ["by dd-trace, its own", "x-datadog-trace-id: 14371048443409896710"],
    ["by dd-trace, tracestate", "tracestate: dd=t.tid:463ac35c9f6413ad;s:0,squall=c770386b0f609506"],
    ["by a B3 propagator of 64 bits", "X-B3-TraceId: c770386b0f609506"],
    ["by a B3 propagator of 64 bits, single", "B3: c770386b0f609506-1fdd6518a99e4e30-0-a2fb4a1d1a96d312"],
    ["in capitals and spaces", "TraceParent: \t00-463AC35C9F6413ADC770386B0F609506-A2FB4A1D1A96D312-01 "],
    ["by a later version of traceparent", "traceparent: cc-463ac35c9f6413adc770386b0f609506-3d8b9beaae57ca4a-01-more"],
    ["between others", "tracestate: a=1 , squall=c770386b0f609506 ,b=2"],
  ])("is known %s", (_, line) => {
    expect(read(line)).toEqual([SAMPLE]);
  });
  it("is known by each of several lines, so that one system on the way may change one", () => {
    const lines = ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: x=1"];
    expect(read(...lines, "tracestate: squall=c770386b0f609506")).toEqual([null, SAMPLE]);
  });
  it.each([
    ["another trace", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ["half an id", "traceparent: 00-463ac35c9f6413adc770386b0f6095"],
    ["an id that goes on", "traceparent: 00-463ac35c9f6413adc770386b0f609506a-a2fb4a1d1a96d312-00"],
    ["a B3 decision without an id", "b3: 0"],
    ["a B3 id of another length", "b3: ac770386b0f609506-1fdd6518a99e4e30-0"],
    ["no number", "x-datadog-trace-id: 0x14371048443409896710"],
    ["a number beyond 64 bits", "x-datadog-trace-id: 143710484434098967100000"],
    ["nothing", "x-datadog-trace-id:"],
    ["a member that only ends like ours", "tracestate: xsquall=c770386b0f609506"],
    ["a member that is longer", "tracestate: squall=c770386b0f609506a"],
  ])("is not found in %s", (_, line) => {
    expect(read(line).filter((sample) => sample !== null)).toEqual([]);
  });
  it("is looked for in a bounded number of lines", () => {
    const lines = Array.from({ length: 20 }, () => "x-datadog-trace-id: 1");
    expect(read(...lines).length).toBe(8);
  });
  it("is found in a tracestate exactly where a split of the list at its commas finds it", () => {
    const part = fc.constantFrom(
      "squall=",
      "squall=c770386b0f609506",
      "c770386b0f609506",
      "squ",
      "s",
      "l=",
      ",",
      " ",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const state = parts.join("");
        const member = /^[ \t]*squall=c770386b0f609506(?:[ \t].*)?$/s;
        expect(read(`tracestate: ${state}`)).toEqual(
          state.split(",").some((each) => member.test(each)) ? [SAMPLE] : [],
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
