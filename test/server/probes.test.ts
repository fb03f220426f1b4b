/** Probes of each kind against real targets. */
import { execFileSync } from "node:child_process";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { asAgentBoot, asEdgeId, type EdgeId } from "../../experiments/model/names.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import type { Criteria } from "../../experiments/model/sample/criteria.ts";
import type { Sample } from "../../experiments/model/sample/sample.ts";
import { systemClock } from "../../server/clock.ts";
import { openProbe } from "../../server/probes/index.ts";
import { parseValue } from "../../server/probes/prometheus.ts";
import { EdgeCounts } from "../../server/traffic/edge-counts.ts";
import { FakeClock } from "./fake-clock.ts";
import { listen, meshOf, sleep, until } from "./house.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const serveHttp = async (respond: RequestListener): Promise<{ address: string; server: Server }> => {
  const server = createServer(respond);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: await listen(server), server };
};
const serveTcp = async (talk: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server: TcpServer = createTcpServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    talk(socket);
  });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server as never);
};
/** Sampler for a probe; each sample is given up after 300 ms. */
const lookWith = (action: unknown, address: string, good: Criteria = {}, giveUpMs = 300) => {
  const tools = {
    clock: systemClock,
    mesh: meshOf(address),
    good,
    capture: false,
    traffic: new EdgeCounts(systemClock),
  };
  const source = openProbe(action as ProbeAction, tools);
  if (source.kind !== "active") throw new Error("not active");
  closers.push(() => source.close());
  return (): Promise<Sample> => {
    const intendedMs = systemClock.nowMs();
    return source.sample({ intendedMs, giveUpMs: intendedMs + giveUpMs });
  };
};

describe("an http probe", () => {
  const http = (params: object = {}) => ({
    kind: "http",
    params: { to: "gateway", method: "GET", path: "/", headers: {}, timeout: 300, maxBody: 65_536, ...params },
  });

  it("sends what it was told to, keeps its connections, and sees status, headers and body", async () => {
    const seen: string[] = [];
    const ports = new Set<number | undefined>();
    const { address } = await serveHttp((request, response) => {
      ports.add(request.socket.remotePort);
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        seen.push(
          `${request.method} ${request.url} ${request.headers["content-type"]} ${request.headers["x-a"]} ${body}`,
        );
        response.writeHead(201, { "x-b": ["1", "2"] }).end('{"ok":true}');
      });
    });
    const look = lookWith(
      http({ method: "POST", path: "/buy?a=1", headers: { "x-a": "b" }, json: { n: 1 } }),
      address,
      { body: "*" },
    );
    const sample = await look();
    await sleep(20);
    await look();
    expect(seen[0]).toBe('POST /buy?a=1 application/json b {"n":1}');
    expect(sample).toMatchObject({ kind: "seen", status: 201, body: '{"ok":true}' });
    expect(sample.kind === "seen" && sample.header?.("X-B")).toBe("1, 2");
    expect(ports.size).toBe(1);
  });
  it("does not follow a redirect", async () => {
    const { address } = await serveHttp((_, response) => response.writeHead(302, { location: "/elsewhere" }).end());
    expect(await lookWith(http(), address)()).toMatchObject({ status: 302 });
  });
  it("does not judge a body over its limit, and says so with the limit", async () => {
    const { address } = await serveHttp((request, response) => response.end("x".repeat(Number(request.url!.slice(1)))));
    const lookFor = (bytes: number, params: object = {}) =>
      lookWith(http({ path: `/${bytes}`, ...params }), address, { body: "*" }, 2_000)();
    expect(await lookFor(65_536)).toMatchObject({ body: "x".repeat(65_536) });
    const over = await lookFor(65_537);
    expect(over).toMatchObject({
      unread: {
        cause: "body too large",
        why: "the body is longer than 64KiB, so it was not judged: set `maxBody`, 1MiB at most",
      },
    });
    expect(over).not.toHaveProperty("body");
    expect(await lookFor(300_000, { maxBody: 1_048_576 })).toMatchObject({ body: "x".repeat(300_000) });
    expect(await lookFor(101, { maxBody: 100 })).toMatchObject({ unread: { why: expect.stringContaining("100B") } });
  });
  it("does not unpack a body that came with a content-encoding, and says so", async () => {
    const bomb = gzipSync("x".repeat(10_000_000));
    const { address } = await serveHttp((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    const sample = await lookWith(http(), address, { body: "*" })();
    expect(sample).toMatchObject({
      unread: { cause: "body encoded", why: expect.stringContaining("content-encoding") },
    });
    expect(sample).not.toHaveProperty("body");
    expect(await lookWith(http(), address, {})()).not.toHaveProperty("unread");
  });
  it("reads bytes that are no UTF-8 as U+FFFD, and no body (HEAD, 204, 304) as an empty one", async () => {
    const { address } = await serveHttp((request, response) => {
      if (request.url === "/latin") response.end(Buffer.from([0x66, 0xfc, 0x72]));
      else response.writeHead(Number(request.url!.slice(1))).end();
    });
    expect(await lookWith(http({ path: "/latin" }), address, { body: "*" })()).toMatchObject({ body: "f\ufffdr" });
    for (const path of ["/204", "/304"])
      expect(await lookWith(http({ path }), address, { body: "*" })()).toMatchObject({ body: "" });
    expect(await lookWith(http({ method: "HEAD", path: "/200" }), address, { body: "*" })()).toMatchObject({
      body: "",
    });
  });
  it("gives up an answer that does not end, within its time or its size", async () => {
    const chunk = "x".repeat(1_048_576);
    const { address } = await serveHttp((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
        response.once("drain", pour);
      };
      pour();
    });
    expect(await lookWith(http(), address, { body: "*" }, 20_000)()).toEqual({
      kind: "errored",
      cause: "body too large",
      why: "the answer is longer than 16MiB: it was not read on",
    });
  });
  it("waits for the last byte, and gives up when it does not come", async () => {
    const { address } = await serveHttp((_, response) => void response.write("half"));
    expect(await lookWith(http(), address)()).toMatchObject({
      kind: "seen",
      end: "timeout",
      failure: "no answer within 300 ms",
    });
  });
  it("sees a refused and a reset connection as bad, not as its own failure", async () => {
    const { address, server } = await serveHttp((request) => request.socket.resetAndDestroy());
    const look = lookWith(http(), address);
    expect(await look()).toMatchObject({
      kind: "seen",
      failure: expect.stringMatching(/ECONNRESET|other side closed/),
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await look()).toMatchObject({ kind: "seen", failure: expect.stringContaining("ECONNREFUSED") });
  });
});

