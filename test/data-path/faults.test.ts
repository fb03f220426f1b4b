/**
 * Effects of faults on HTTP exchanges as the splice applies them: new framing, answers instead of the callee, cuts,
 * removal.
 */
import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { FaultOrder } from "../../agent/contract/messages.ts";
import type { FaultAction, FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import {
  Caller,
  deadPort,
  type Edge,
  eventually,
  exchange,
  get,
  sleep,
  startEdge,
  startHttp,
  startTcp,
} from "./rig.ts";

const open: { close(): Promise<void> }[] = [];
const using = async <T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> => {
  const it = await made;
  open.push(it);
  return it;
};
let edges: Edge[] = [];
const edge = async (...given: Parameters<typeof startEdge>): Promise<Edge> => {
  const it = await using(startEdge(...given));
  edges.push(it);
  return it;
};
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
  const defects = edges.flatMap((it) => it.defects);
  edges = [];
  expect(defects).toEqual([]);
});

const fault = <K extends FaultKind>(kind: K, params: Partial<FaultParams<K>>): FaultAction =>
  ({ kind, params }) as unknown as FaultAction;
const late = (delay: number, at: "request" | "response" = "request") =>
  fault("latency", { delay, jitter: 0, distribution: "uniform", at } as Partial<FaultParams<"latency">>);
const abort = (status: number, body = "", headers: Record<string, string> = {}) =>
  fault("abort", { status, body, headers });
const rewrite = (params: Partial<FaultParams<"rewrite">>) => fault("rewrite", params);
const ordered = (action: FaultAction, more: Partial<FaultOrder> = {}): Partial<FaultOrder> => ({ action, ...more });

/** Answers with the received request; chunked on request. */
const echo = () =>
  using(
    startHttp((req, res) => {
      const digest = createHash("sha1");
      let length = 0;
      req.on("data", (bytes: Buffer) => {
        length += bytes.length;
        digest.update(bytes);
      });
      req.on("end", () => {
        const { method, url, headers, trailers } = req;
        const text = JSON.stringify({ method, url, headers, trailers, length, digest: digest.digest("hex") });
        res.setHeader("x-from", "callee");
        if (url === "/chunked") {
          res.setHeader("Trailer", "t");
          res.addTrailers({ t: "v" });
          res.write(text);
          res.end();
        } else res.setHeader("Content-Length", text.length).end(text);
      });
    }),
  );
/** Records the bytes that come, and answers once these end with `last`. */
const recorder = async (answer: string, last: string) => {
  let text = "";
  const { port } = await using(
    startTcp((socket) => {
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString("latin1");
        if (text.endsWith(last)) socket.write(answer);
      });
    }),
  );
  return { port, seen: () => text };
};
const jsonOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
const clean = async (it: Edge) =>
  eventually(
    "nothing left",
    () => it.connections === 0 && it.faults.remains().held === 0 && it.faults.open.size === 0,
    () => [it.connections, it.faults.remains(), it.faults.open.size],
  );

