/**
 * Marked exchanges on real sockets: the exchanges seen, and those that a fault affected, on the exchange or on the
 * connection.
 */
import { afterEach, describe, expect, test } from "vitest";
import { decodeSightings } from "../../agent/contract/sightings.ts";
import { Marks } from "../../agent/marks/marks.ts";
import type { FaultAction, FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import { asEdgeId, asFaultId, asRunId } from "../../experiments/model/names.ts";
import { keyOf, markOf, UNMARKED } from "../../experiments/model/probes/mark.ts";
import { Caller, type Edge, eventually, get, sleep, startEdge, startHttp, startTcp, type Upstream } from "./rig.ts";

const KEY = "00112233445566778899aabbccddeeff";
const EDGE = asEdgeId("caller->callee");
const open: { close(): Promise<void> }[] = [];
const using = async <T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> => {
  const it = await made;
  open.push(it);
  return it;
};
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});
const fault = <K extends FaultKind>(kind: K, params: Partial<FaultParams<K>>): FaultAction =>
  ({ kind, params }) as unknown as FaultAction;

/** An edge whose marks a run observes; the run's fault is the first of `strike`. */
const marked = async (
  answerMs = 0,
  given?: Upstream,
): Promise<{ edge: Edge; callee: Upstream; told: () => string[] }> => {
  const callee = given ?? (await using(startHttp((_, response) => setTimeout(() => response.end("ok"), answerMs))));
  const edge = await using(startEdge(callee.port));
  const marks = new Marks();
  const ask = { id: asFaultId(`run-1/fault-0@${EDGE}`), edge: EDGE, match: null, endpoints: null };
  marks.list([{ run: asRunId("run-1"), key: KEY, tag: 3, faults: [ask] }]);
  edge.faults.marks = marks.on(EDGE);
  const told = () => {
    // Receipts are taken as a pulse does: exchanges held by now count as hits.
    edge.faults.receipts(performance.now());
    return marks
      .report(1, performance.now())!
      .reports.flatMap(({ coded }) => decodeSightings(Buffer.from(coded, "base64"))!)
      .map(({ expectation, number, hit }) => {
        const name = expectation === UNMARKED ? `unmarked ${number}` : `${number}`;
        return hit ? `${name} hit` : name;
      })
      .sort();
  };
  return { edge, callee, told };
};
const probe = (number: number): string => {
  const mark = markOf(keyOf(KEY)!, { tag: 3, expectation: 0, number });
  return get("/", `traceparent: 00-${"a".repeat(16)}${mark}-${"b".repeat(16)}-00`);
};
const receipt = (edge: Edge) => edge.faults.receipts(performance.now()).at(-1)!;
const answers = (caller: Caller, count: number) =>
  eventually(
    `${count} answers`,
    () => caller.statuses.length === count,
    () => caller.text,
  );

describe("a marked exchange", () => {
  test("is seen whether or not a fault lives, and others are told apart", async () => {
    const { edge, told } = await marked();
    const caller = new Caller(edge.port).send(probe(1)).send(get("/")).send(probe(2));
    await answers(caller, 3);
    expect(told()).toEqual(["1", "2", "unmarked 0"]);
  });
  test("is hit by a fault upon it, and by none that spared it", async () => {
    const { edge, told } = await marked();
    edge.strike({ action: fault("abort", { status: 503, body: "", headers: {} }), match: { path: "/" } });
    const caller = new Caller(edge.port).send(probe(1));
    await answers(caller, 1);
    expect(told()).toEqual(["1 hit"]);
  });
  test("is told as hit while it is still held, so that nobody has to wait for its end", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("latency", { delay: 60_000, jitter: 0, distribution: "uniform", at: "request" }));
    new Caller(edge.port).send(probe(4));
    await eventually("it is told", () => told().join() === "4 hit", told);
  });
});

describe("a fault that strikes connections", () => {
  test("hits the marked exchange that is open on one that it cuts, and no earlier one", async () => {
    const { edge, told } = await marked(60_000);
    const caller = new Caller(edge.port);
    caller.send(probe(7));
    await eventually("it is under way", () => told().join() === "7", told);
    edge.strike(fault("reset", { after: 10 } as Partial<FaultParams<"reset">>));
    await caller.closed;
    expect(told()).toEqual(["7 hit"]);
  });
  test("hits no exchange that was over before it struck its connection", async () => {
    const { edge, told } = await marked();
    const caller = new Caller(edge.port).send(probe(1));
    await answers(caller, 1);
    edge.strike(fault("reset", { after: 10 } as Partial<FaultParams<"reset">>));
    await caller.closed;
    expect(told()).toEqual(["1"]);
  });
  test("hits the marked exchange that it held up, and no later one that passes unhindered", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("latency", { delay: 30, jitter: 0, distribution: "uniform", at: "connect" }));
    const caller = new Caller(edge.port).send(probe(1));
    await answers(caller, 1);
    caller.send(probe(2)).send(get("/"));
    await answers(caller, 3);
    expect(told()).toEqual(["1 hit", "2", "unmarked 0"]);
  });
  test("hits the marked exchange whose answer it cuts off, and none that it let through", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("reset", { after: 0, afterBytes: 200 } as Partial<FaultParams<"reset">>));
    const caller = new Caller(edge.port).send(probe(1));
    await answers(caller, 1);
    caller.send(probe(2));
    await caller.closed;
    expect(told()).toEqual(["1", "2 hit"]);
    expect(receipt(edge)).toMatchObject({ injected: 1, requests: 1, unread: 0 });
  });
  test("hits the marked exchange whose answer it holds, also once the agent has read all of it", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("partition", { how: "stall", direction: "response" }));
    new Caller(edge.port).send(probe(1));
    await eventually("it is told", () => told().join() === "1 hit", told);
    expect(receipt(edge)).toMatchObject({ injected: 1, requests: 1, unread: 0 });
  });
  test("hits by a late close the exchange of which the answer lasts until then, and no other", async () => {
    const callee = await using(
      startTcp((socket) => socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nok"))),
    );
    const { edge, told } = await marked(0, callee);
    edge.strike(fault("slowClose", { delay: 60_000 }));
    const caller = new Caller(edge.port).send(probe(1));
    await caller.until("ok");
    await eventually("it is told", () => told().join() === "1 hit", told);
  });
  test("of the run is not seen at all where it lets no request be read: the receipt says so", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("partition", { how: "reset", direction: "both" } as Partial<FaultParams<"partition">>));
    await new Caller(edge.port).send(probe(1)).closed;
    await sleep(20);
    expect(told()).toEqual([]);
    expect(receipt(edge)).toMatchObject({ injected: 1, requests: 0, unread: 1 });
  });
});