describe("a probe of a service with several endpoints", () => {
  const asked: string[] = [];
  /** Service with two endpoints: the first answers well, the second never does. */
  const pair = async () => {
    asked.length = 0;
    const hosts = [
      await serveHttp((_, response) => {
        asked.push("first");
        response.end("ok");
      }),
      await serveHttp((_, response) => {
        asked.push("second");
        response.writeHead(500).end();
      }),
    ].map(({ address }) => address);
    const mesh = meshOf(hosts[0]!);
    const services = mesh.services.map((service) => ({
      ...service,
      endpoints: hosts.map((address) => ({ address, labels: {} })),
    }));
    return { hosts, mesh: { ...mesh, services } };
  };
  const params = { method: "GET", path: "/", headers: {}, timeout: 300, maxBody: 65_536 };
  const looks = async (action: object, mesh: ReturnType<typeof meshOf>, count: number): Promise<Sample[]> => {
    const traffic = new EdgeCounts(systemClock);
    const source = openProbe(action as ProbeAction, { clock: systemClock, mesh, good: {}, capture: false, traffic });
    if (source.kind !== "active") throw new Error("not active");
    closers.push(() => source.close());
    const samples: Sample[] = [];
    for (let i = 0; i < count; i++) {
      const intendedMs = systemClock.nowMs();
      samples.push(await source.sample({ intendedMs, giveUpMs: intendedMs + 2_000 }));
    }
    return samples;
  };

  it("asks them in turn, and its samples name which", async () => {
    const { hosts, mesh } = await pair();
    const samples = await looks({ kind: "http", params: { ...params, to: "gateway" } }, mesh, 4);
    expect(asked).toEqual(["first", "second", "first", "second"]);
    expect(samples.map(({ endpoint }) => endpoint)).toEqual([...hosts, ...hosts]);
    expect(samples.map((sample) => sample.kind === "seen" && sample.status)).toEqual([200, 500, 200, 500]);
    const opened = await looks({ kind: "tcp", params: { to: "gateway", timeout: 300, maxBody: 1_000 } }, mesh, 2);
    expect(opened.map(({ endpoint }) => endpoint)).toEqual(hosts);
  });
  it("asks the one that is picked, and no other", async () => {
    const { hosts, mesh } = await pair();
    const to = { service: "gateway", endpoint: hosts[1]! };
    const samples = await looks({ kind: "http", params: { ...params, to } }, mesh, 3);
    expect(asked).toEqual(["second", "second", "second"]);
    expect(samples[0]).not.toHaveProperty("endpoint");
    const elsewhere = looks({ kind: "tcp", params: { to: { ...to, endpoint: "127.0.0.1:1" } } }, mesh, 1);
    await expect(elsewhere).rejects.toThrow('no service "gateway" with the endpoint 127.0.0.1:1');
  });
});

