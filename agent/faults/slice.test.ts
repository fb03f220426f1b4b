import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

const under = (params: object) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("slice", params)));
  return { stage, ...flowOf(stage, "response") };
};

describe("slice", () => {
  it("cuts into pieces with a pause between them, over chunks too, and ends after the last", () => {
    const { stage, flow, log } = under({ size: "2B", pause: "10ms" });
    flow.data(bytes("abcde"));
    flow.data(bytes("fg"));
    flow.end();
    stage.clock.advance(1_000);
    expect(log).toEqual(["0 data:ab", "10 data:cd", "20 data:e", "30 data:fg", "30 end"]);
  });
  it("varies the size within its bounds and loses nothing", () => {
    const { stage, flow, log, recorder } = under({ size: "10B", variation: "5B" });
    const sent = Array.from({ length: 200 }, (_, i) => String.fromCharCode(33 + (i % 90))).join("");
    flow.data(bytes(sent));
    stage.clock.advance(1_000);
    expect(recorder.received).toBe(sent);
    const sizes = log.slice(0, -1).map((line) => line.slice(line.indexOf(":") + 1).length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(15);
    expect(new Set(sizes).size).toBeGreaterThan(2);
  });
  it("does not touch what is small enough", () => {
    const { stage, flow, log } = under({ size: "8B" });
    flow.data(bytes("12345678"));
    expect(log).toEqual(["0 data:12345678"]);
    expect(stage.receipt().injected).toBe(0);
  });
  it("of single bytes over a megabyte holds one copy, not a million pieces", () => {
    const { flow, recorder } = under({ size: "1B", pause: "1ms" });
    flow.data(Buffer.alloc(1_000_000));
    expect([flow.held, recorder.received.length, recorder.paused]).toEqual([999_999, 1, true]);
  });
});
