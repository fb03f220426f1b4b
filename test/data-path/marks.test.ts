/** Marked exchanges on real sockets: which were seen, and which a fault hit, be it on the exchange or on its connection. */
import { afterEach, describe, expect, test } from "vitest";
import { decodeSightings } from "../../agent/contract/sightings.ts";
import { Marks } from "../../agent/marks.ts";
import type { FaultAction, FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import { keyOf, markOf, UNMARKED } from "../../experiments/model/mark.ts";
import { Caller, type Edge, eventually, get, sleep, startEdge, startHttp, type Upstream } from "./rig.ts";

const KEY = "00112233445566778899aabbccddeeff";
const EDGE = "caller->callee";
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

/** An edge of which a run wants to know the marks; its one fault is the first that is struck with. */
const marked = async (answerMs = 0): Promise<{ edge: Edge; callee: Upstream; told: () => string[] }> => {
  const callee = await using(startHttp((_, response) => setTimeout(() => response.end("ok"), answerMs)));
  const edge = await using(startEdge(callee.port));
  const marks = new Marks();
  const ask = { id: `run-1/fault-0@${EDGE}`, edge: EDGE, match: null, endpoints: null };
  marks.list([{ run: "run-1", key: KEY, tag: 3, faults: [ask] }]);
  edge.faults.marks = marks.on(EDGE);
  const told = () => {
    // As a pulse does it: receipts count as hits what is held by now.
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
  test("hits every marked exchange that begins on a connection that it struck", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("latency", { delay: 30, jitter: 0, distribution: "uniform", at: "connect" }));
    const caller = new Caller(edge.port).send(probe(1));
    await answers(caller, 1);
    caller.send(probe(2)).send(get("/"));
    await answers(caller, 3);
    expect(told()).toEqual(["1 hit", "2 hit", "unmarked 0"]);
  });
  test("of the run is not seen at all where it lets no request be read", async () => {
    const { edge, told } = await marked();
    edge.strike(fault("partition", { how: "reset", direction: "both" } as Partial<FaultParams<"partition">>));
    await new Caller(edge.port).send(probe(1)).closed;
    await sleep(20);
    expect(told()).toEqual([]);
  });
});