describe("a tcp probe", () => {
  const tcp = (params: object = {}) => ({
    kind: "tcp",
    params: { to: "gateway", timeout: 300, maxBody: 65_536, ...params },
  });

  it("sends a line, reads one back and sees a clean end", async () => {
    const address = await serveTcp((socket) => {
      socket.on("data", (data) => socket.write(`echo ${data}`));
      socket.on("end", () => socket.end());
    });
    const sample = await lookWith(tcp({ send: "hello" }), address, { end: "clean" })();
    expect(sample).toMatchObject({ kind: "seen", body: "echo hello\n", end: "clean" });
    expect(sample.kind === "seen" && sample.connectMs).toBeGreaterThan(0);
  });
  it("reads until the text it waits for, across pieces", async () => {
    const address = await serveTcp((socket) => {
      socket.write("one\ntw");
      setTimeout(() => socket.write("o\nthree"), 20);
    });
    expect(await lookWith(tcp({ until: "two" }), address)()).toMatchObject({
      body: expect.stringContaining("two"),
      end: "clean",
    });
  });
  it("does not judge what is over its limit, and says so", async () => {
    const address = await serveTcp((socket) => socket.end(`${"x".repeat(200)}\nmore`));
    const judged = { body: "*" };
    expect(await lookWith(tcp({ until: "\n", maxBody: 205 }), address, judged)()).toMatchObject({
      body: expect.stringContaining("x\n"),
    });
    const talks = await serveTcp((socket) => socket.write("x".repeat(300)));
    expect(await lookWith(tcp({ until: "\n", maxBody: 100 }), talks, judged)()).toMatchObject({
      kind: "errored",
      why: expect.stringMatching(/longer than 100B.*`until` was not in it/),
    });
    const atOnce = await serveTcp((socket) => socket.write(`${"x".repeat(300)}\n`));
    expect(await lookWith(tcp({ until: "\n", maxBody: 100 }), atOnce, judged)()).toMatchObject({
      unread: { why: expect.stringContaining("longer than 100B") },
    });
  });
  it("only connects when it has nothing to say", async () => {
    const address = await serveTcp(() => {});
    const sample = await lookWith(tcp(), address)();
    expect(sample).toMatchObject({ kind: "seen", end: "clean" });
    expect(sample).not.toHaveProperty("body");
  });
  it("tells a reset, a silence and an early end apart", async () => {
    const reset = await serveTcp((socket) => socket.on("data", () => socket.resetAndDestroy()));
    expect(await lookWith(tcp({ send: "x" }), reset)()).toMatchObject({ end: "reset" });
    const silent = await serveTcp(() => {});
    expect(await lookWith(tcp({ send: "x" }), silent)()).toMatchObject({ end: "timeout" });
    const early = await serveTcp((socket) => socket.end("no newline"));
    expect(await lookWith(tcp({ send: "x" }), early)()).toMatchObject({ failure: "closed before the answer" });
  });
});

