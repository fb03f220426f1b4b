import { describe, expect, it } from "vitest";
import { act, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

const under = (params: object) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("bandwidth", params)));
  return stage;
};
const arrived = (log: readonly string[]) =>
  log.map((line) => ({ atMs: Number(line.split(" ")[0]), bytes: Number(line.split("*")[1]) }));

describe("bandwidth", () => {
  it("lets its rate through, in bursts of at most 100 ms worth", () => {
    const stage = under({ rate: "100KB/s" });
    const { flow, log, recorder } = flowOf(stage, "response");
    flow.data(Buffer.alloc(100_000, "x"));
    stage.clock.advance(2_000);
    expect(recorder.received.length).toBe(100_000);
    const pieces = arrived(log);
    expect(pieces.at(-1)!.atMs).toBeGreaterThanOrEqual(900);
    expect(pieces.at(-1)!.atMs).toBeLessThanOrEqual(1_000);
    for (const { atMs } of pieces) {
      const burst = pieces.filter((chunk) => chunk.atMs >= atMs && chunk.atMs < atMs + 1);
      expect(burst.reduce((sum, chunk) => sum + chunk.bytes, 0)).toBeLessThanOrEqual(10_000);
    }
  });
  it("does not touch what stays below its rate", () => {
    const stage = under({ rate: "100KB/s" });
    const { flow, log } = flowOf(stage, "response");
    for (let i = 0; i < 20; i++) {
      flow.data(Buffer.alloc(900, "x"));
      stage.clock.advance(10);
    }
    expect(arrived(log).map(({ atMs }) => atMs)).toEqual(Array.from({ length: 20 }, (_, i) => i * 10));
    expect(stage.receipt()).toMatchObject({ injected: 0, untouched: 1 });
  });
  it("of an edge is shared: two streams together get the rate, each about half, and the second is not starved", () => {
    const stage = under({ rate: "100KB/s" });
    const flows = [flowOf(stage, "response"), flowOf(stage, "response")];
    for (const { flow } of flows) flow.data(Buffer.alloc(200_000, "x"));
    stage.clock.advance(1_000);
    const [a, b] = flows.map(({ recorder }) => recorder.received.length) as [number, number];
    expect(a + b).toBeGreaterThanOrEqual(95_000);
    expect(a + b).toBeLessThanOrEqual(110_000);
    expect(Math.abs(a - b)).toBeLessThanOrEqual(15_000);
  });
  it("of each connection is not shared", () => {
    const stage = under({ rate: "100KB/s", per: "connection" });
    const flows = [flowOf(stage, "response"), flowOf(stage, "response")];
    for (const { flow } of flows) flow.data(Buffer.alloc(200_000, "x"));
    stage.clock.advance(1_000);
    for (const { recorder } of flows) expect(recorder.received.length).toBeGreaterThanOrEqual(95_000);
  });
  it("limits each direction alone", () => {
    const stage = under({ rate: "100KB/s" });
    const [up, down] = [flowOf(stage, "request"), flowOf(stage, "response")];
    for (const { flow } of [up, down]) flow.data(Buffer.alloc(100_000, "x"));
    stage.clock.advance(1_000);
    expect([up.recorder.received.length, down.recorder.received.length]).toEqual([100_000, 100_000]);
  });
  it("of 0 stalls without loss", () => {
    const stage = under({ rate: 0 });
    const { flow, log, admissions } = flowOf(stage, "response");
    flow.data(Buffer.alloc(10, "x"));
    stage.clock.advance(100_000);
    expect([log, flow.held, admissions[0]!.wounded]).toEqual([[], 10, false]);
  });
  it("of less than a byte a quantum still gets there", () => {
    const stage = under({ rate: "10B/s" });
    const { flow, recorder } = flowOf(stage, "response");
    flow.data(Buffer.alloc(10, "x"));
    stage.clock.advance(1_000);
    expect(recorder.received.length).toBe(10);
  });
});