describe("an answer made by a fault", () => {
  test("comes without asking the callee, says who made it, and leaves the connection usable", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    it.strike(abort(503, "sorry", { "x-a": "b" }));
    const caller = new Caller(it.port).send(get("/1"));
    await caller.until("sorry");
    caller.send("POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").send(get("/3", "Connection: close"));
    await caller.closed;
    expect(caller.statuses).toEqual([503, 503, 503]);
    expect(caller.text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nx-a: b\r\nx-squall-fault: fault-0\r\n/);
    expect(caller.text).toMatch(/content-length: 5\r\n\r\nsorryHTTP/);
    expect([upstream.opened(), upstream.requests()]).toEqual([1, 0]);
    expect(it.ended.map(({ status, treated }) => [status, treated])).toEqual(Array(3).fill([503, true]));
    await clean(it);
  });
  test("hides who made it where that was asked for", async () => {
    const it = await edge((await echo()).port);
    it.strike(ordered(abort(503), { stealth: true }));
    expect(await exchange(it.port, get("/", "Connection: close"))).not.toContain("x-squall");
  });
  test("to HEAD has no body, and to a status without one neither", async () => {
    const it = await edge((await echo()).port);
    it.strike(abort(503, "sorry"));
    const head = await exchange(it.port, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(head).toMatch(/content-length: 5\r\n\r\n$/);
    it.strike(abort(204, "sorry"));
    expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/^HTTP\/1\.1 204 [\s\S]*\r\n\r\n$/);
  });
  test.each([
    ["small, announced", "Content-Length: 1000", Buffer.alloc(1_000), [503, 503]],
    ["large, announced", "Content-Length: 1000000", Buffer.alloc(1_000_000), [503]],
    ["chunked", "Transfer-Encoding: chunked", Buffer.from("3\r\nabc\r\n0\r\n\r\n"), [503]],
  ])(
    "meets a request body that is still coming (%s), and the answer is never lost",
    async (_how, framing, body, statuses) => {
      const it = await edge((await echo()).port);
      it.strike(abort(503, "sorry"));
      const caller = new Caller(it.port).send(`POST / HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`);
      await caller.until("sorry");
      for (let p = 0; p < body.length; p += 50_000) {
        caller.send(body.subarray(p, p + 50_000));
        await sleep(1);
      }
      if (statuses.length === 2) caller.send(get("/", "Connection: close"));
      await caller.closed;
      expect(caller.statuses).toEqual(statuses);
      await clean(it);
    },
  );
  test("survives an upload that goes on slowly for longer than a caller's linger", async () => {
    const it = await edge((await echo()).port, { limits: { lingerMs: 100 } });
    it.strike(abort(503, "sorry"));
    const caller = new Caller(it.port);
    caller.socket.pause();
    caller.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    for (let i = 0; i < 20; i++) {
      await sleep(25);
      caller.send(Buffer.alloc(1_000));
    }
    // The caller reads only now, as clients do that send first.
    caller.socket.resume();
    await caller.closed;
    expect([caller.statuses, caller.end]).toEqual([[503], "fin"]);
    expect(caller.text).toMatch(/connection: close[\s\S]*sorry$/);
  });
  test("ends the connection of a caller who waits for 100-continue, and says so", async () => {
    const it = await edge((await echo()).port);
    it.strike(abort(503, "sorry"));
    const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    expect(await exchange(it.port, head)).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close\r\n[\s\S]*sorry$/);
  });
  test("passes only the faults nearer the caller", async () => {
    const it = await edge((await echo()).port);
    it.strike(
      rewrite({ response: { headers: { "x-outer": "1" } } }),
      abort(503, "sorry"),
      rewrite({ response: { headers: { "x-inner": "1" } } }),
    );
    const text = await exchange(it.port, get("/", "Connection: close"));
    expect([text.includes("x-outer: 1"), text.includes("x-inner")]).toEqual([true, false]);
    const receipts = it.faults.receipts(performance.now());
    expect(receipts.map(({ injected, untouched }) => [injected, untouched])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
  });
  test("goes to pipelined requests in order, with untouched ones between them", async () => {
    const upstream = await using(startHttp((req, res) => void res.end(`<${req.url}>`)));
    const it = await edge(upstream.port);
    it.strike(ordered(abort(503, "<no>"), { match: { path: "/bad*" } }));
    const text = await exchange(
      it.port,
      get("/1") + get("/bad") + get("/2") + get("/bad") + get("/3", "Connection: close"),
    );
    expect(text.match(/<[^>]+>/g)).toEqual(["</1>", "<no>", "</2>", "<no>", "</3>"]);
    expect(it.ended.map(({ treated }) => treated)).toEqual([false, true, false, true, false]);
  });
});