describe("a process probe", () => {
  const run = (...command: string[]) => ({
    kind: "process",
    params: { command, env: { GREETING: "hi" }, every: 1_000, timeout: 300, maxBody: 65_536 },
  });
  const node = (script: string) => run(process.execPath, "-e", script);

  it("sees exit code, output and a number in it, and hands on the environment it was given", async () => {
    expect(await lookWith(node("console.log(42); process.exitCode = 3"), "127.0.0.1:1", {}, 5_000)()).toMatchObject({
      ...{ kind: "seen", exit: 3, body: "42\n", value: 42 },
    });
    expect(await lookWith(node("console.log(process.env.GREETING)"), "127.0.0.1:1", {}, 5_000)()).toMatchObject({
      body: "hi\n",
    });
  });
  it("does not judge output over its limit, and says so; what never ends is ended", async () => {
    const sample = await lookWith(node("process.stdout.write('1'.repeat(65537))"), "127.0.0.1:1", {}, 5_000)();
    expect(sample).toMatchObject({
      exit: 0,
      unread: { why: expect.stringContaining("the output is longer than 64KiB") },
    });
    expect(sample).not.toHaveProperty("body");
    expect(sample).not.toHaveProperty("value");
    expect(await lookWith(run("yes"), "127.0.0.1:1")()).toMatchObject({ end: "timeout" });
  });
  it("uses no shell", async () => {
    const sample = await lookWith(run("echo", "$HOME; false"), "127.0.0.1:1", {}, 5_000)();
    expect(sample).toMatchObject({ exit: 0, body: "$HOME; false\n" });
  });
  it("ends the command and what it started when its time is over", async () => {
    const marker = `sleep 97.${process.pid}`;
    const look = lookWith(run("sh", "-c", `${marker} & ${marker}`), "127.0.0.1:1");
    expect(await look()).toMatchObject({ end: "timeout" });
    const left = () =>
      execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.startsWith(marker));
    await until("both are gone", () => left().length === 0);
  });
  it("is errored when there is no such command", async () => {
    expect(await lookWith(run("/no/such/command"), "127.0.0.1:1")()).toMatchObject({ kind: "errored" });
  });
});

