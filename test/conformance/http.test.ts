/**
 * Every fault kind over HTTP/1.1 and real sockets: effect, receipts against the callee's own count, no effect after
 * removal.
 */
import { Agent, createServer, type IncomingMessage, request, type Server } from "node:http";
import type { Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultKind, faultKinds } from "../../experiments/model/faults/index.ts";
import { isProcessFaultKind, protocolsOf } from "../../experiments/model/faults/scope.ts";
import { asFaultId, asRunId, type RunId } from "../../experiments/model/names.ts";
import { Caller, type Edge, openEdge, sleep, until } from "./real.ts";
import { act, orderOf } from "./stage.ts";

/** Counts kept by the callee. */
const heard = {
  requests: 0,
  bytes: 0,
  last: { url: "", method: "", headers: {} as IncomingMessage["headers"], body: "" },
};
let server: Server;
let edge: Edge;
/** Callers' connections are kept between requests, so that faults begin on open connections. */
let agent: Agent;

beforeAll(async () => {
  server = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on("data", (chunk: Buffer) => {
      heard.bytes += chunk.length;
      chunks.push(chunk);
    });
    asked.on("end", () => {
      heard.requests++;
      const { url = "", method = "", headers } = asked;
      heard.last = { url, method, headers, body: Buffer.concat(chunks).toString() };
      const size = Number(new URL(url, "http://x").searchParams.get("size") ?? 5);
      answer.setHeader("x-callee", "payments");
      setTimeout(() => answer.end("x".repeat(size)), Number(new URL(url, "http://x").searchParams.get("ms") ?? 0));
    });
  });
  server.keepAliveTimeout = 60_000;
  // A server that answers a caller behind its FIN, as nginx and Go do; Node's own default is to end with the caller.
  Object.assign(server, { httpAllowHalfOpen: true });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  edge = await openEdge("http", (server.address() as { port: number }).port);
  agent = new Agent({ keepAlive: true, maxSockets: 100 });
});
afterEach(async () => {
  edge.order();
  agent.destroy();
  agent = new Agent({ keepAlive: true, maxSockets: 100 });
  await until("everything closed", () => edge.open() === 0 && edge.faults.open.size === 0);
  expect(edge.faults.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
});
afterAll(async () => {
  await edge.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly ms: number;
  /** Error that ended the response early; null: the response is complete. */
  readonly failed: string | null;
}
/** Sends a single request; a failure is an answer too. */
const ask = (path = "/charge", body: string | null = null, headers: Record<string, string> = {}): Promise<Reply> =>
  new Promise((resolve) => {
    const begunMs = performance.now();
    let status = 0;
    let given: IncomingMessage["headers"] = {};
    const chunks: Buffer[] = [];
    const done = (failed: string | null) =>
      resolve({
        status,
        headers: given,
        body: Buffer.concat(chunks).toString("latin1"),
        ms: performance.now() - begunMs,
        failed,
      });
    const method = body === null ? "GET" : "POST";
    const asking = request({ host: "127.0.0.1", port: edge.port, path, method, headers, agent }, (answer) => {
      status = answer.statusCode ?? 0;
      given = answer.headers;
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      answer.on("end", () => done(null));
    });
    asking.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    asking.end(body ?? undefined);
  });

let names = 0;
const live = (kind: FaultKind, params: object, over: Partial<Parameters<typeof orderOf>[1]> = {}) => {
  const name = `${kind} ${++names}`;
  edge.order(orderOf(act(kind, params), { name, ...over }));
  return () => edge.receipt(name);
};
/** An unaffected exchange, on any connection: the effect has gone. */
const expectHealthy = async () => {
  const reply = await ask();
  expect(reply).toMatchObject({ status: 200, body: "xxxxx", failed: null });
  expect(reply.ms).toBeLessThan(250);
  expect(edge.outcomes.at(-1)).toMatchObject({ status: 200, end: "clean" });
};
/** A connection that is open and idle, before the fault comes. */
const warm = async () => {
  await expectHealthy();
  await until("an idle connection", () => Object.values(agent.freeSockets).flat().length > 0);
  return Object.values(agent.freeSockets).flat()[0] as Socket;
};

describe("a caller that gives up on HTTP", () => {
  /** Destroys the connection, as a client does after a timeout. */
  const giveUp = (path: string, afterMs: number): Promise<void> =>
    new Promise((done) => {
      const asking = request({ host: "127.0.0.1", port: edge.port, path, agent: false });
      asking.on("error", () => {});
      // From the connect on, so that its time on a busy machine is no part of the caller's patience.
      asking.on("socket", (socket) =>
        socket.once("connect", () => setTimeout(() => asking.destroy(), afterMs).unref()),
      );
      asking.end();
      asking.on("close", done);
    });
  const counted = async (before: number) => {
    await until("counted", () => edge.outcomes.length > before);
    return edge.outcomes.at(-1)!;
  };
  for (const at of ["request", "response"] as const)
    it(`is cancelled while the ${at} is held, waited no longer than it did, and was hit`, async () => {
      const before = edge.outcomes.length;
      const receipt = live("latency", { delay: "800ms", at });
      await giveUp("/charge", 200);
      const outcome = await counted(before);
      expect(outcome).toMatchObject({ cancelled: true, treated: true });
      expect(outcome.endedMs - outcome.startedMs).toBeGreaterThanOrEqual(190);
      expect(outcome.endedMs - outcome.startedMs).toBeLessThan(750);
      expect(receipt()).toMatchObject({ matched: 1, injected: 1 });
    });
  it("is cancelled while a callee is slow by itself, with no fault anywhere", async () => {
    const before = edge.outcomes.length;
    await giveUp("/slow?ms=500", 100);
    const outcome = await counted(before);
    expect(outcome).toMatchObject({ cancelled: true, treated: false });
    expect(outcome.endedMs - outcome.startedMs).toBeLessThan(450);
  });
  it("is not one that half-closes and waits: it gets its answer, and FIN", async () => {
    const before = edge.outcomes.length;
    const caller = await Caller.connected(edge.port);
    caller.send("GET /slow?ms=100 HTTP/1.1\r\nHost: x\r\n\r\n");
    caller.finish();
    await caller.ends("fin");
    expect(caller.received.toString()).toMatch(/^HTTP\/1.1 200 [\s\S]*xxxxx$/);
    expect(await counted(before)).toMatchObject({ cancelled: false, status: 200, end: "clean" });
  });
  it("is not one that a fault or the agent cut off", async () => {
    const before = edge.outcomes.length;
    live("reset", { after: "100ms" });
    await ask("/slow?ms=400");
    expect(await counted(before)).toMatchObject({ cancelled: false, end: "reset" });
  });
});

describe("latency on HTTP", () => {
  for (const at of ["request", "response"] as const)
    it(`at the ${at} makes exactly the matching exchanges late, bodies included`, async () => {
      await warm();
      const receipt = live("latency", { delay: "200ms", at }, { match: { path: "/charge*" } });
      const replies = await Promise.all([
        ask("/charge?size=200000", "y".repeat(100_000)),
        ask("/other"),
        ask("/charge"),
      ]);
      for (const i of [0, 2]) expect(replies[i]!.ms).toBeGreaterThanOrEqual(200);
      expect(replies[1]!.ms).toBeLessThan(150);
      expect(replies.map(({ status, body, failed }) => [status, body.length, failed])).toEqual([
        [200, 200_000, null],
        [200, 5, null],
        [200, 5, null],
      ]);
      expect(receipt()).toMatchObject({ unit: "exchange", seen: 3, matched: 2, injected: 2 });
      await until("all counted", () => edge.outcomes.slice(-3).filter(({ treated }) => treated).length === 2);
      edge.order();
      await expectHealthy();
    });
  it("holds a request until it is removed; then it leaves within 100 ms, intact, and is answered", async () => {
    live("latency", { delay: "60s" });
    const before = heard.requests;
    const asked = ask("/charge", "the body");
    await until("held", () => edge.faults.remains().held > 0);
    expect(heard.requests).toBe(before);
    const removedMs = performance.now();
    edge.order();
    const reply = await asked;
    expect(performance.now() - removedMs).toBeLessThan(100);
    expect([reply.status, heard.last.body, heard.requests]).toEqual([200, "the body", before + 1]);
  });
  it("at the connect makes new connections late, requests on open ones not", async () => {
    await warm();
    const receipt = live("latency", { delay: "200ms", at: "connect" });
    const [open, born] = await Promise.all([ask(), ask()]);
    expect(Math.min(open.ms, born.ms)).toBeLessThan(150);
    expect(Math.max(open.ms, born.ms)).toBeGreaterThanOrEqual(195);
    expect(receipt()).toMatchObject({ unit: "connection", injected: 1 });
  });
});

describe("abort on HTTP", () => {
  it("answers in the callee's place, which never hears of it; the connection stays good", async () => {
    const socket = await warm();
    const before = heard.requests;
    const receipt = live("abort", { status: 503, body: "no", headers: { "x-why": "chaos" } });
    const reply = await ask("/charge", "z".repeat(10_000));
    expect(reply).toMatchObject({ status: 503, body: "no", failed: null });
    expect(reply.headers).toMatchObject({ "x-why": "chaos", "x-squall-fault": expect.stringContaining("abort") });
    expect([heard.requests, receipt().injected]).toEqual([before, 1]);
    edge.order();
    await expectHealthy();
    expect(socket.destroyed).toBe(false);
  });
  it("by share hits exactly what its receipt says, and the callee hears exactly the rest", async () => {
    const before = heard.requests;
    const receipt = live("abort", { status: 500 }, { share: { steps: [0.3], eachMs: 0, by: "request" } });
    const replies = [];
    for (let i = 0; i < 100; i++) replies.push(await ask());
    const hit = replies.flatMap(({ status }, i) => (status === 500 ? [i + 1] : []));
    const { seen, matched, injected, spared, untouched, ordinals } = receipt();
    expect([seen, matched, injected + spared, untouched]).toEqual([100, 100, 100, 0]);
    expect(heard.requests - before).toBe(spared);
    // Requests are sent in sequence, so the n-th request is the n-th match.
    expect(ordinals).toEqual(hit);
  });
  it("behind a latency makes slow errors", async () => {
    edge.order(
      orderOf(act("latency", { delay: "150ms" }), { name: `late ${++names}` }),
      orderOf(act("abort", { status: 503 }), { name: `no ${names}` }),
    );
    const reply = await ask();
    expect(reply.status).toBe(503);
    expect(reply.ms).toBeGreaterThanOrEqual(150);
  });
});

describe("partition on HTTP", () => {
  it("refuse resets new connections and spares open ones", async () => {
    await warm();
    const before = heard.requests;
    const receipt = live("partition", { how: "refuse" });
    const [one, other] = await Promise.all([ask(), ask()]);
    expect([one.status, other.status].sort()).toEqual([0, 200]);
    expect(heard.requests - before).toBe(1);
    expect(receipt()).toMatchObject({ unit: "connection", injected: 1 });
  });
  it("reset ends open connections too, at once", async () => {
    const socket = await warm();
    live("partition", { how: "reset" });
    expect(await until("reset", () => socket.destroyed)).toBeLessThan(100);
    expect((await ask()).failed).toMatch(/ECONNRESET|hang up/);
    edge.order();
    await expectHealthy();
  });
  for (const how of ["blackhole", "stall"])
    it(`${how} leaves requests on open connections without an answer, and heals or resets when it goes`, async () => {
      await warm();
      const before = heard.requests;
      const receipt = live("partition", { how });
      const asked = ask();
      await sleep(150);
      expect(heard.requests).toBe(before);
      expect(receipt()).toMatchObject({ injected: 1 });
      const removedMs = performance.now();
      edge.order();
      const reply = await asked;
      expect(performance.now() - removedMs).toBeLessThan(100);
      if (how === "stall") expect(reply).toMatchObject({ status: 200, body: "xxxxx", failed: null });
      else expect(reply.failed).toMatch(/ECONNRESET|hang up/);
      await expectHealthy();
    });
});

describe("reset on HTTP", () => {
  it("after so many bytes of response breaks it in the middle", async () => {
    const receipt = live("reset", { afterBytes: "10KB" });
    const reply = await ask("/charge?size=100000");
    expect(reply.failed).not.toBeNull();
    expect(reply.body.length).toBeLessThan(10_000);
    expect(receipt()).toMatchObject({ unit: "connection", injected: 1 });
    edge.order();
    await expectHealthy();
  });
  it("after a time ends a connection that is open", async () => {
    const socket = await warm();
    live("reset", { after: "150ms" });
    const ms = await until("reset", () => socket.destroyed);
    expect(ms).toBeGreaterThanOrEqual(140);
    expect(ms).toBeLessThan(600);
  });
});

describe("bandwidth on HTTP", () => {
  it("takes at least its time for a body, which stays whole", async () => {
    const receipt = live("bandwidth", { rate: "500KB/s", direction: "response" });
    const reply = await ask("/charge?size=200000");
    expect(reply.ms).toBeGreaterThanOrEqual(300);
    expect(reply.ms).toBeLessThan(1_500);
    expect([reply.body.length, reply.failed, receipt().injected]).toEqual([200_000, null, 1]);
  });
  it("of an edge is shared by exchanges on different connections", async () => {
    live("bandwidth", { rate: "500KB/s", direction: "response" });
    const replies = await Promise.all([ask("/a?size=100000"), ask("/b?size=100000")]);
    expect(Math.max(...replies.map(({ ms }) => ms))).toBeGreaterThanOrEqual(300);
  });
  it("of 0 holds a body until it is removed, and then it is whole", async () => {
    live("bandwidth", { rate: 0, direction: "response" });
    const asked = ask("/charge?size=1000000");
    await sleep(150);
    const removedMs = performance.now();
    edge.order();
    const reply = await asked;
    expect(performance.now() - removedMs).toBeLessThan(250);
    expect([reply.body.length, reply.failed]).toEqual([1_000_000, null]);
  });
});

describe("slowClose on HTTP", () => {
  it("answers at once and closes late", async () => {
    const receipt = live("slowClose", { delay: "250ms" });
    const caller = await Caller.connected(edge.port);
    const begunMs = performance.now();
    caller.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await until("the answer", () => caller.received.toString().endsWith("xxxxx"));
    expect(performance.now() - begunMs).toBeLessThan(200);
    await until("the close", () => caller.end !== "open");
    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(250);
    expect(receipt()).toMatchObject({ unit: "connection", injected: 1 });
    caller.socket.destroy();
  });
});

describe("limitBytes on HTTP", () => {
  it("cuts a response after exactly its bytes of body", async () => {
    const receipt = live("limitBytes", { bytes: "1000B" });
    const reply = await ask("/charge?size=5000");
    expect([reply.status, reply.body.length]).toEqual([200, 1_000]);
    expect(reply.failed).not.toBeNull();
    expect(receipt()).toMatchObject({ unit: "exchange", injected: 1 });
    expect(await ask("/charge?size=1000")).toMatchObject({ status: 200, failed: null });
    expect(receipt()).toMatchObject({ injected: 1, untouched: 1 });
  });
  it("cuts a request, of which the callee gets exactly its bytes", async () => {
    await warm();
    const [requests, bytes] = [heard.requests, heard.bytes];
    live("limitBytes", { bytes: "700B", direction: "request" });
    const reply = await ask("/charge", "y".repeat(5_000));
    expect(reply.failed).not.toBeNull();
    await until("the first bytes", () => heard.bytes - bytes === 700);
    await sleep(30);
    expect([heard.requests - requests, heard.bytes - bytes]).toEqual([0, 700]);
  });
});

describe("slice on HTTP", () => {
  it("makes a body slow in small pieces, whole in the end", async () => {
    const receipt = live("slice", { size: "100B", pause: "20ms" });
    const reply = await ask("/charge?size=1000");
    expect(reply.ms).toBeGreaterThanOrEqual(175);
    expect([reply.body.length, reply.failed, receipt().injected]).toEqual([1_000, null, 1]);
  });
});

describe("corrupt on HTTP", () => {
  it("changes bytes of bodies, never heads or lengths", async () => {
    const receipt = live("corrupt", { bytes: "2%", direction: "both" });
    const reply = await ask("/charge?size=10000", "y".repeat(10_000));
    expect([reply.status, reply.body.length, reply.failed]).toEqual([200, 10_000, null]);
    expect(reply.headers["x-callee"]).toBe("payments");
    const changed = [...reply.body].filter((character) => character !== "x").length;
    expect(changed).toBeGreaterThan(100);
    expect(changed).toBeLessThan(400);
    expect(heard.last.url).toBe("/charge?size=10000");
    expect(heard.last.body).not.toBe("y".repeat(10_000));
    expect(receipt()).toMatchObject({ injected: 1 });
  });
  it("finds nothing to change in an exchange without bodies", async () => {
    const receipt = live("corrupt", {});
    await ask("/charge?size=0");
    expect(receipt()).toMatchObject({ matched: 1, injected: 0, untouched: 1 });
  });
});

describe("rewrite on HTTP", () => {
  it("changes what the callee is asked", async () => {
    const receipt = live("rewrite", {
      request: { path: "/other?size=7", headers: { "x-added": "1", "x-gone": null }, body: "new" },
    });
    const reply = await ask("/charge", "old body", { "x-gone": "here" });
    expect(reply).toMatchObject({ status: 200, body: "x".repeat(7), failed: null });
    expect(heard.last).toMatchObject({ url: "/other?size=7", body: "new" });
    expect([heard.last.headers["x-added"], heard.last.headers["x-gone"]]).toEqual(["1", undefined]);
    expect(receipt()).toMatchObject({ injected: 1 });
  });
  it("changes what the caller is answered", async () => {
    live("rewrite", { response: { status: 418, headers: { "x-callee": null, "x-added": "2" }, body: "teapot" } });
    const reply = await ask("/charge?size=100000");
    expect(reply).toMatchObject({ status: 418, body: "teapot", failed: null });
    expect([reply.headers["x-callee"], reply.headers["x-added"]]).toEqual([undefined, "2"]);
    edge.order();
    await expectHealthy();
  });
});

describe("throttle on HTTP", () => {
  it("lets its burst through and answers the rest, which the callee never hears of", async () => {
    const before = heard.requests;
    const receipt = live("throttle", { rate: "1/s", burst: 3, retryAfter: "2s" });
    const replies = [];
    for (let i = 0; i < 8; i++) replies.push(await ask());
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(refused[0]!.headers["retry-after"]).toBe("2");
    expect(heard.requests - before).toBe(8 - refused.length);
    expect(receipt()).toMatchObject({ matched: 8, injected: refused.length, untouched: 8 - refused.length });
  });
});

describe("an HTTP edge", () => {
  it("tests every kind that works on HTTP, but those on processes (test/crash/process-faults)", () => {
    const tested = [
      "latency",
      "abort",
      "partition",
      "reset",
      "bandwidth",
      "slowClose",
      "limitBytes",
      "slice",
      "corrupt",
      "rewrite",
      "throttle",
    ];
    const kinds = (Object.keys(faultKinds) as FaultKind[]).filter(
      (kind) => protocolsOf(kind).includes("http") && !isProcessFaultKind(kind),
    );
    expect(kinds.sort()).toEqual(tested.sort());
  });
  it("does not touch what asks to be bypassed", async () => {
    const receipt = live("abort", { status: 503 });
    expect((await ask("/charge", null, { "x-squall-bypass": "1" })).status).toBe(200);
    expect(receipt()).toMatchObject({ seen: 0, matched: 0 });
  });
  it("hits the same ordinals for the same seed again and again", async () => {
    const share = { steps: [0.25], eachMs: 0, by: "request" as const };
    const ordinals = async (run: RunId) => {
      const name = "seeded";
      edge.order(orderOf(act("abort", { status: 500 }), { name, id: asFaultId(`${run}/${name}`), run, share }));
      for (let i = 0; i < 40; i++) await ask();
      return edge.faults.receipts(0).find(({ id }) => id === `${run}/${name}`)!.ordinals;
    };
    const first = await ordinals(asRunId("run-1"));
    expect(first.length).toBeGreaterThan(3);
    for (const run of ["run-2", "run-3"].map(asRunId)) expect(await ordinals(run)).toEqual(first);
  });
});