describe("a request held back", () => {
  test("goes on at its time, with its body, and the connection goes on too", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    it.strike(late(80));
    const caller = new Caller(it.port);
    for (const [i, size] of [0, 10, 300_000].entries()) {
      const began = performance.now();
      caller.send(`POST /${i} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`).send(Buffer.alloc(size, "abc"));
      await caller.until(`"url":"/${i}"`);
      expect(performance.now() - began).toBeGreaterThan(78);
    }
    caller.socket.end();
    await caller.closed;
    expect(caller.text.match(/"length":\d+/g)).toEqual(['"length":0', '"length":10', '"length":300000']);
    expect(upstream.opened()).toBe(1);
    await clean(it);
  });
  test("whose caller has gone is dropped, and its callee never asked", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    it.strike(late(60_000));
    const [fin, rst] = [new Caller(it.port).send(get("/")), new Caller(it.port).send(get("/"))];
    await eventually("both requests", () => it.began.count === 2);
    fin.socket.destroy();
    rst.socket.resetAndDestroy();
    await clean(it);
    expect([upstream.opened(), upstream.requests()]).toEqual([2, 0]);
    expect(it.ended.map(({ status, end }) => [status, end])).toEqual([
      [0, "reset"],
      [0, "reset"],
    ]);
  });
  test("goes on at once when its fault is gone", async () => {
    const it = await edge((await echo()).port);
    it.strike(late(60_000));
    const callers = Array.from({ length: 50 }, (_, i) => new Caller(it.port).send(get(`/${i}`, "Connection: close")));
    await eventually("all requests", () => it.began.count === 50);
    await sleep(20);
    const removed = performance.now();
    it.strike();
    const texts = await Promise.all(callers.map((caller) => caller.all()));
    expect(performance.now() - removed).toBeLessThan(2_000);
    expect(texts.map((text) => jsonOf(text).url)).toEqual(callers.map((_, i) => `/${i}`));
    await clean(it);
    expect(it.faults.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
  });
  test("ends when it leaves only after its answer: its connection takes the next one", async () => {
    // A callee that answers at the head, before the delayed end of the request has left.
    const early = await using(
      startTcp((socket) =>
        socket.on("data", (bytes: Buffer) => {
          if (bytes.includes("HTTP/1.1")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          if (bytes.includes("close")) socket.end();
        }),
      ),
    );
    const it = await edge(early.port);
    it.strike(late(30));
    const caller = new Caller(it.port);
    for (let sent = 1; sent <= 20; sent++) {
      caller.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
      await sleep(5);
      caller.send("body");
      await eventually(`answer ${sent}`, () => caller.statuses.length >= sent);
    }
    caller.send(get("/last", "Connection: close"));
    await caller.closed;
    expect(caller.statuses.length).toBe(21);
    await clean(it);
  });
  test("is not ended by the stall limit: not moving is what the fault wants", async () => {
    const it = await edge((await echo()).port, { limits: { stallMs: 50, idleMs: 50 } });
    it.strike(late(400));
    expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/^HTTP\/1\.1 200/);
  });
  test.each([
    "GET /a HTTP/1.1\r\nHost:x\r\nX-Odd:  \t spaced \r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n03\r\nabc\r\n0\r\nt:v\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
  ])("leaves in the caller's own bytes, framing included (%j)", async (request) => {
    const { port, seen } = await recorder("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", request.slice(-5));
    const it = await edge(port);
    it.strike(late(20));
    const caller = new Caller(it.port).send(request);
    await eventually("answer", () => caller.statuses.length === 1);
    expect(seen()).toBe(request);
    expect(it.ended).toMatchObject([{ status: 200, treated: true, end: "clean", bytesIn: request.length }]);
    caller.socket.destroy();
    await clean(it);
  });
  test("leaves in the caller's own bytes, also those behind a fault that is removed in the midst", async () => {
    const { port, seen } = await recorder("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "0\r\n\r\n");
    const it = await edge(port);
    it.strike(late(60_000));
    const parts = [
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhe",
      "llo\r\n",
      "0\r\n\r\n",
    ];
    const caller = new Caller(it.port);
    for (const part of parts.slice(0, 2)) {
      caller.send(part);
      await sleep(10);
    }
    expect(seen()).toBe("");
    it.strike();
    await eventually("held bytes", () => seen() === parts.slice(0, 2).join(""));
    caller.send(parts[2]!);
    await eventually("answer", () => caller.statuses.length === 1);
    expect(seen()).toBe(parts.join(""));
    expect(it.ended).toMatchObject([{ status: 200, treated: true, end: "clean" }]);
    caller.socket.destroy();
    await clean(it);
  });
  test("keeps its chunked framing and its trailers", async () => {
    const it = await edge((await echo()).port);
    it.strike(late(20));
    const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: t\r\nConnection: close\r\n\r\n";
    const text = await exchange(it.port, `${head}5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nt: v\r\n\r\n`);
    expect(jsonOf(text)).toMatchObject({
      length: 8,
      trailers: { t: "v" },
      headers: { "transfer-encoding": "chunked" },
    });
  });
});

