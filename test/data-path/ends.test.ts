/** Ends of a caller's connection (DATA-PATH 2): the ends that count as cancelled, in every phase of an exchange. */
import { execFile } from "node:child_process";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { CURL, PYTHON } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { type Edge, type EdgeOptions, eventually, get, sleep, startEdge, startTcp } from "./rig.ts";

const open: { close(): Promise<void> }[] = [];
const using = async <T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> => {
  const it = await made;
  open.push(it);
  return it;
};
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

/** Long before and in the midst of the answer, a caller may leave. */
const SILENT_MS = 250;
const PIECES = 6;
const PIECE_MS = 40;
/** Answers each request after a while, in pieces, also to a caller that has half-closed; then ends as that did. */
const server = (pieceBytes = 100) =>
  using(
    startTcp((socket) => {
      let [text, body, answering, ended] = ["", 0, 0, false];
      const endIfDone = () => {
        if (ended && answering === 0) socket.end();
      };
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString("latin1");
        const head = text.indexOf("\r\n\r\n");
        body = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (head < 0 || text.length < head + 4 + body) return;
        text = text.slice(head + 4 + body);
        answering++;
        answer(socket, pieceBytes)
          .catch(() => {})
          .finally(() => {
            answering--;
            endIfDone();
          })
          .catch(() => {});
      });
      socket.on("end", () => {
        ended = true;
        endIfDone();
      });
    }),
  );
