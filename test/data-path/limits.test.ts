/** Limits of an edge as the mesh file gives them, on a real HTTP edge. */
import { afterEach, expect, test } from "vitest";
import { limitsOf } from "../../agent/edge/limits.ts";
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import { Caller, type Edge, eventually, sleep, startEdge, startHttp, type Upstream } from "./rig.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
const callee = async (): Promise<Upstream> => {
  const upstream = await startHttp(
    (request, response) => {
      if (request.url === "/wide") response.setHeader("x-wide", "x".repeat(3_000));
      if (request.url !== "/silent") response.end("ok");
    },
    (server) => {
      server.keepAliveTimeout = 0;
      server.maxHeadersCount = 0;
    },
  );
  open.push(upstream);
  return upstream;
};
const edge = async (own: Partial<EdgeLimits>): Promise<Edge> => {
  const made = await startEdge((await callee()).port, { own });
  open.push(made);
  return made;
};
const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const caller = (port: number): Caller => {
  const made = new Caller(port);
  open.push({ close: async () => void made.socket.destroy() });
  return made;
};

test("0 is no limit, and by default only what is surely dead has one", () => {
  const never = Number.POSITIVE_INFINITY;
  expect(limitsOf({})).toEqual({
    ...{ connectMs: 10_000, headMs: never, idleMs: never, stallMs: never, tunnelMs: never },
    ...{ halfClosedMs: 60_000, lingerMs: 2_000, headBytes: 65_536 },
  });
  expect(limitsOf({ limits: { connectMs: 0, halfClosedMs: 0, idleMs: 90_000 } })).toMatchObject({
    ...{ connectMs: never, halfClosedMs: never, idleMs: 90_000 },
  });
});

test("a connection that rests is ended after `idle`, and after a change of the mesh by the new limit", async () => {
  const it = await edge({ idleMs: 200 });
  const first = caller(it.port);
  first.socket.write(get("/"));
  await eventually("the answer", () => first.text.endsWith("ok"));
  await eventually("the end", () => first.end !== null);
  await it.limit({});
  const second = caller(it.port);
  second.socket.write(get("/"));
  await eventually("the answer", () => second.text.endsWith("ok"));
  await sleep(700);
  expect(second.end).toBeNull();
  await it.limit({ idleMs: 100 });
  await eventually("the end of a connection from before the change", () => second.end !== null);
});

test("a head that takes longer than `head` is refused with 408, and without a limit waits", async () => {
  const it = await edge({ headMs: 200 });
  const slow = caller(it.port);
  slow.socket.write("GET / HTTP/1.1\r\n");
  await eventually(
    "the refusal",
    () => slow.text.startsWith("HTTP/1.1 408"),
    () => slow.text,
  );
});

test("an exchange in which no byte moves is ended after `stall`", async () => {
  const it = await edge({ stallMs: 200 });
  const waiting = caller(it.port);
  waiting.socket.write(get("/silent"));
  await eventually(
    "the answer",
    () => waiting.text.startsWith("HTTP/1.1 504"),
    () => waiting.text,
  );
});

test("heads longer than `headSize` are refused, of requests and of answers", async () => {
  const it = await edge({ headBytes: 2_048 });
  const wide = caller(it.port);
  wide.socket.write(get("/", `X-Wide: ${"x".repeat(2_100)}\r\n`));
  await eventually(
    "the refusal",
    () => wide.text.startsWith("HTTP/1.1 431"),
    () => wide.text,
  );
  const answered = caller(it.port);
  answered.socket.write(get("/wide"));
  await eventually(
    "the 502",
    () => answered.text.startsWith("HTTP/1.1 502"),
    () => answered.text,
  );
  const roomy = await edge({ headBytes: 131_072 });
  const fits = caller(roomy.port);
  fits.socket.write(get("/", `X-Wide: ${"x".repeat(14_000)}\r\n`));
  await eventually(
    "the answer",
    () => fits.text.endsWith("ok"),
    () => fits.text,
  );
});
