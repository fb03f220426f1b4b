import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, orderOf, post, Stage } from "../../test/conformance/stage.ts";

const connection = (params: object) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("latency", params)));
  return { stage, ...flowOf(stage, "request") };
};
/** Delays of `count` requests, a delay each. */
const delays = (params: object, count = 2_000): number[] => {
  const stage = new Stage("http");
  stage.order(orderOf(act("latency", params)));
  return Array.from({ length: count }, () => {
    const decision = stage.admit()[0]!.treatment.request!.head!(post(), 0);
    return decision.do === "later" ? decision.atMs : 0;
  });
};
const part = (all: readonly number[], fits: (ms: number) => boolean) => all.filter(fits).length / all.length;

describe("latency", () => {
  const exchange = (headers: Readonly<Record<string, string>>, params: object = { delay: "100ms", jitter: "50ms" }) => {
    const stage = new Stage("http");
    stage.order(orderOf(act("latency", params)));
    const { request } = stage.admit()[0]!.treatment;
    const head = request!.head!(post("/charge", headers), 0);
    const data = (atMs: number) => request!.data!({ bytes: bytes("x"), atMs });
    if (head.do !== "later") throw new Error("not delayed");
    return { request: request!, head, data };
  };
  it("moves a message as a whole: what comes before the head is due leaves with it, and the rest as it comes", () => {
    const { request, head, data } = exchange({ "content-length": "3" });
    expect(head.atMs).toBeGreaterThanOrEqual(50);
    expect(head.atMs).toBeLessThanOrEqual(150);
    expect(data(10)).toEqual(head);
    expect(data(400)).toEqual({ do: "later", atMs: 400 });
    expect(request.end!(500)).toEqual({ do: "later", atMs: 500 });
  });
  it("moves each part of a stream by the same draw", () => {
    const { request, head, data } = exchange({ "content-type": "text/event-stream" });
    expect([data(10), data(400)]).toEqual([10, 400].map((ms) => ({ do: "later", atMs: ms + head.atMs })));
    expect(request.end!(500)).toEqual({ do: "later", atMs: 500 + head.atMs });
  });
  it("moves what came together with the head of a stream together with the head", () => {
    const { request, head, data } = exchange({ "content-type": "text/event-stream" });
    expect([data(0), request.end!(0)]).toEqual([head, head]);
  });
  it("draws for each chunk of a raw stream anew", () => {
    const { stage, flow, log } = connection({ delay: "100ms", jitter: "50ms" });
    for (const chunk of ["a", "b", "c"]) {
      flow.data(bytes(chunk));
      stage.clock.advance(1_000);
    }
    const late = log.map((line, i) => Number(line.split(" ")[0]) - i * 1_000);
    expect(new Set(late).size).toBe(3);
  });
  it("counts a connection once, however many chunks are late", () => {
    const { stage, flow } = connection({ delay: "10ms" });
    for (const chunk of ["a", "b", "c"]) flow.data(bytes(chunk));
    stage.clock.advance(10);
    expect(stage.receipt()).toMatchObject({ matched: 1, injected: 1, untouched: 0 });
  });
  it("of nothing is no hit", () => {
    const { stage, flow, log } = connection({ delay: "0ms" });
    flow.data(bytes("a"));
    expect(log).toEqual(["0 data:a"]);
    expect(stage.receipt()).toMatchObject({ injected: 0, untouched: 1 });
  });
  it("spreads uniformly over delay ± jitter", () => {
    const all = delays({ delay: "100ms", jitter: "50ms" });
    expect(Math.min(...all)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...all)).toBeLessThanOrEqual(150);
    expect(part(all, (ms) => ms < 75)).toBeCloseTo(0.25, 1);
  });
  it("spreads normally, with jitter as the standard deviation, never below nothing", () => {
    const all = delays({ delay: "100ms", jitter: "50ms", distribution: "normal" });
    expect(part(all, (ms) => Math.abs(ms - 100) < 50)).toBeCloseTo(0.683, 1);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
  });
  it("has a long tail above its delay as pareto", () => {
    const all = delays({ delay: "100ms", jitter: "50ms", distribution: "pareto" });
    expect(Math.min(...all)).toBeGreaterThanOrEqual(100);
    // (1 + x/50)^-3 of all draws are more than x above the delay.
    expect(part(all, (ms) => ms > 150)).toBeCloseTo(0.125, 1);
    expect(Math.max(...all)).toBeGreaterThan(300);
  });
  it("follows measured percentiles, on a line between two of them", () => {
    const all = delays({ percentiles: { "50%": "20ms", "90%": "100ms", "99%": "900ms" } });
    expect(part(all, (ms) => ms <= 20)).toBeCloseTo(0.5, 1);
    expect(part(all, (ms) => ms <= 60)).toBeCloseTo(0.7, 1);
    expect(part(all, (ms) => ms <= 100)).toBeCloseTo(0.9, 1);
    expect([Math.min(...all), Math.max(...all)]).toEqual([20, 900]);
  });
  it("draws the same delays for the same seed", () => {
    expect(delays({ delay: "100ms", jitter: "50ms" }, 20)).toEqual(delays({ delay: "100ms", jitter: "50ms" }, 20));
  });
  it("at the response leaves requests alone", () => {
    const stage = new Stage("http");
    stage.order(orderOf(act("latency", { delay: "1s", at: "response" })));
    expect(stage.admit()[0]!.treatment).toEqual({ response: expect.anything() });
  });
});