const answer = async (socket: Socket, pieceBytes: number): Promise<void> => {
  await sleep(SILENT_MS);
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${PIECES * pieceBytes}\r\n\r\n`);
  for (let i = 0; i < PIECES && !socket.destroyed; i++) {
    socket.write(Buffer.alloc(pieceBytes, 97));
    await sleep(PIECE_MS);
  }
};
const edgeTo = async (port: number, options: EdgeOptions = {}): Promise<Edge> => using(startEdge(port, options));
const caller = (edge: Edge): { socket: Socket; text: () => string; ended: () => boolean } => {
  const socket = connect({ port: edge.port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  let [text, ended] = ["", false];
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  socket.on("end", () => {
    ended = true;
    socket.end();
  });
  socket.on("error", () => {});
  open.push({ close: async () => void socket.destroy() });
  return { socket, text: () => text, ended: () => ended };
};

const WAYS = {
  "half-closes and waits": (socket: Socket) => socket.end(),
  closes: (socket: Socket) => socket.destroy(),
  resets: (socket: Socket) => socket.resetAndDestroy(),
} as const;
type Way = keyof typeof WAYS;
const POST = "POST / HTTP/1.1\r\nHost: callee\r\nContent-Length: 10\r\n\r\n";
/** Bytes sent, and bytes of the answer that had come, when the caller left; how the exchange is counted then. */
const PHASES: readonly {
  readonly when: string;
  readonly sends: string;
  readonly awaits?: string;
  readonly counted: { readonly [W in Way]: "nothing" | "cancelled" | "clean" };
}[] = [
  {
    when: "without a request",
    sends: "",
    counted: { "half-closes and waits": "nothing", closes: "nothing", resets: "nothing" },
  },
  {
    when: "in the midst of a head",
    sends: "GET / HTTP/1.1\r\nHost: ca",
    counted: { "half-closes and waits": "nothing", closes: "nothing", resets: "nothing" },
  },
  {
    when: "in the midst of a body",
    sends: `${POST}12345`,
    counted: { "half-closes and waits": "cancelled", closes: "cancelled", resets: "cancelled" },
  },
  {
    when: "behind a whole request, before any answer",
    sends: get("/"),
    counted: { "half-closes and waits": "clean", closes: "cancelled", resets: "cancelled" },
  },
  {
    when: "behind a whole request with a body",
    sends: `${POST}1234567890`,
    counted: { "half-closes and waits": "clean", closes: "cancelled", resets: "cancelled" },
  },
  {
    when: "in the midst of the answer",
    sends: get("/"),
    awaits: "aaa",
    counted: { "half-closes and waits": "clean", closes: "cancelled", resets: "cancelled" },
  },
  {
    when: "behind the whole answer",
    sends: get("/"),
    awaits: "a".repeat(PIECES * 100),
    counted: { "half-closes and waits": "clean", closes: "clean", resets: "clean" },
  },
];

describe("a caller that leaves", () => {
  for (const { when, sends, awaits, counted } of PHASES)
    for (const way of Object.keys(WAYS) as Way[])
      test(`${when}, and ${way}, is counted as ${counted[way]}`, async () => {
        const edge = await edgeTo((await server()).port);
        const { socket, text, ended } = caller(edge);
        socket.write(sends);
        if (awaits !== undefined) await eventually("an answer", () => text().includes(awaits), text);
        else await sleep(30);
        WAYS[way](socket);
        if (counted[way] === "nothing") await sleep(SILENT_MS + 50);
        else await eventually("it is counted", () => edge.ended.length > 0);
        if (way === "half-closes and waits") await eventually("its connection ends", ended);
        if (counted[way] === "clean" && way === "half-closes and waits")
          expect(text().split("a").length - 1).toBe(PIECES * 100);
        await sleep(30);
        const is = edge.ended.map(({ cancelled, end }) => (cancelled ? "cancelled" : end));
        expect(is).toEqual(counted[way] === "nothing" ? [] : [counted[way]]);
        await eventually("nothing is left", () => edge.connections === 0);
      });
  test("behind its request gives its callee up as soon as a part of the answer shows that it is gone", async () => {
    const callee = await server();
    const edge = await edgeTo(callee.port);
    const { socket } = caller(edge);
    socket.write(get("/"));
    await sleep(30);
    const leftMs = performance.now();
    socket.destroy();
    await eventually("it is counted", () => edge.ended.length > 0);
    const seen = edge.ended[0]!;
    // Detected at the first piece that the caller does not take, not at the last; and dated at the FIN.
    expect(performance.now() - leftMs).toBeLessThan(SILENT_MS + PIECES * PIECE_MS);
    expect(seen.endedMs - seen.startedMs).toBeLessThan(SILENT_MS - 20);
    await eventually("the callee's connection ends", () => callee.sockets.size === 0);
  });
  test("and is never answered is given up after a while, though it only half-closed", async () => {
    const callee = await using(startTcp(() => {}));
    const edge = await edgeTo(callee.port, { limits: { halfClosedMs: 200 } });
    const { socket } = caller(edge);
    socket.write(get("/"));
    await sleep(30);
    socket.end();
    await eventually("it is counted", () => edge.ended.length > 0);
    expect(edge.ended[0]).toMatchObject({ cancelled: true, status: 0 });
    await eventually("both connections end", () => edge.connections === 0 && edge.upstreams === 0);
  });
  test("while a fault holds its answer is given up after the same while", async () => {
    const edge = await edgeTo((await server()).port, { limits: { halfClosedMs: 500 } });
    edge.strike({ kind: "latency", params: { delay: 60_000, jitter: 0, distribution: "uniform", at: "response" } });
    const { socket } = caller(edge);
    socket.write(get("/"));
    await sleep(30);
    socket.end();
    await eventually("it is counted", () => edge.ended.length > 0);
    expect(edge.ended[0]).toMatchObject({ cancelled: true, treated: true });
    await eventually("its connection ends", () => edge.connections === 0);
  });
  test("is found out within seconds though nothing is written to it, where it runs on the same machine", async () => {
    const edge = await edgeTo((await using(startTcp(() => {}))).port);
    const [gone, waiting] = [caller(edge), caller(edge)];
    gone.socket.write(get("/"));
    waiting.socket.write(get("/"));
    await sleep(30);
    gone.socket.destroy();
    waiting.socket.end();
    await eventually("it is counted", () => edge.ended.length > 0);
    expect(edge.ended[0]).toMatchObject({ cancelled: true, status: 0 });
    await sleep(1_200);
    expect([edge.ended.length, edge.connections]).toEqual([1, 1]);
  });
  test("half-closes while a fault holds its request, and still gets its answer", async () => {
    const edge = await edgeTo((await server()).port);
    edge.strike({ kind: "latency", params: { delay: 300, jitter: 0, distribution: "uniform", at: "request" } });
    const { socket, text, ended } = caller(edge);
    socket.write(get("/"));
    await sleep(30);
    socket.end();
    await eventually("its connection ends", ended);
    expect(text().split("a").length - 1).toBe(PIECES * 100);
    expect(edge.ended).toMatchObject([{ cancelled: false, end: "clean", status: 200 }]);
  });
  test("before it has taken a large answer is cancelled, whose last byte waits in the agent", async () => {
    const edge = await edgeTo((await server(1_000_000)).port);
    const { socket, text } = caller(edge);
    socket.pause();
    socket.write(get("/"));
    await sleep(SILENT_MS + PIECES * PIECE_MS + 200);
    expect([text().length, edge.ended.length]).toEqual([0, 0]);
    socket.resetAndDestroy();
    await eventually("it is counted", () => edge.ended.length > 0);
    expect(edge.ended[0]).toMatchObject({ cancelled: true });
  });
  test("is seen to have reset although a fault has stopped the agent reading from it", async () => {
    const edge = await edgeTo((await server()).port);
    edge.strike({ kind: "partition", params: { how: "stall", direction: "request" } });
    const { socket } = caller(edge);
    socket.write(`POST / HTTP/1.1\r\nHost: callee\r\nContent-Length: 10000000\r\n\r\n${"x".repeat(4_000_000)}`);
    await sleep(200);
    socket.resetAndDestroy();
    await eventually("its connection ends", () => edge.connections === 0);
  });
});

describe("a callee that leaves before its answer is whole", () => {
  test.each([
    ["resets", "reset", (socket: Socket) => socket.resetAndDestroy()],
    ["closes", "cut", (socket: Socket) => socket.destroy()],
  ] as const)("and %s is `%s`, no caller that gave up, also where the caller leaves upon it", async (_, end, leave) => {
    const callee = await using(
      startTcp((socket) =>
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
          setTimeout(() => leave(socket), 30);
        }),
      ),
    );
    const edge = await edgeTo(callee.port);
    const { socket } = caller(edge);
    socket.write(get("/"));
    socket.on("end", () => socket.destroy());
    await eventually("it is counted", () => edge.ended.length > 0);
    expect(edge.ended[0]).toMatchObject({ cancelled: false, end });
  });
});

describe("a client whose patience ends", () => {
  const run = (command: string, args: readonly string[]) =>
    new Promise<number>((resolve) => {
      execFile(command, args, { timeout: 10_000 }, (error) =>
        resolve(typeof error?.code === "number" ? error.code : 0),
      );
    });
  const url = (edge: Edge) => `http://127.0.0.1:${edge.port}/`;
  const CLIENTS: Readonly<Record<string, (edge: Edge) => Promise<unknown>>> = {
    "fetch of Node": async (edge) => {
      const patience = new AbortController();
      const asking = fetch(url(edge), { signal: patience.signal }).catch(() => {});
      await eventually("it has begun", () => edge.began.count > 0);
      patience.abort();
      await asking;
    },
    "fetch of Node in mid-answer": async (edge) => {
      const patience = new AbortController();
      await fetch(url(edge), { signal: patience.signal });
      patience.abort();
    },
    curl: (edge) => run("curl", ["-s", "-o", "/dev/null", "--max-time", "0.08", url(edge)]),
    "curl in mid-answer": (edge) => run("curl", ["-s", "-o", "/dev/null", "--max-time", "0.38", url(edge)]),
    "http.client of Python": (edge) =>
      run("python3", [
        "-c",
        `import http.client\nc = http.client.HTTPConnection("127.0.0.1", ${edge.port}, timeout=0.08)\nc.request("GET", "/")\nc.getresponse()`,
      ]),
  };
  const lackOfClient = (name: string) => (/fetch/.test(name) ? null : lackOf(/Python/.test(name) ? PYTHON : CURL));
  for (const [name, leave] of Object.entries(CLIENTS))
    needing(test, lackOfClient(name))(`is cancelled once: ${name}`, async () => {
      const edge = await edgeTo((await server()).port);
      await leave(edge);
      await eventually("it is counted", () => edge.ended.length > 0);
      await sleep(50);
      expect(edge.ended.map(({ cancelled }) => cancelled)).toEqual([true]);
    });
});