describe("a prometheus probe", () => {
  const prometheus = (address: string, empty: "errored" | "bad" | 0 = "errored") => ({
    kind: "prometheus",
    params: {
      url: `http://${address}/prom/`,
      query: "up{a='b'}",
      headers: { "x-scope": "t" },
      every: 1_000,
      timeout: 300,
      empty,
    },
  });
  const answering = (text: string, status = 200) => serveHttp((_, response) => response.writeHead(status).end(text));
  const vector = (...values: string[]) =>
    JSON.stringify({
      status: "success",
      data: { resultType: "vector", result: values.map((value) => ({ metric: {}, value: [1, value] })) },
    });

  it("asks for the value of its query at this moment", async () => {
    const asked: string[] = [];
    const { address } = await serveHttp((request, response) => {
      asked.push(`${decodeURIComponent(request.url!)} ${request.headers["x-scope"]}`);
      response.end(vector("0.5"));
    });
    expect(await lookWith(prometheus(address), address)()).toMatchObject({ kind: "seen", value: 0.5 });
    expect(asked).toEqual(["/prom/api/v1/query?query=up{a='b'} t"]);
  });
  it("is errored by several series, of which any could be meant, and by NaN, which no comparison can be asked", async () => {
    const two = await answering(vector("0.5", "7"));
    expect(await lookWith(prometheus(two.address), two.address)()).toEqual({
      kind: "errored",
      cause: "not one number",
      why: "the query matches 2 series: aggregate them, such as max(…)",
    });
    const odd = await answering(vector("NaN"));
    expect(await lookWith(prometheus(odd.address), odd.address, { value: { operator: "!=", number: 1 } })()).toEqual({
      kind: "errored",
      cause: "not one number",
      why: "the value is NaN, such as 0 / 0 in the query",
    });
  });
  it("takes no series for errored, for bad or for 0, as `empty` says, and tells the remedy", async () => {
    const { address } = await answering(vector());
    expect(await lookWith(prometheus(address), address)()).toEqual({
      kind: "errored",
      cause: "not one number",
      why: "the query matches no series: if none means 0, write `… or vector(0)` or set `empty: 0`",
    });
    expect(await lookWith(prometheus(address, "bad"), address)()).toMatchObject({
      kind: "seen",
      failure: "the query matches no series",
    });
    const zero = await lookWith(prometheus(address, 0), address)();
    expect(zero).toMatchObject({ kind: "seen", value: 0 });
    expect(zero).not.toHaveProperty("failure");
  });
  it("is errored, not bad, when it cannot be asked", async () => {
    for (const { address } of [await answering("nope"), await answering("bad query", 400)])
      expect(await lookWith(prometheus(address), address)()).toMatchObject({ kind: "errored" });
    expect(await lookWith(prometheus("127.0.0.1:1"), "127.0.0.1:1")()).toMatchObject({ kind: "errored" });
    const { address } = await serveHttp(() => {});
    expect(await lookWith(prometheus(address), address)()).toMatchObject({ kind: "errored" });
  });
  it("quotes no answer without `capture`, and reads at most 1 MiB of it", async () => {
    const text = '{"status":"error","errorType":"bad_data","error":"hunter2"}';
    const { address } = await answering(text, 400);
    expect(await lookWith(prometheus(address), address)()).toEqual({
      kind: "errored",
      cause: "prometheus refusal",
      why: "Prometheus answered 400 (bad_data); `capture: true` shows it",
    });
    const endless = await serveHttp((_, response) => void response.write("x".repeat(1_100_000)));
    expect(await lookWith(prometheus(endless.address), endless.address)()).toEqual({
      kind: "errored",
      cause: "not one number",
      why: "the answer is longer than 1MiB: ask for fewer series",
    });
    const hostile = `{"status":"success","data":{"resultType":"vector","result":[${"1,".repeat(400_000)}1]}}`;
    expect(parseValue(hostile)).toMatchObject({
      why: "the query matches 400001 series: aggregate them, such as max(…)",
    });
    expect(parseValue(hostile.replace(/\[.*1\]/, "[1]"))).toMatchObject({ why: expect.stringMatching(/of two parts/) });
    expect(parseValue("nope", true)).toMatchObject({ why: "the answer is not JSON: nope" });
  });
  it("reads scalars and infinities", () => {
    expect(parseValue('{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}')).toEqual({ value: 3 });
    expect(parseValue(vector("+Inf"))).toEqual({ value: Number.POSITIVE_INFINITY });
    expect(parseValue('{"status":"success","data":{"resultType":"matrix","result":[]}}')).toMatchObject({
      why: expect.stringMatching(/expected a scalar/),
    });
  });
});

describe("a ratio probe", () => {
  const ratio = {
    kind: "ratio",
    params: { of: { from: "b", to: "c" }, per: { from: "a", to: "b" }, window: 5_000, every: 1_000 },
  };
  const count = (edge: EdgeId, exchanges: number) =>
    ({ edge, group: "untreated", exchanges, byClass: [], bytesIn: 0, bytesOut: 0, open: 0, latencies: "" }) as const;

  it("divides what two edges saw in its window, and is errored with nothing to divide by", async () => {
    const clock = new FakeClock();
    const traffic = new EdgeCounts(clock);
    const source = openProbe(ratio as ProbeAction, {
      clock,
      mesh: meshOf("127.0.0.1:1"),
      good: {},
      capture: false,
      traffic,
    });
    const look = () =>
      source.kind === "active" ? source.sample({ intendedMs: clock.nowMs(), giveUpMs: clock.nowMs() }) : null;
    expect(await look()).toMatchObject({ kind: "errored" });
    // Counts from long before this server started belong to no window.
    traffic.receive(asAgentBoot("boot"), [count(asEdgeId("a->b"), 1_000), count(asEdgeId("b->c"), 9_000)]);
    await clock.advance(1_000);
    traffic.receive(asAgentBoot("boot"), [count(asEdgeId("a->b"), 1_010), count(asEdgeId("b->c"), 9_030)]);
    expect(await look()).toMatchObject({ kind: "seen", value: 3 });
    await clock.advance(6_000);
    traffic.receive(asAgentBoot("boot"), [count(asEdgeId("a->b"), 1_010), count(asEdgeId("b->c"), 9_050)]);
    expect(await look()).toMatchObject({ kind: "errored", why: "no exchanges from a to b to divide by" });
  });
});
