/** Requests that a connection fault kept from being read are exchanges without an answer, and are counted as such. */
import { afterEach, describe, expect, test } from "vitest";
import type { FaultAction, FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import { Caller, type Edge, eventually, get, sleep, startEdge, startHttp } from "./rig.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});
const edgeOf = async (): Promise<Edge> => {
  const callee = await startHttp((_, response) => response.end("ok"));
  const edge = await startEdge(callee.port);
  open.push(callee, edge);
  return edge;
};
const fault = <K extends FaultKind>(kind: K, params: FaultParams<K>): FaultAction =>
  ({ kind, params }) as unknown as FaultAction;
const partition = (how: FaultParams<"partition">["how"]) => fault("partition", { how, direction: "both" });
const answered = (caller: Caller, count: number) =>
  eventually(
    `${count} answers`,
    () => caller.statuses.length === count,
    () => caller.text,
  );
const told = (edge: Edge) => edge.ended.map(({ status, treated, cancelled }) => ({ status, treated, cancelled }));
const LOST = { status: 0, treated: true };

describe("a connection fault", () => {
  test.each(["refuse", "reset"] as const)("that cuts by `%s` leaves one exchange for each connection", async (how) => {
    const edge = await edgeOf();
    edge.strike(partition(how));
    for (let i = 0; i < 3; i++) await new Caller(edge.port).send(get("/")).closed;
    await eventually("they are counted", () => edge.ended.length === 3);
    expect(told(edge)).toEqual(Array(3).fill({ ...LOST, cancelled: false }));
  });
  test.each(["blackhole", "stall"] as const)("that keeps bytes by `%s` leaves each request that came", async (how) => {
    const edge = await edgeOf();
    edge.strike(partition(how));
    const caller = new Caller(edge.port).send(get("/a")).send(get("/b"));
    await sleep(50);
    expect(edge.began.count).toBe(2);
    caller.socket.resetAndDestroy();
    await eventually("they are counted", () => edge.ended.length === 2);
    expect(told(edge)).toEqual(Array(2).fill({ ...LOST, cancelled: true }));
    expect(Math.min(...edge.ended.map(({ startedMs, endedMs }) => endedMs - startedMs))).toBeGreaterThan(40);
  });
  test.each(["blackhole", "stall"] as const)("is told of while `%s` lasts once its caller has closed", async (how) => {
    const edge = await edgeOf();
    edge.strike(partition(how));
    const caller = new Caller(edge.port).send(get("/"));
    await eventually("it came", () => edge.began.count === 1);
    // FIN without a reader behind: the end of a client whose timeout has passed.
    caller.socket.destroy();
    await eventually("it is counted", () => edge.ended.length === 1);
    expect(told(edge)).toEqual([{ ...LOST, cancelled: true }]);
    expect(edge.connections).toBe(1);
  });
  test("is not told of a caller that half-closes and waits, before it is presumed to have left", async () => {
    const edge = await edgeOf();
    edge.strike(partition("stall"));
    const caller = new Caller(edge.port).send(get("/"));
    caller.socket.end();
    await sleep(1_500);
    expect(edge.ended).toEqual([]);
    edge.strike();
    await answered(caller, 1);
    await eventually("it is counted", () => edge.ended.length === 1);
    expect(edge.ended[0]).toMatchObject({ status: 200, treated: true });
  });
  test("that stalls has its time in the exchange that passes once it is gone", async () => {
    const edge = await edgeOf();
    edge.strike(partition("stall"));
    const caller = new Caller(edge.port).send(get("/"));
    await sleep(80);
    edge.strike();
    await answered(caller, 1);
    await eventually("it is counted", () => edge.ended.length === 1);
    expect(edge.began.count).toBe(1);
    expect(edge.ended[0]).toMatchObject({ status: 200, treated: true });
    expect(edge.ended[0]!.endedMs - edge.ended[0]!.startedMs).toBeGreaterThan(70);
  });
  test("that swallowed a request leaves it without an answer when the fault goes", async () => {
    const edge = await edgeOf();
    edge.strike(partition("blackhole"));
    const caller = new Caller(edge.port).send(get("/"));
    await eventually("it came", () => edge.began.count === 1);
    edge.strike();
    await caller.closed;
    await eventually("it is counted", () => edge.ended.length === 1);
    expect(told(edge)).toEqual([{ ...LOST, cancelled: false }]);
  });
  test("that cuts a connection on which nothing is asked leaves none", async () => {
    const edge = await edgeOf();
    const [idle, used] = [new Caller(edge.port), new Caller(edge.port).send(get("/"))];
    await answered(used, 1);
    edge.strike(partition("reset"));
    await Promise.all([idle.closed, used.closed]);
    await sleep(20);
    expect(told(edge)).toEqual([{ status: 200, treated: false, cancelled: false }]);
  });
  test("is counted once where it cuts a request that is under way", async () => {
    const callee = await startHttp(() => {});
    const edge = await startEdge(callee.port);
    open.push(callee, edge);
    const caller = new Caller(edge.port).send(get("/"));
    await eventually("it is under way", () => edge.began.count === 1);
    edge.strike(partition("reset"));
    await caller.closed;
    await eventually("it is counted", () => edge.ended.length > 0);
    await sleep(20);
    expect(told(edge)).toEqual([{ ...LOST, cancelled: false }]);
  });
});
