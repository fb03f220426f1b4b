import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { Agent, request, type Server } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../agent/clock/clock.ts";
import { dataTransports } from "../../agent/transport/data.ts";
import { handleTransports } from "../../agent/transport/handle.ts";
import { onreadTransports } from "../../agent/transport/onread.ts";
import {
  Caller,
  deadPort,
  deafPort,
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

/** Answers each request with its contents: line, headers and the body's length and digest. */
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
        res.setHeader("Content-Length", Buffer.byteLength(text));
        res.end(text);
      });
    }),
  );
/** Node's server ends with its caller's FIN, unless told otherwise. */
const halfOpen = (server: Server) => void Object.assign(server, { httpAllowHalfOpen: true });
const jsonOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));

describe.each([handleTransports(systemClock), onreadTransports(systemClock), dataTransports(systemClock)])(
  "over the $tier transport",
  (transports) => {
    test("bodies of many sizes arrive whole in both directions, by length and chunked", async () => {
      const upstream = await using(startHttp((req, res) => void req.pipe(res)));
      const { port } = await edge(upstream.port, { transports });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const size of [0, 1, 2, 1_000, 16_383, 16_384, 16_385, 65_536, 1_000_000, 5_000_001])
        for (const chunked of [false, true]) {
          const sent = Buffer.alloc(size, `${size} bytes, numbered by their own text; `);
          const got = await new Promise<Buffer>((resolve, reject) => {
            const headers = chunked ? { "transfer-encoding": "chunked" } : { "content-length": size };
            const asked = request({ port, agent, method: "POST", path: "/", headers }, (res) => {
              const parts: Buffer[] = [];
              res.on("data", (part: Buffer) => parts.push(part));
              res.on("end", () => resolve(Buffer.concat(parts)));
            });
            asked.on("error", reject);
            asked.end(sent);
          });
          expect(got.equals(sent), `${size} bytes, chunked ${chunked}`).toBe(true);
        }
      agent.destroy();
      expect(upstream.opened()).toBe(1);
    });

    test("a slow reader slows the callee down, and nothing is lost or piled up", async () => {
      const total = 48 * 1024 * 1024;
      let written = 0;
      const upstream = await using(
        startHttp((_req, res) => {
          res.writeHead(200, { "content-length": total });
          const block = Buffer.alloc(256 * 1024);
          const more = () => {
            while (written < total) {
              for (let i = 0; i < block.length; i += 4) block.writeUInt32BE(written + i, i);
              written += block.length;
              if (!res.write(Buffer.from(block))) return void res.once("drain", more);
            }
            res.end();
          };
          more();
        }),
      );
      const { port } = await edge(upstream.port, { transports });
      let got = 0;
      let wrong = 0;
      await new Promise<void>((resolve, reject) => {
        request({ port, path: "/" }, (res) => {
          let rest: Buffer = Buffer.alloc(0);
          res.pause();
          setTimeout(() => {
            // Far less than the whole body has left the callee: unread bytes are not fetched.
            expect(written).toBeLessThan(total / 2);
            res.resume();
          }, 300);
          res.on("data", (bytes: Buffer) => {
            rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
            const whole = rest.length - (rest.length % 4);
            for (let i = 0; i < whole; i += 4) if (rest.readUInt32BE(i) !== got + i) wrong++;
            got += whole;
            rest = rest.subarray(whole);
          });
          res.on("end", resolve);
        })
          .on("error", reject)
          .end();
      });
      expect([got, wrong]).toEqual([total, 0]);
    });

    test("a slow callee slows the caller down, and the body arrives whole", async () => {
      const total = 32 * 1024 * 1024;
      const digest = createHash("sha1");
      let held: (() => void) | null = null;
      const upstream = await using(
        startHttp((req, res) => {
          req.pause();
          held = () => req.resume();
          req.on("data", (bytes: Buffer) => digest.update(bytes));
          req.on("end", () => res.end("done"));
        }),
      );
      const { port } = await edge(upstream.port, { transports });
      const sent = createHash("sha1");
      const caller = new Caller(port);
      caller.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${total}\r\nConnection: close\r\n\r\n`);
      for (let i = 0; i < 32; i++) {
        const block = Buffer.alloc(1024 * 1024, `block ${i} `);
        sent.update(block);
        caller.send(block);
      }
      await sleep(300);
      expect(caller.socket.writableLength).toBeGreaterThan(total / 4);
      held!();
      expect(await caller.all()).toMatch(/done$/);
      expect(digest.digest("hex")).toBe(sent.digest("hex"));
    });
  },
);

describe("connections", () => {
  test("belong to one caller's for life, and are dialled when the caller's is accepted", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const [silent, busy] = [new Caller(it.port), new Caller(it.port)];
    await eventually("two dials", () => upstream.opened() === 2);
    for (let i = 0; i < 3; i++) {
      busy.send(get(`/${i}`));
      await busy.until(`"url":"/${i}"`);
    }
    expect([upstream.opened(), it.upstreams]).toEqual([2, 2]);
    silent.socket.end();
    busy.socket.end();
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0 && upstream.sockets.size === 0);
  });
  test("go to the endpoints in turn, one for each connection", async () => {
    const ups = await Promise.all(["a", "b", "c"].map((name) => using(startHttp((_q, res) => void res.end(name)))));
    const it = await edge(ups.map(({ port }) => port));
    const answers: string[] = [];
    for (let i = 0; i < 6; i++)
      answers.push(
        (await exchange(it.port, get("/") + get("/", "Connection: close"))).replace(/[\s\S]*?\r\n\r\n(.)/g, "$1"),
      );
    expect(answers).toEqual(["aa", "bb", "cc", "aa", "bb", "cc"]);
  });
  test.each([
    ["FIN", (socket: Socket): unknown => socket.end(), "fin"],
    ["RST", (socket: Socket): unknown => socket.resetAndDestroy(), "rst"],
  ] as const)("that the callee ends by %s between requests end in the same way at once", async (_how, end, seen) => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const [fresh, used] = [new Caller(it.port), new Caller(it.port).send(get("/1"))];
    await used.until("200 OK");
    await eventually("both", () => upstream.sockets.size === 2);
    for (const socket of upstream.sockets) end(socket);
    await Promise.all([fresh.closed, used.closed]);
    expect([fresh.end, used.end, used.statuses]).toEqual([seen, seen, [200]]);
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
    expect(it.ended.length).toBe(1);
  });
  test("carry bytes that belong to no request, before the callee's end and behind an answer without a body", async () => {
    const late = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const upstream = await using(
      startTcp((socket) => {
        let asked = 0;
        socket.on("data", () => {
          socket.write("HTTP/1.1 204 No Content\r\n\r\nstray");
          if (++asked === 2) setTimeout(() => socket.end(late), 30);
        });
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/1"));
    await caller.until("stray");
    caller.send(get("/2"));
    expect(await caller.all()).toBe(`${"HTTP/1.1 204 No Content\r\n\r\nstray".repeat(2)}${late}`);
    expect(it.ended.map(({ status }) => status)).toEqual([204, 204]);
  });
  test("that die under a request take it along: nothing is sent twice, and the end is the callee's", async () => {
    let served = 0;
    const upstream = await using(
      startTcp((socket) => {
        socket.on("data", () => {
          if (served++ === 0) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          else socket.resetAndDestroy();
        });
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/1"));
    await caller.until("ok");
    caller.send(get("/2"));
    await caller.closed;
    await sleep(50);
    expect([caller.statuses, caller.end, served, upstream.opened()]).toEqual([[200], "rst", 2, 1]);
    expect(it.ended).toMatchObject([
      { status: 200, end: "clean" },
      { status: 0, end: "reset", cancelled: false },
    ]);
  });
  test("leave an endpoint that is no longer in the edge alone, and new ones go to the others", async () => {
    const [old, fresh] = await Promise.all(
      ["old", "new"].map((name) => using(startHttp((_q, res) => void res.end(name)))),
    );
    const it = await edge(old!.port);
    const caller = new Caller(it.port).send(get("/1"));
    await caller.until("old");
    await it.change([fresh!.port]);
    caller.send(get("/2", "Connection: close"));
    expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/new$/);
    expect((await caller.all()).match(/old|new/g)).toEqual(["old", "old"]);
  });
  test("wait with 64 KiB of the caller's bytes for the dial, and a caller that leaves cancels it", async () => {
    const callee = await deafPort();
    open.push(callee);
    const it = await edge(callee.port, { limits: { connectMs: 20_000 } });
    const [polite, rude] = [new Caller(it.port).send(get("/")), new Caller(it.port)];
    rude.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n`).send(Buffer.alloc(20_000_000));
    await eventually("both dials", () => it.upstreams === 2 && it.began.count === 2);
    await sleep(100);
    expect(rude.socket.writableLength).toBeGreaterThan(1_000_000);
    polite.socket.resetAndDestroy();
    rude.socket.resetAndDestroy();
    await eventually("no dial", () => it.upstreams === 0 && it.connections === 0);
    expect(it.ended.map(({ cancelled, status }) => [cancelled, status])).toEqual([
      [true, 0],
      [true, 0],
    ]);
  });
  test("of callers who leave take the request to the callee with them", async () => {
    let aborted = false;
    let asked = false;
    const upstream = await using(
      startHttp((_req, res) => {
        asked = true;
        res.on("close", () => {
          aborted = true;
        });
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/"));
    await eventually("the request", () => asked);
    caller.socket.resetAndDestroy();
    await eventually("the callee's loss", () => aborted);
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
    expect(it.ended).toMatchObject([{ status: 0, end: "reset" }]);
  });
  test("of callers who leave in the middle of their request take it with them", async () => {
    let aborted = false;
    const upstream = await using(startHttp((req) => void req.on("close", () => (aborted = true)).resume()));
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    await eventually("the request", () => it.upstreams === 1 && it.began.count === 1);
    await sleep(20);
    caller.socket.end();
    await eventually("the callee's loss", () => aborted);
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
  });
  test("that say nothing are closed, idle ones between requests too", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port, { limits: { idleMs: 100 } });
    const silent = new Caller(it.port);
    const once = new Caller(it.port).send(get("/"));
    await once.until("200 OK");
    await silent.closed;
    await once.closed;
    expect([silent.text, once.statuses]).toEqual(["", [200]]);
    await eventually("no connection", () => it.connections === 0);
  });
  test("whose request came while the agent stood still are answered, though they had been idle for too long by then", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port, { limits: { idleMs: 300 } });
    // A caller in a separate process, because this process blocks.
    const caller = spawn(process.execPath, ["-e", ASKS_TWICE, String(it.port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const told = new Promise<string>((done) => caller.stdout.once("data", (text) => done(String(text))));
    await eventually("the first answer", () => it.ended.length === 1);
    await sleep(50);
    // After an immediate, timers fire before sockets are read, as after a SIGSTOP that interrupts the poll.
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700));
    expect(await told).toBe("answered twice");
    caller.kill("SIGKILL");
  });
  test("whose head does not end in time get a 408, however busily they drip", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port, { limits: { headMs: 150 } });
    const caller = new Caller(it.port).send("GET / HTTP/1.1\r\nHost: x\r\n");
    const drip = setInterval(() => caller.send("x-a: b\r\n"), 20);
    const text = await caller.all();
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout[\s\S]*did not arrive in time/);
  });
});

