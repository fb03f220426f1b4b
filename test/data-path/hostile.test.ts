import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostile } from "./hostile.ts";
import { Caller, type Edge, eventually, exchange, get, sleep, startEdge, startHttp, type Upstream } from "./rig.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let upstream: Upstream;
let edge: Edge;
/** Requests that the callee has seen, except the tests' own good requests. */
const seen: string[] = [];
const GOOD = get("/good", "Connection: close");

beforeAll(async () => {
  upstream = await startHttp((req, res) => {
    if (req.url !== "/good") seen.push(`${req.method} ${req.url}`);
    req.resume();
    req.on("end", () => res.end("fine"));
    req.on("error", () => {});
  });
  edge = await startEdge(upstream.port, { limits: { headMs: 300, idleMs: 300, lingerMs: 200 } });
});
afterAll(async () => {
  await edge.close();
  await upstream.close();
});

/** No caller is connected any more, no request is open, and a good request is served as before. */
const backToNormal = async () => {
  await eventually("no caller", () => edge.connections === 0);
  await eventually("no upstream at work", () => edge.upstreams === 0);
  expect(await exchange(edge.port, GOOD)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*fine$/);
  await eventually("no caller", () => edge.connections === 0);
  expect(edge.defects).toEqual([]);
};

describe("a caller who sends", () => {
  test("is one of at least sixty kinds", () => {
    expect(hostile.length).toBeGreaterThanOrEqual(60);
    expect(new Set(hostile.map(({ name }) => name)).size).toBe(hostile.length);
  });
  describe.each([
    ["at once", (bytes: string) => [bytes]],
    ["in two halves", (bytes: string) => [bytes.slice(0, bytes.length >> 1), bytes.slice(bytes.length >> 1)]],
    ["behind a good request", (bytes: string) => [get("/good") + bytes]],
  ] as const)("%s", (how, split) => {
    test.each(hostile)("$name is told so and let go, and the next one is served", async (it) => {
      const before = seen.length;
      const caller = new Caller(edge.port);
      for (const part of split(it.bytes)) {
        caller.send(part);
        await sleep(1);
      }
      if (it.fin === true) caller.socket.end();
      await caller.closed;
      const statuses = how === "behind a good request" ? caller.statuses.slice(1) : caller.statuses;
      expect(statuses, caller.text).toEqual(it.answer === "closed" ? [] : [it.answer]);
      if (it.refused !== undefined) {
        if (it.tells === undefined) expect(caller.text).toContain(`x-squall-refused: ${it.refused}`);
        else expect(caller.text.endsWith(it.tells), caller.text).toBe(true);
        expect(edge.refused.at(-1)).toMatch(new RegExp(`^${it.refused}`));
      }
      // Sent in pieces, the head of a request with a malformed body is good on arrival, and passes.
      if (it.reaches !== true && it.refused !== "bad-chunk") expect(seen.slice(before)).toEqual([]);
      await backToNormal();
    });
  });
});

/** xorshift32: the same bytes in each run. */
const numbers = (seed: number) => {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

test("random bytes, and good requests with random damage, never crash or wedge it", async () => {
  const next = numbers(20_240_607);
  const pick = (below: number) => next() % below;
  const base = [
    get("/good", "A: b"),
    "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nt: v\r\n\r\n",
    "GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n",
  ];
  const damaged = (): Buffer => {
    const bytes = Buffer.from(base[pick(base.length)]!.repeat(1 + pick(3)));
    for (let i = 0; i <= pick(4); i++) bytes[pick(bytes.length)] = pick(256);
    return bytes.subarray(0, pick(4) === 0 ? pick(bytes.length) : bytes.length);
  };
  const random = (): Buffer => Buffer.from(Array.from({ length: 1 + pick(400) }, () => pick(256)));
  for (let round = 0; round < 30; round++) {
    const callers = Array.from({ length: 20 }, () => {
      const bytes = pick(3) === 0 ? random() : damaged();
      const caller = new Caller(edge.port).send(bytes);
      if (pick(2) === 0) caller.socket.end();
      else if (pick(4) === 0) setTimeout(() => caller.socket.resetAndDestroy(), pick(10));
      // Every caller ends after 100 ms, in any state.
      setTimeout(() => caller.socket.destroy(), 100);
      return caller;
    });
    await Promise.all(callers.map((caller) => caller.closed));
  }
  await backToNormal();
}, 60_000);

test("half-open connections in great number cost their places and nothing else", async () => {
  const starts = [
    "",
    "\r\n",
    "GET",
    "GET / HTTP/1.1\r\nHost: x\r\nA: b",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
  ];
  const patient = await startEdge(upstream.port, { limits: { headMs: 3_000, idleMs: 3_000, lingerMs: 200 } });
  const callers = Array.from({ length: 300 }, (_, i) => new Caller(patient.port).send(starts[i % 4]!));
  await eventually("all of them", () => patient.connections === 300 && patient.upstreams === 300);
  // Others are served meanwhile.
  expect(await exchange(patient.port, GOOD)).toMatch(/^HTTP\/1\.1 200/);
  await Promise.all(callers.map((caller) => caller.closed));
  await eventually("none of them", () => patient.connections === 0 && patient.upstreams === 0);
  await patient.close();
});

test("a caller who never reads its answers is bounded, and holds nobody else up", async () => {
  const big = Buffer.alloc(256 * 1024, "x");
  const far = await startHttp((_req, res) => void res.end(big));
  const it = await startEdge(far.port);
  const deaf = new Caller(it.port);
  deaf.socket.pause();
  const asked = 400;
  deaf.send(get("/").repeat(asked));
  await sleep(200);
  const served = it.ended.length;
  await sleep(200);
  // The edge has stopped sending requests: an answer that the caller does not take is not fetched.
  expect(it.ended.length).toBe(served);
  expect(served).toBeLessThan(asked / 2);
  expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/^HTTP\/1\.1 200/);
  deaf.socket.destroy();
  await eventually("no caller", () => it.connections === 0);
  await it.close();
  await far.close();
});

test("an endless head, body of chunks or row of requests is bounded in memory", async () => {
  const caller = new Caller(edge.port).send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 200; i++) {
    caller.send(`${"1\r\nx\r\n".repeat(5_000)}`);
    await sleep(1);
  }
  caller.send("0\r\n\r\n");
  await caller.until("fine");
  caller.socket.destroy();
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  await backToNormal();
});

test("rounds of abuse leave no memory behind", async () => {
  const round = async () => {
    for (const { bytes, fin } of hostile) {
      const caller = new Caller(edge.port).send(bytes);
      if (fin === true) caller.socket.end();
      await caller.closed;
    }
    await eventually("no caller", () => edge.connections === 0);
    collect();
    await sleep(20);
    collect();
    return process.memoryUsage().heapUsed;
  };
  await round();
  await round();
  const before = await round();
  for (let i = 0; i < 5; i++) await round();
  const grown = (await round()) - before;
  // Six rounds of more than a hundred connections each: a leaked connection would take 16 KiB and more.
  expect(grown).toBeLessThan(1024 * 1024);
  await backToNormal();
});