describe("an answer held back", () => {
  test.each(["/", "/chunked"])("comes late and whole (%s)", async (path) => {
    const it = await edge((await echo()).port);
    it.strike(late(60, "response"));
    const began = performance.now();
    const text = await exchange(it.port, get(path, "Connection: close"));
    expect(performance.now() - began).toBeGreaterThan(58);
    expect(jsonOf(text)).toMatchObject({ url: path });
    if (path === "/chunked") expect(text).toMatch(/\r\n0\r\nt: v\r\n\r\n$/);
    expect(it.ended).toMatchObject([{ status: 200, treated: true, end: "clean" }]);
  });
  test.each(["request", "response"] as const)(
    "passes in the callee's own bytes under a delay of the %s",
    async (at) => {
      const answer =
        "HTTP/1.1 200 OK\r\nX-Odd:  \t spaced \r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nt:v\r\n\r\n";
      const { port } = await recorder(answer, "\r\n\r\n");
      const it = await edge(port);
      it.strike(late(20, at));
      const caller = new Caller(it.port).send(get("/"));
      await eventually("answer", () => caller.text.length >= answer.length);
      expect(caller.text).toBe(answer);
      expect(it.ended).toMatchObject([{ status: 200, treated: true, end: "clean", bytesOut: answer.length }]);
      caller.socket.destroy();
      await clean(it);
    },
  );
  test.each(["request", "response"] as const)(
    "says that its connection ends where the edge drained while a fault held it back (at the %s)",
    async (at) => {
      const it = await edge((await echo()).port);
      it.strike(late(60, at));
      const caller = new Caller(it.port).send(get("/"));
      await eventually("admitted", () => it.faults.receipts(performance.now())[0]?.matched === 1);
      await it.drain();
      await caller.closed;
      expect(caller.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n\r\n\{/i);
      expect(jsonOf(caller.text)).toMatchObject({ url: "/" });
      expect([caller.end, it.ended]).toMatchObject([
        "fin",
        [{ treated: true, end: "clean", bytesOut: caller.text.length }],
      ]);
      await clean(it);
    },
  );
  test.each(["request", "response"] as const)(
    "passes whole to a caller that reads slowly, and to the next request (at the %s)",
    async (at) => {
      const body = "x".repeat(3_000_000);
      const upstream = await using(startHttp((_, res) => res.setHeader("Content-Length", body.length).end(body)));
      const it = await edge(upstream.port);
      it.strike(late(20, at));
      const caller = new Caller(it.port).send(get("/1"));
      await eventually("begun", () => caller.text.length > 0);
      caller.socket.pause();
      await sleep(100);
      caller.socket.resume();
      await eventually("whole", () => caller.text.length > body.length);
      caller.send(get("/2", "Connection: close"));
      await caller.closed;
      expect(caller.statuses).toEqual([200, 200]);
      expect(
        caller.text
          .split("\r\n\r\n")
          .slice(1)
          .map((part) => part.replace(/HTTP[\s\S]*/, "") === body),
      ).toEqual([true, true]);
      expect(it.ended).toMatchObject(Array(2).fill({ status: 200, treated: true, end: "clean" }));
      await clean(it);
    },
  );
  test("without a length still lasts until the callee closes", async () => {
    const upstream = await using(
      startTcp((socket) => void socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\nbody"))),
    );
    const it = await edge(upstream.port);
    it.strike(late(30, "response"));
    expect(await exchange(it.port, get("/"))).toMatch(/\r\n\r\nbody$/);
    await clean(it);
  });
  test("that the callee cuts off arrives as far as it came, and is seen to be cut", async () => {
    const upstream = await using(
      startTcp(
        (socket) => void socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")),
      ),
    );
    const it = await edge(upstream.port);
    it.strike(late(50, "response"));
    expect(await exchange(it.port, get("/"))).toMatch(/\r\n\r\nabc$/);
    expect(it.ended).toMatchObject([{ end: "cut" }]);
    await clean(it);
  });
  test("of a dead callee is the agent's 502, which is late as well", async () => {
    const it = await edge(await deadPort());
    it.strike(late(60, "response"));
    const began = performance.now();
    expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/^HTTP\/1\.1 502 [\s\S]*connection refused/);
    expect(performance.now() - began).toBeGreaterThan(58);
    await clean(it);
  });
  test("of megabytes passes a bandwidth limit whole, and a slow reader bounds what is held", async () => {
    const total = 4 * 1024 * 1024;
    const upstream = await using(startHttp((_req, res) => void res.end(Buffer.alloc(total, "0123456789abcdef"))));
    const it = await edge(upstream.port);
    it.strike(fault("bandwidth", { rate: 16 * 1024 * 1024, per: "edge", direction: "response" }));
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, it.faults.remains().held);
    }, 5);
    const body = Buffer.from(await (await fetch(`http://127.0.0.1:${it.port}/`)).arrayBuffer());
    clearInterval(look);
    expect(body.equals(Buffer.alloc(total, "0123456789abcdef"))).toBe(true);
    expect(most).toBeLessThan(1024 * 1024);
  });
});