/** Sends a second request 150 ms after the first answer, on the same connection. */
const ASKS_TWICE = `
  const ask = () => socket.write("GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n");
  const tell = (text) => require("node:fs").writeSync(1, text);
  const socket = require("node:net").connect(Number(process.argv[1]), "127.0.0.1", ask);
  let answers = 0;
  socket.on("data", (bytes) => {
    answers += String(bytes).split("200 OK").length - 1;
    if (answers === 2) tell("answered twice");
    else setTimeout(ask, 150);
  });
  socket.on("close", () => tell("closed")).on("error", () => {});`;

describe("a callee that fails", () => {
  test("and refuses connections shows as 502 with the reason to the first request, the last of its connection", async () => {
    const it = await edge(await deadPort());
    const caller = new Caller(it.port);
    await sleep(50);
    caller.send(get("/1"));
    await caller.closed;
    expect([caller.statuses, caller.end]).toEqual([[502], "fin"]);
    expect(caller.text).toContain("x-squall-refused: refused");
    expect(caller.text).toMatch(/connection: close\r\n[\s\S]*connection refused/);
    expect(it.ended.map(({ status, end }) => [status, end])).toEqual([[502, "clean"]]);
    expect(it.refused).toEqual(["refused"]);
  });
  test("and refuses connections shows as RST to a caller that asks for nothing", async () => {
    const it = await edge(await deadPort(), { limits: { unreachedMs: 100 } });
    const caller = new Caller(it.port);
    await caller.closed;
    expect([caller.text, caller.end, it.refused]).toEqual(["", "rst", ["refused"]]);
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
  });
  test.each([
    ["closes without an answer", "", (socket: Socket): unknown => socket.end(), "fin", "cut"],
    ["resets without an answer", "", (socket: Socket): unknown => socket.resetAndDestroy(), "rst", "reset"],
    [
      "closes in the midst of a head",
      "HTTP/1.1 200 OK\r\nA: ",
      (socket: Socket): unknown => socket.end(),
      "fin",
      "cut",
    ],
  ] as const)("and %s does the same to the caller", async (_how, bytes, end, seen, counted) => {
    const upstream = await using(
      startTcp(
        (socket) =>
          void socket.on("data", () => {
            if (bytes !== "") socket.write(bytes);
            end(socket);
          }),
      ),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/"));
    await caller.closed;
    expect([caller.text, caller.end]).toEqual([bytes, seen]);
    await eventually("it is counted", () => it.ended.length > 0);
    expect(it.ended).toMatchObject([{ status: 0, end: counted, cancelled: false }]);
  });
  test.each([
    ["no HTTP", "SSH-2.0-OpenSSH\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    ["length and chunked", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["an unasked upgrade", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
    ["a malformed chunk at once", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"],
    ["a folded header", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n"],
    ["a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
  ])("and answers with %s shows as 502, and its connection is not used again", async (_name, answer) => {
    const upstream = await using(startTcp((socket) => void socket.once("data", () => socket.write(answer))));
    const it = await edge(upstream.port);
    expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/^HTTP\/1\.1 502 /);
    await eventually("no upstream", () => it.upstreams === 0);
  });
  test("in the middle of the body is seen as a cut, not as an end", async () => {
    const upstream = await using(
      startTcp(
        (socket) => void socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")),
      ),
    );
    const it = await edge(upstream.port);
    const error = await fetch(`http://127.0.0.1:${it.port}/`)
      .then((res) => res.text())
      .then(() => null)
      .catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(it.ended).toMatchObject([{ status: 200, end: "cut" }]);
  });
  test("and never answers shows as 504 once no byte has moved for long enough", async () => {
    const upstream = await using(startTcp(() => {}));
    const it = await edge(upstream.port, { limits: { stallMs: 100 } });
    expect(await exchange(it.port, get("/", "Connection: close"))).toMatch(/^HTTP\/1\.1 504 [\s\S]*no answer came/);
    expect(it.ended).toMatchObject([{ status: 504, end: "timeout" }]);
    await eventually("no upstream", () => it.upstreams === 0);
  });
});

describe("another protocol", () => {
  test("of the caller is answered in its own words: HTTP/2 gets GOAWAY with the reason", async () => {
    const it = await edge((await echo()).port);
    const session = connectHttp2(`http://127.0.0.1:${it.port}`);
    const said = new Promise<[number, string]>((done) =>
      session.on("goaway", (code, _last, data) => done([code, String(data)])),
    );
    session.on("error", () => {});
    const [code, reason] = await said;
    session.destroy();
    expect([code, reason]).toEqual([constants.NGHTTP2_HTTP_1_1_REQUIRED, expect.stringContaining("HTTP/1.1")]);
    expect(it.refused).toEqual(["http2-preface"]);
  });
  test.each([
    ["TLS", Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), /expects HTTPS/],
    ["HTTP/2", Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]), /expects HTTP\/2/],
  ])("of the callee is named: %s", async (_name, bytes, reason) => {
    const upstream = await using(startTcp((socket) => void socket.on("data", () => socket.write(bytes))));
    const it = await edge(upstream.port);
    const text = await exchange(it.port, get("/"));
    expect(text).toMatch(/^HTTP\/1\.1 502 /);
    expect(text).toMatch(reason);
  });
});

describe("what HTTP/1.1 allows", () => {
  test("pipelined requests are answered in order, with bodies between them", async () => {
    const upstream = await using(
      startHttp((req, res) => {
        req.resume();
        // The first takes longest: only waiting keeps the order.
        setTimeout(() => res.end(`answer to ${req.url};`), req.url === "/0" ? 40 : 0);
      }),
    );
    const it = await edge(upstream.port);
    const posted =
      "POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\nt: v\r\n\r\n";
    const text = await exchange(it.port, get("/0") + posted + get("/2") + get("/3", "Connection: close"));
    expect([...text.matchAll(/answer to (\/\d);/g)].map(([, path]) => path)).toEqual(["/0", "/1", "/2", "/3"]);
    expect(it.ended.length).toBe(4);
  });
  test("many pipelined requests in one write are all answered", async () => {
    const upstream = await using(startHttp((req, res) => void res.end(`<${req.url}>`)));
    const it = await edge(upstream.port);
    const paths = Array.from({ length: 3_000 }, (_, i) => `/${i}`);
    const text = await exchange(it.port, paths.map((path) => get(path)).join("") + get("/last", "Connection: close"));
    expect([...text.matchAll(/<(\/\w+)>/g)].map(([, path]) => path)).toEqual([...paths, "/last"]);
  });
  test("HEAD, 204 and 304 have no body, whatever their length says, and the connection goes on", async () => {
    const upstream = await using(
      startTcp((socket) => {
        socket.on("data", (bytes: Buffer) => {
          const line = bytes.toString().split(" ");
          if (line.join(" ").includes("close")) setImmediate(() => socket.end());
          const status = line[1] === "/head" ? "200 OK" : line[1] === "/304" ? "304 Not Modified" : "204 No Content";
          socket.write(`HTTP/1.1 ${status}\r\n${status.startsWith("204") ? "" : "Content-Length: 5\r\n"}\r\n`);
        });
      }),
    );
    const it = await edge(upstream.port);
    const head = "HEAD /head HTTP/1.1\r\nHost: x\r\n\r\n";
    const caller = new Caller(it.port).send(head + get("/204") + get("/304") + get("/204", "Connection: close"));
    await caller.closed;
    expect(caller.statuses).toEqual([200, 204, 304, 204]);
    expect(upstream.opened()).toBe(1);
  });
  test("interim answers pass, and the final one follows", async () => {
    const upstream = await using(
      startHttp((_req, res) => {
        res.writeProcessing();
        res.writeEarlyHints({ link: "</style.css>; rel=preload" });
        setTimeout(() => res.end("final"), 10);
      }),
    );
    const it = await edge(upstream.port);
    const text = await exchange(it.port, get("/", "Connection: close"));
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 102", "HTTP/1.1 103", "HTTP/1.1 200"]);
    expect(it.ended).toMatchObject([{ status: 200 }]);
  });
  test("a caller who expects 100-continue gets it from the callee, and sends its body then", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const caller = new Caller(it.port);
    caller.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
    await caller.until("HTTP/1.1 100 Continue\r\n\r\n");
    caller.send("hello");
    expect(jsonOf(await caller.all())).toMatchObject({ length: 5 });
  });
  test("an answer that comes while the request is still being sent passes at once, and the rest still reaches the callee", async () => {
    let got = 0;
    const upstream = await using(
      startHttp((req, res) => {
        req.on("data", (bytes: Buffer) => {
          got += bytes.length;
        });
        res.writeHead(413, { "content-length": 5 }).end("early");
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    await caller.until("early");
    caller.send(Buffer.alloc(100_000)).send(get("/2", "Connection: close"));
    await caller.closed;
    expect(caller.statuses).toEqual([413, 413]);
    expect(got).toBe(100_000);
    expect(upstream.opened()).toBe(1);
  });
  test("an early answer that closes does not get lost in a reset, although the caller keeps sending", async () => {
    const upstream = await using(
      startTcp((socket) => {
        socket.once("data", () => {
          socket.end("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nearly");
          socket.resume();
        });
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    for (let i = 0; i < 30; i++) {
      caller.send(Buffer.alloc(100_000));
      await sleep(2);
    }
    await caller.closed;
    expect(caller.text).toMatch(/^HTTP\/1\.1 413 [\s\S]*early$/);
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
  });
  test("an answer without a length lasts until the callee closes", async () => {
    const upstream = await using(
      startTcp((socket) => {
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\npart one, ");
          setTimeout(() => socket.end("part two"), 20);
        });
      }),
    );
    const it = await edge(upstream.port);
    expect(await exchange(it.port, get("/"))).toMatch(/part one, part two$/);
    expect(it.ended).toMatchObject([{ status: 200, end: "clean" }]);
  });
  test("HTTP/1.0 callers get one answer, and more where both sides want so", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    expect(await exchange(it.port, "GET /old HTTP/1.0\r\n\r\n")).toContain('"url":"/old"');
    const caller = new Caller(it.port).send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    await caller.until("/a");
    caller.send("GET /b HTTP/1.0\r\n\r\n");
    await caller.closed;
    expect(caller.statuses).toEqual([200, 200]);
  });
  test("a target in absolute form passes as it came, whatever host a line names", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const text = await exchange(
      it.port,
      "GET http://u:p@shop:80/a?b HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n",
    );
    expect(jsonOf(text)).toMatchObject({ url: "http://u:p@shop:80/a?b", headers: { host: "other" } });
  });
  test("an answer that repeats its length passes as it came", async () => {
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok";
    const upstream = await using(startTcp((socket) => void socket.on("data", () => socket.end(answer))));
    const it = await edge(upstream.port);
    expect(await exchange(it.port, get("/"))).toBe(answer);
  });
  test("chunk extensions and trailers reach the callee", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: t\r\nConnection: close\r\n\r\n";
    const text = await exchange(it.port, `${head}5;a="b c"\r\nhello\r\n0\r\nt: v\r\n\r\n`);
    expect(jsonOf(text)).toMatchObject({ length: 5, trailers: { t: "v" } });
  });
  test("a head of hundreds of lines passes", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const many = Array.from({ length: 500 }, (_, i) => `x-${i}: ${i}`);
    const upstreamWithMore = await exchange(it.port, get("/", ...many, "Connection: close"));
    expect(upstreamWithMore).toMatch(/^HTTP\/1\.1 200/);
  });
  test("a request byte by byte is the same request", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const caller = new Caller(it.port);
    const bytes =
      "\r\nPOST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (const byte of bytes) {
      caller.send(byte);
      await sleep(0);
    }
    expect(jsonOf(await caller.all())).toMatchObject({ url: "/slow", length: 3 });
  });
  test("a caller that half-closes behind its request still gets the answer", async () => {
    const upstream = await using(startHttp((_req, res) => void setTimeout(() => res.end("late"), 50), halfOpen));
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/"));
    caller.socket.end();
    expect(await caller.all()).toMatch(/late$/);
    await eventually("no connection", () => it.connections === 0);
  });
  test("pipelined requests in front of a half-close are all answered", async () => {
    const upstream = await using(startHttp((req, res) => void setTimeout(() => res.end(`<${req.url}>`), 10), halfOpen));
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(get("/1") + get("/2") + get("/3"));
    caller.socket.end();
    expect(await caller.all()).toMatch(/<\/1>[\s\S]*<\/2>[\s\S]*<\/3>$/);
  });
  test("CONNECT is refused", async () => {
    const it = await edge((await echo()).port);
    const text = await exchange(it.port, "CONNECT shop:443 HTTP/1.1\r\nHost: shop:443\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 501 [\s\S]*CONNECT is not served/);
  });
  test("an offer of h2c is overheard, so that the exchange stays one that faults can act upon", async () => {
    const upstream = await echo();
    const it = await edge(upstream.port);
    const text = await exchange(
      it.port,
      get("/", "Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    );
    expect(jsonOf(text).headers.connection).not.toMatch(/upgrade/i);
  });
});

describe("what is observed", () => {
  test("is each exchange once, with its bytes, status and times", async () => {
    const upstream = await using(startHttp((_req, res) => void setTimeout(() => res.end("12345"), 30)));
    const it = await edge(upstream.port);
    const asked = get("/", "Connection: close");
    const text = await exchange(it.port, asked);
    expect(it.began.count).toBe(1);
    const [seen, ...more] = it.ended;
    expect(more).toEqual([]);
    expect(seen).toMatchObject({
      status: 200,
      treated: false,
      end: "clean",
      bytesIn: asked.length,
      bytesOut: text.length,
    });
    expect(seen!.endedMs - seen!.startedMs).toBeGreaterThan(25);
  });
  test("has the answer's headers, for those who watch", async () => {
    const upstream = await using(startHttp((_req, res) => void res.setHeader("Server", "shop/1").end()));
    const it = await edge(upstream.port, { watch: true });
    await exchange(it.port, get("/", "Connection: close"));
    expect(it.ended).toMatchObject([{ server: "shop/1" }]);
  });
});

describe("an upgraded connection", () => {
  const upgrade = get("/chat", "Connection: Upgrade", "Upgrade: websocket");
  const accepted = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  test("passes bytes both ways, those that came early too", async () => {
    const upstream = await using(
      startTcp((socket) => {
        let text = "";
        socket.on("data", (bytes: Buffer) => {
          if (text === "") socket.write(`${accepted}hello;`);
          text += bytes.toString("latin1");
          const said = text.slice(text.indexOf("\r\n\r\n") + 4);
          if (said.endsWith(";")) socket.write(`echo ${said}`, "latin1");
        });
        socket.on("end", () => socket.end());
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(`${upgrade}early;`);
    await caller.until("hello;");
    await caller.until("echo early;");
    caller.send("more\0\xff;");
    await caller.until("echo early;more\0\xff;");
    expect(it.ended).toMatchObject([{ status: 101 }]);
    caller.socket.destroy();
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
  });
  test("half-closes in both directions, and is gone when both have ended", async () => {
    const upstream = await using(
      startTcp((socket) => {
        socket.once("data", () => socket.write(accepted));
        socket.on("end", () => socket.end("last words"));
        socket.resume();
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(upgrade);
    await caller.until("101");
    caller.socket.end();
    expect(await caller.all()).toMatch(/last words$/);
    expect(caller.end).toBe("fin");
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
  });
  test("is reset when the callee resets it", async () => {
    const upstream = await using(
      startTcp((socket) => {
        socket.once("data", () => socket.write(accepted));
        socket.on("data", (bytes: Buffer) => bytes.includes("die") && socket.resetAndDestroy());
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(upgrade);
    await caller.until("101");
    caller.send("die");
    await caller.closed;
    expect(caller.end).toBe("rst");
    await eventually("no connection", () => it.connections === 0 && it.upstreams === 0);
  });
  test("carries megabytes both ways at once", async () => {
    const upstream = await using(
      startTcp((socket) => {
        socket.once("data", () => {
          socket.write(accepted);
          socket.pipe(socket);
        });
      }),
    );
    const it = await edge(upstream.port);
    const caller = new Caller(it.port).send(upgrade);
    await caller.until("\r\n\r\n");
    const sent = createHash("sha1");
    const got = createHash("sha1");
    let length = 0;
    caller.socket.removeAllListeners("data");
    caller.socket.on("data", (bytes: Buffer) => {
      got.update(bytes);
      length += bytes.length;
    });
    for (let i = 0; i < 64; i++) {
      const block = Buffer.alloc(256 * 1024, `block ${i} of a stream; `);
      sent.update(block);
      caller.send(block);
    }
    await eventually("all bytes", () => length === 64 * 256 * 1024);
    expect(got.digest("hex")).toBe(sent.digest("hex"));
    caller.socket.destroy();
  });
});