describe("a fault that keeps requests from being read", () => {
  const HELD: readonly (readonly [string, FaultAction])[] = [
    ["swallows them", fault("partition", { how: "blackhole", direction: "both" })],
    ["swallows them alone", fault("partition", { how: "blackhole", direction: "request" })],
    ["holds them", fault("partition", { how: "stall", direction: "request" })],
    ["holds the opening back", fault("latency", { delay: 60_000, jitter: 0, distribution: "uniform", at: "connect" })],
  ];
  test.each(HELD)("hits what comes on a new connection, where it %s", async (_, action) => {
    const { edge, told } = await marked();
    edge.strike(action);
    new Caller(edge.port).send(probe(1));
    await eventually("it is told", () => told().join() === "1 hit", told);
    expect(receipt(edge)).toMatchObject({ injected: 1, requests: 1, markedRequests: 1, unread: 0, markedHits: 1 });
  });
  test.each(HELD.filter(([name]) => !name.includes("opening")))(
    "hits what comes on a connection that was open, where it %s",
    async (_, action) => {
      const { edge, told } = await marked();
      const caller = new Caller(edge.port).send(probe(1));
      await answers(caller, 1);
      edge.strike(action);
      caller.send(probe(2));
      await eventually("it is told", () => told().join() === "1,2 hit", told);
    },
  );
  test("hits a request of which the head had come by half before it", async () => {
    const { edge, told } = await marked();
    const caller = new Caller(edge.port);
    const [head, rest] = [probe(3).slice(0, 30), probe(3).slice(30)];
    caller.send(head);
    await sleep(20);
    edge.strike(fault("partition", { how: "blackhole", direction: "both" }));
    caller.send(rest);
    await eventually("it is told", () => told().join() === "3 hit", told);
  });
  test.each([
    ["a length", "Content-Length: 1000", "x".repeat(400), "x".repeat(600)],
    ["chunks", "Transfer-Encoding: chunked", `5\r\nab`, `cde\r\n3\r\nGET\r\n0\r\n\r\n`],
  ])("hits what is pipelined behind a body of %s that was under way before it", async (_, header, before, after) => {
    const { edge, told } = await marked(60_000);
    const caller = new Caller(edge.port);
    const trace = probe(1).split("\r\n")[2]!;
    caller.send(`POST / HTTP/1.1\r\nHost: callee\r\n${header}\r\n${trace}\r\n\r\n${before}`);
    await eventually("it is seen", () => told().join() === "1", told);
    edge.strike(fault("partition", { how: "blackhole", direction: "both" }));
    caller.send(after + probe(2) + get("/") + probe(3));
    await eventually("all are told", () => told().join() === "1 hit,2 hit,3 hit", told);
    expect(receipt(edge)).toMatchObject({ injected: 1, requests: 4, markedRequests: 3, unread: 0, markedHits: 1 });
  });
  test("counts requests without a mark, too, and hits none that was over", async () => {
    const { edge, told } = await marked();
    const caller = new Caller(edge.port).send(probe(1)).send(get("/"));
    await answers(caller, 2);
    edge.strike(fault("partition", { how: "stall", direction: "request" }));
    caller.send(get("/"));
    await eventually("it is hit", () => receipt(edge).injected === 1);
    expect(receipt(edge)).toMatchObject({ requests: 1, markedRequests: 0, unread: 0 });
    edge.strike();
    await answers(caller, 3);
    expect(told()).toEqual(["1", "unmarked 0", "unmarked 1"]);
  });
  test("lets all through in order once it is gone, each seen once", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("latency", { delay: 60_000, jitter: 0, distribution: "uniform", at: "connect" }));
    const body = "y".repeat(100_000);
    const caller = new Caller(edge.port)
      .send(`POST / HTTP/1.1\r\nHost: callee\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      .send(probe(5));
    await sleep(50);
    edge.strike();
    await answers(caller, 2);
    expect(told().map((one) => one.split(" ")[0])).toEqual(["5", "unmarked"]);
    expect(edge.defects).toEqual([]);
  });
});