describe("a rewritten message", () => {
  test("has the new path, headers and body, with a length that fits", async () => {
    const it = await edge((await echo()).port);
    it.strike(
      rewrite({ request: { path: "/new", headers: { "x-a": "1", "x-gone": null }, body: "longer than before" } }),
    );
    const text = await exchange(
      it.port,
      "POST /old?q=1 HTTP/1.1\r\nHost: x\r\nX-Gone: yes\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    );
    const got = jsonOf(text);
    expect(got).toMatchObject({ url: "/new?q=1", length: 18 });
    expect(got.headers).toMatchObject({ "x-a": "1", "content-length": "18" });
    expect(got.headers["x-gone"]).toBeUndefined();
  });
  test.each(["/", "/chunked"])(
    "answers with another status and body, framed anew (%s), and the connection goes on",
    async (path) => {
      const upstream = await echo();
      const it = await edge(upstream.port);
      it.strike(rewrite({ response: { status: 500, body: "broken", headers: { "x-from": "squall" } } }));
      const caller = new Caller(it.port).send(get(path));
      await caller.until("broken");
      caller.send(get("/2", "Connection: close"));
      const text = await caller.all();
      expect(caller.statuses).toEqual([500, 500]);
      expect(text).toMatch(
        /^HTTP\/1\.1 500 Internal Server Error\r\n[\s\S]*x-from: squall\r\ncontent-length: 6\r\n\r\nbrokenHTTP/,
      );
      expect(text).not.toMatch(/transfer-encoding/i);
      expect(upstream.opened()).toBe(1);
    },
  );
  test("that loses its body by its new status has none", async () => {
    const it = await edge((await echo()).port);
    it.strike(rewrite({ response: { status: 204, headers: {} } }));
    const caller = new Caller(it.port).send(get("/1") + get("/2", "Connection: close"));
    const text = await caller.all();
    expect(caller.statuses).toEqual([204, 204]);
    expect(text).not.toMatch(/content-length|\{/i);
  });
  test("that gains one by its new status says that it is empty", async () => {
    const upstream = await using(startHttp((_req, res) => void res.writeHead(204).end()));
    const it = await edge(upstream.port);
    it.strike(rewrite({ response: { status: 200, headers: {} } }));
    const text = await exchange(it.port, get("/", "Connection: close"));
    expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-length: 0\r\n\r\n$/);
  });
  test("cannot be given a header that breaks out of its line, or other framing", async () => {
    const it = await edge((await echo()).port);
    const headers = { "x-a": "1\r\nx-injected: 1", "content-length": "1", "transfer-encoding": "chunked", "x-ok": "1" };
    it.strike(rewrite({ response: { headers } }));
    const text = await exchange(it.port, get("/", "Connection: close"));
    expect(text).toContain("x-ok: 1");
    expect(text).not.toMatch(/injected|transfer-encoding|content-length: 1\r/i);
  });
});

describe("a message cut off", () => {
  test("ends after so many bytes, and the callee's connection is dropped", async () => {
    const upstream = await using(startHttp((_req, res) => void res.end(Buffer.alloc(100_000, "x"))));
    const it = await edge(upstream.port);
    it.strike(fault("limitBytes", { bytes: 1_000, direction: "response" }));
    const text = await exchange(it.port, get("/"));
    expect(text.length - text.indexOf("\r\n\r\n") - 4).toBe(1_000);
    expect(it.ended).toMatchObject([{ treated: true, end: "reset" }]);
    await clean(it);
    await eventually("no upstream", () => it.upstreams === 0);
  });
  test("in slices arrives whole", async () => {
    const it = await edge((await echo()).port);
    it.strike(fault("slice", { size: 7, variation: 3, pause: 0, direction: "both" }));
    const sent = Buffer.alloc(5_000, "sliced ");
    const res = await fetch(`http://127.0.0.1:${it.port}/chunked`, { method: "POST", body: sent });
    expect(await res.json()).toMatchObject({ length: 5_000, digest: createHash("sha1").update(sent).digest("hex") });
  });
  test("that lost or changed bytes is reset when its fault goes, never resumed", async () => {
    const upstream = await using(
      startHttp((_req, res) => {
        res.writeHead(200, { "content-length": 1_000_000 });
        res.write(Buffer.alloc(1_000));
      }),
    );
    const it = await edge(upstream.port);
    it.strike(fault("corrupt", { bytes: 1, direction: "response" }));
    const caller = new Caller(it.port).send(get("/"));
    await eventually("some of the body", () => caller.text.length > 1_000);
    expect(it.faults.remains().wounded).toBe(1);
    it.strike();
    await caller.closed;
    expect(caller.end).toBe("rst");
    await clean(it);
    expect(it.faults.remains().wounded).toBe(0);
  });
});

describe("faults on whole connections", () => {
  test("act underneath: a stalled connection goes on intact when the fault goes", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/1"));
    await caller.until('"url":"/1"');
    it.strike(fault("partition", { how: "stall", direction: "both" }));
    caller.send(get("/2", "Connection: close"));
    await sleep(100);
    expect(caller.statuses).toEqual([200]);
    it.strike();
    await caller.closed;
    expect(caller.statuses).toEqual([200, 200]);
    await clean(it);
  });
  test("act underneath: a reset is one, and takes the request to the callee with it", async () => {
    const upstream = await using(startTcp(() => {}));
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/1"));
    await eventually("the request", () => it.upstreams === 1);
    it.strike(fault("partition", { how: "reset", direction: "both" }));
    await caller.closed;
    expect(caller.end).toBe("rst");
    await clean(it);
    await eventually("no upstream", () => it.upstreams === 0);
    expect(it.ended).toMatchObject([{ treated: true, end: "reset" }]);
  });
});

test("no byte is lost or changed while faults come and go under traffic", async () => {
  const upstream = await using(startHttp((req, res) => void req.pipe(res)));
  const it = await edge(upstream.port);
  const sets = [
    [],
    [late(5)],
    [fault("slice", { size: 900, variation: 300, pause: 1, direction: "both" }), late(3, "response")],
    [fault("bandwidth", { rate: 8 * 1024 * 1024, per: "edge", direction: "both" })],
    [fault("partition", { how: "stall", direction: "both" })],
  ] as const;
  let turn = 0;
  const toggle = setInterval(() => it.strike(...sets[turn++ % sets.length]!), 15);
  let done = 0;
  const one = async (worker: number) => {
    for (let i = 0; i < 25; i++) {
      const sent = Buffer.alloc(1 + ((worker * 7919 + i * 104_729) % 200_000), `worker ${worker}, request ${i}; `);
      const res = await fetch(`http://127.0.0.1:${it.port}/`, { method: "POST", body: sent });
      const got = Buffer.from(await res.arrayBuffer());
      expect(got.equals(sent), `worker ${worker}, request ${i}, ${sent.length} bytes`).toBe(true);
      done++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => one(worker)));
  clearInterval(toggle);
  it.strike();
  expect(done).toBe(200);
});
