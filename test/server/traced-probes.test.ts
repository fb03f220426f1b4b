/** Marks as probes really send marks: over HTTP, and in the environment of a command. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import { keyOf, readMark } from "../../experiments/model/probes/mark.ts";
import { systemClock } from "../../server/clock.ts";
import { openProbe } from "../../server/probes/index.ts";
import { EdgeCounts } from "../../server/traffic/edge-counts.ts";
import { listen, meshOf } from "./house.ts";

const KEY = "00112233445566778899aabbccddeeff";
const MARK = { key: KEY, tag: 9, expectation: 2 };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const lookAt = (action: unknown, address: string, mark: typeof MARK | null) => {
  const tools = {
    ...{ clock: systemClock, mesh: meshOf(address), good: { body: "*" }, capture: false, mark },
    traffic: new EdgeCounts(systemClock),
  };
  const source = openProbe(action as ProbeAction, tools as never);
  if (source.kind !== "active") throw new Error("not active");
  closers.push(() => source.close());
  return (number: number) => {
    const intendedMs = systemClock.nowMs();
    return source.sample({ intendedMs, giveUpMs: intendedMs + 5_000, number });
  };
};
const sampleOf = (text: string | undefined) => readMark(keyOf(KEY)!, MARK.tag, text ?? "");

describe("an http probe", () => {
  const ask = async (params: object, mark: typeof MARK | null = MARK) => {
    const heard: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers);
      response.end("ok");
    });
    closers.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const whole = { to: "gateway", method: "GET", path: "/", headers: {}, timeout: 300, maxBody: 65_536, ...params };
    const look = lookAt({ kind: "http", params: whole }, await listen(server), mark);
    for (const number of [0, 1]) await look(number);
    return heard;
  };

  it("marks each look with its number, in a trace of its own that is not sampled", async () => {
    const [first, second] = await ask({});
    const [, trace, span, flags] = (first!.traceparent as string).split("-");
    expect(flags).toBe("00");
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(span).toMatch(/^[0-9a-f]{16}$/);
    expect(sampleOf(trace!.slice(16))).toEqual({ expectation: 2, number: 0 });
    expect(first!.tracestate).toBe(`squall=${trace!.slice(16)}`);
    const [, other] = (second!.traceparent as string).split("-");
    expect(sampleOf(other!.slice(16))).toEqual({ expectation: 2, number: 1 });
    expect(other!.slice(0, 16)).not.toBe(trace!.slice(0, 16));
  });
  it("sets the flag where the file says `sampled`", async () => {
    const [first] = await ask({ trace: "sampled" });
    expect(first!.traceparent).toMatch(/-01$/);
  });
  it("keeps the file's own traceparent and tracestate, and puts the mark in front of the latter", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const [first] = await ask({ headers: { traceparent, tracestate: "a=1", "x-other": "2" } });
    expect(first).toMatchObject({ traceparent, "x-other": "2" });
    const [ours, theirs] = (first!.tracestate as string).split(",");
    expect(theirs).toBe("a=1");
    expect(sampleOf(ours!.replace("squall=", ""))).toEqual({ expectation: 2, number: 0 });
  });
  it("sends nothing of it without a mark, as guardrails do and `trace: none`", async () => {
    const [first] = await ask({}, null);
    expect([first!.traceparent, first!.tracestate]).toEqual([undefined, undefined]);
  });
});

describe("a process probe", () => {
  const PRINT = "console.log(JSON.stringify([process.env.TRACEPARENT, process.env.TRACESTATE, process.env.BAGGAGE]))";
  const run = async (env: Record<string, string>, mark: typeof MARK | null = MARK) => {
    const command = [process.execPath, "-e", PRINT];
    const look = lookAt({ kind: "process", params: { command, env, timeout: 5_000, maxBody: 65_536 } }, "x", mark);
    const sample = await look(7);
    return JSON.parse((sample as { body: string }).body) as (string | null)[];
  };

  it("has the mark in its environment, under the names that OpenTelemetry gave them", async () => {
    const [parent, state, baggage] = await run({});
    expect(sampleOf(parent?.split("-")[1]?.slice(16))).toEqual({ expectation: 2, number: 7 });
    expect([state, baggage]).toEqual([`squall=${parent!.split("-")[1]!.slice(16)}`, state]);
  });
  it("keeps what the command has of its own", async () => {
    const [parent, state, baggage] = await run({ TRACEPARENT: "mine", TRACESTATE: "a=1", BAGGAGE: "b=2" });
    expect([parent, baggage]).toEqual(["mine", "b=2"]);
    expect(state).toMatch(/^squall=[0-9a-f]{16},a=1$/);
  });
  it("has none without a mark", async () => {
    expect(await run({}, null)).toEqual([null, null, null]);
  });
});
