/**
 * Every fault kind that a TCP edge knows, over real sockets: effect, receipts, no bytes lost where loss is forbidden,
 * no effect after removal.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultKind, faultKinds } from "../../experiments/model/faults/index.ts";
import { isProcessFaultKind, protocolsOf } from "../../experiments/model/faults/scope.ts";
import { asRunId } from "../../experiments/model/names.ts";
import { deafPort } from "../data-path/rig.ts";
import { Caller, type Edge, echo, openEdge, sleep, type TcpCallee, tcpCallee, until } from "./real.ts";
import { act, orderOf } from "./stage.ts";

let callee: TcpCallee;
let edge: Edge;
beforeAll(async () => {
  callee = await tcpCallee(echo);
  edge = await openEdge("tcp", callee.port);
});
afterEach(async () => {
  edge.order();
  await until("everything closed", () => edge.open() === 0 && edge.faults.open.size === 0);
  expect(edge.faults.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
});
afterAll(async () => {
  await edge.close();
  await callee.close();
});

let names = 0;
/** Each test has a fault name of its own, because receipts are kept by id. */
const live = (kind: FaultKind, params: object, over: Partial<Parameters<typeof orderOf>[1]> = {}) => {
  const name = `${kind} ${++names}`;
  edge.order(orderOf(act(kind, params), { name, ...over }));
  return () => edge.receipt(name);
};
const closed = async (...callers: readonly Caller[]) => {
  for (const caller of callers) caller.finish();
  for (const caller of callers) await until("closed", () => caller.end !== "open" || caller.socket.destroyed);
};
/** Sends, waits for the echo, and returns the time taken. */
const roundTrip = async (caller: Caller, what = "ping") => {
  const before = caller.size;
  const begunMs = performance.now();
  caller.send(what);
  await caller.gets(before + what.length);
  return performance.now() - begunMs;
};

describe("latency on TCP", () => {
  for (const at of ["request", "response"] as const)
    it(`at the ${at} delays what passes, on connections open before it too, and leaves with it`, async () => {
      const old = await Caller.connected(edge.port);
      expect(await roundTrip(old)).toBeLessThan(150);
      const receipt = live("latency", { delay: "200ms", at });
      const born = await Caller.connected(edge.port);
      for (const caller of [old, born]) {
        const ms = await roundTrip(caller);
        expect(ms).toBeGreaterThanOrEqual(200);
        expect(ms).toBeLessThan(450);
      }
      expect(receipt()).toMatchObject({ unit: "connection", seen: 2, matched: 2, injected: 2, untouched: 0 });
      edge.order();
      for (const caller of [old, born]) expect(await roundTrip(caller)).toBeLessThan(150);
      await closed(old, born);
      expect(edge.outcomes.slice(-2).map(({ treated, end }) => [treated, end])).toEqual([
        [true, "clean"],
        [true, "clean"],
      ]);
    });
  it("lets go of what it holds within 100 ms of its removal, intact and in order", async () => {
    live("latency", { delay: "60s" });
    const caller = await Caller.connected(edge.port);
    for (const what of ["a", "b", "c"]) {
      caller.send(what);
      await sleep(5);
    }
    expect(caller.size).toBe(0);
    await until("three bytes held", () => edge.faults.remains().held === 3);
    edge.order();
    expect(await caller.gets(3)).toBeLessThan(100);
    expect(caller.received.toString()).toBe("abc");
    await closed(caller);
  });
  it("at the connect holds a new connection back before the callee hears of it, and old ones not at all", async () => {
    const old = await Caller.connected(edge.port);
    await roundTrip(old);
    const receipt = live("latency", { delay: "300ms", at: "connect" });
    const before = callee.connections;
    const born = await Caller.connected(edge.port);
    const trip = roundTrip(born);
    await sleep(100);
    expect(callee.connections).toBe(before);
    expect(await roundTrip(old)).toBeLessThan(150);
    const ms = await trip;
    expect(ms).toBeGreaterThanOrEqual(290);
    expect(ms).toBeLessThan(600);
    expect(receipt()).toMatchObject({ seen: 1, injected: 1 });
    await closed(old, born);
  });
  it("at the connect lets a held connection begin when it is removed", async () => {
    live("latency", { delay: "60s", at: "connect" });
    const caller = await Caller.connected(edge.port);
    const trip = roundTrip(caller);
    await sleep(50);
    edge.order();
    expect(await trip).toBeLessThan(50 + 100 + 100);
    await closed(caller);
  });
});

describe("partition on TCP", () => {
  it("refuse resets new connections before the callee hears of them, and spares old ones", async () => {
    const old = await Caller.connected(edge.port);
    await roundTrip(old);
    const before = callee.connections;
    const receipt = live("partition", { how: "refuse" });
    const born = new Caller(edge.port);
    await born.ends("reset");
    expect(callee.connections).toBe(before);
    expect(await roundTrip(old)).toBeLessThan(150);
    expect(receipt()).toMatchObject({ seen: 1, matched: 1, injected: 1 });
    await until("counted", () => edge.outcomes.at(-1)?.treated === true);
    expect(edge.outcomes.at(-1)).toMatchObject({ end: "reset", treated: true });
    edge.order();
    const after = await Caller.connected(edge.port);
    await roundTrip(after);
    await closed(old, after);
  });
  it("reset ends old connections at once, and new ones", async () => {
    const old = await Caller.connected(edge.port);
    await roundTrip(old);
    const receipt = live("partition", { how: "reset" });
    expect(await old.ends("reset")).toBeLessThan(100);
    await new Caller(edge.port).ends("reset");
    expect(receipt()).toMatchObject({ matched: 2, injected: 2 });
  });
  it("blackhole swallows both directions; a connection that lost bytes is reset when it goes, another one goes on", async () => {
    const [hit, idle] = [await Caller.connected(edge.port), await Caller.connected(edge.port)];
    await roundTrip(hit);
    await roundTrip(idle);
    const before = callee.received;
    const receipt = live("partition", { how: "blackhole" });
    hit.send("lost");
    await sleep(150);
    expect([callee.received, hit.end]).toEqual([before, "open"]);
    expect(edge.faults.remains()).toMatchObject({ live: 1, wounded: 1 });
    expect(receipt()).toMatchObject({ matched: 2, injected: 1, untouched: 1 });
    edge.order();
    expect(await hit.ends("reset")).toBeLessThan(100);
    expect(await roundTrip(idle)).toBeLessThan(150);
    await closed(idle);
  });
  it("blackhole of responses still lets requests through", async () => {
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller);
    const before = callee.received;
    live("partition", { how: "blackhole", direction: "response" });
    caller.send("heard");
    await until("heard by the callee", () => callee.received === before + 5);
    await sleep(50);
    expect(caller.size).toBe(4);
    edge.order();
    await caller.ends("reset");
  });
  it("stall holds both directions, the end too, and everything arrives intact within 100 ms of its removal", async () => {
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller, "before");
    const receipt = live("partition", { how: "stall" });
    caller.send("during");
    caller.finish();
    await sleep(150);
    expect([caller.received.toString(), caller.end]).toEqual(["before", "open"]);
    expect(receipt()).toMatchObject({ injected: 1 });
    edge.order();
    expect(await caller.ends("fin")).toBeLessThan(100);
    expect(caller.received.toString()).toBe("beforeduring");
  });
  it("stall bounds what it holds: a sender that never stops is paused, and resumes", async () => {
    const caller = await Caller.connected(edge.port);
    live("partition", { how: "stall" });
    const all = Buffer.alloc(16 * 2 ** 20, "x");
    caller.send(all);
    await sleep(200);
    expect(edge.faults.remains().held).toBeGreaterThan(200_000);
    expect(edge.faults.remains().held).toBeLessThan(1_000_000);
    edge.order();
    await caller.gets(all.length, 10_000);
    await closed(caller);
  });
});

describe("reset on TCP", () => {
  it("comes so long after the connection opened, and after it came upon an open one", async () => {
    const old = await Caller.connected(edge.port);
    await roundTrip(old);
    const receipt = live("reset", { after: "250ms" });
    const liveAtMs = performance.now();
    const born = await Caller.connected(edge.port);
    await roundTrip(born);
    expect(receipt()).toMatchObject({ matched: 2, injected: 0, untouched: 2 });
    await born.ends("reset");
    expect(born.endedMs).toBeGreaterThanOrEqual(245);
    await old.ends("reset");
    expect(performance.now() - liveAtMs).toBeGreaterThanOrEqual(249);
    expect(receipt()).toMatchObject({ injected: 2 });
  });
  it("does not come any more once it is removed", async () => {
    const receipt = live("reset", { after: "200ms" });
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller);
    edge.order();
    await sleep(350);
    expect(await roundTrip(caller)).toBeLessThan(150);
    expect(receipt()).toMatchObject({ injected: 0, untouched: 1 });
    await closed(caller);
  });
  it("after so many bytes of response shows in RST at the callee too", async () => {
    const before = callee.resets;
    const receipt = live("reset", { afterBytes: "1000B" });
    const caller = await Caller.connected(edge.port);
    caller.send(Buffer.alloc(5_000, "x"));
    await until("the end", () => caller.end !== "open");
    // libuv shows a reset that comes together with data as an end; a FIN would let the caller go on sending.
    caller.send("more");
    await caller.ends("reset");
    expect(caller.size).toBeLessThanOrEqual(1_000);
    await until("reset at the callee", () => callee.resets === before + 1);
    expect(receipt()).toMatchObject({ injected: 1 });
  });
  it("every so often picks its share of the open connections anew", async () => {
    const callers = await Promise.all(Array.from({ length: 20 }, () => Caller.connected(edge.port)));
    for (const caller of callers) await roundTrip(caller);
    const receipt = live("reset", { every: "100ms" }, { share: { steps: [0.3], eachMs: 0, by: "request" } });
    const broken = () => callers.filter(({ end }) => end === "reset").length;
    await until("the first ones broken", () => broken() > 0);
    const first = broken();
    expect(first).toBeLessThan(20);
    await until("more of them broken", () => broken() > first);
    edge.order();
    await sleep(150);
    expect(receipt().injected).toBe(broken());
    await closed(...callers.filter(({ end }) => end === "open"));
  });
});

describe("bandwidth on TCP", () => {
  it("takes at least its time for its bytes, and loses none", async () => {
    const receipt = live("bandwidth", { rate: "400KB/s", direction: "response" });
    const caller = await Caller.connected(edge.port);
    const all = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7) % 251));
    const begunMs = performance.now();
    caller.send(all);
    await caller.gets(all.length);
    const ms = performance.now() - begunMs;
    // 500 ms for all bytes, less a burst worth 100 ms.
    expect(ms).toBeGreaterThanOrEqual(400);
    expect(ms).toBeLessThan(1_500);
    expect(caller.received.equals(all)).toBe(true);
    expect(receipt()).toMatchObject({ injected: 1 });
    await closed(caller);
  });
  it("of 0 stalls without loss", async () => {
    const caller = await Caller.connected(edge.port);
    live("bandwidth", { rate: 0 });
    caller.send("abc");
    await sleep(150);
    expect(caller.size).toBe(0);
    edge.order();
    expect(await caller.gets(3)).toBeLessThan(100);
    await closed(caller);
  });
});

describe("slowClose on TCP", () => {
  it("passes data at once and the end late", async () => {
    const receipt = live("slowClose", { delay: "300ms" });
    const caller = await Caller.connected(edge.port);
    expect(await roundTrip(caller)).toBeLessThan(150);
    const begunMs = performance.now();
    caller.finish();
    await caller.ends("fin");
    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(299);
    expect(receipt()).toMatchObject({ injected: 1 });
  });
  it("closes at once when it is removed", async () => {
    live("slowClose", { delay: "60s" });
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller);
    caller.finish();
    await sleep(100);
    expect(caller.end).toBe("open");
    edge.order();
    expect(await caller.ends("fin")).toBeLessThan(100);
  });
});

describe("limitBytes on TCP", () => {
  for (const size of [1, 1_000, 100_000])
    it(`lets exactly ${size} bytes of the response through, then ends it`, async () => {
      const receipt = live("limitBytes", { bytes: `${size}B` });
      const caller = await Caller.connected(edge.port);
      caller.send(Buffer.alloc(300_000, "x"));
      await until("the end", () => caller.end !== "open");
      expect([caller.size, caller.end]).toEqual([size, "fin"]);
      caller.socket.destroy();
      expect(receipt()).toMatchObject({ injected: 1 });
    });
  it("of the request lets exactly so many reach the callee", async () => {
    const before = callee.received;
    live("limitBytes", { bytes: "777B", direction: "request" });
    const caller = await Caller.connected(edge.port);
    caller.send(Buffer.alloc(5_000, "x"));
    await until("the end", () => caller.end !== "open");
    await sleep(20);
    expect(callee.received - before).toBe(777);
    caller.socket.destroy();
  });
});

describe("slice on TCP", () => {
  it("cuts into small pieces with pauses, and loses nothing", async () => {
    const receipt = live("slice", { size: "10B", pause: "20ms", direction: "response" });
    const caller = await Caller.connected(edge.port);
    const all = Array.from({ length: 100 }, (_, i) => i % 10).join("");
    const ms = await roundTrip(caller, all);
    expect(ms).toBeGreaterThanOrEqual(175);
    expect(caller.received.toString()).toBe(all);
    expect(caller.chunks.length).toBeGreaterThanOrEqual(5);
    expect(receipt()).toMatchObject({ injected: 1 });
    await closed(caller);
  });
});

describe("corrupt on TCP", () => {
  it("changes some bytes and no lengths; the stream is reset when it goes", async () => {
    const receipt = live("corrupt", { bytes: "5%" });
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller, "x".repeat(10_000));
    const changed = caller.received.filter((byte) => byte !== 120).length;
    expect(changed).toBeGreaterThan(300);
    expect(changed).toBeLessThan(700);
    expect(receipt()).toMatchObject({ injected: 1 });
    edge.order();
    expect(await caller.ends("reset")).toBeLessThan(100);
  });
});

describe("a TCP edge", () => {
  it("tests every kind that works on TCP, but those on processes (test/crash/process-faults)", () => {
    const kinds = (Object.keys(faultKinds) as FaultKind[]).filter(
      (kind) => protocolsOf(kind).includes("tcp") && !isProcessFaultKind(kind),
    );
    expect(kinds.sort()).toEqual(
      ["bandwidth", "corrupt", "latency", "limitBytes", "partition", "reset", "slice", "slowClose"].sort(),
    );
  });
  it("counts what an independent callee counts: connections spared by share arrive, the others do not", async () => {
    const before = callee.connections;
    const receipt = live("partition", { how: "refuse" }, { share: { steps: [0.4], eachMs: 0, by: "request" } });
    const callers = Array.from({ length: 60 }, () => new Caller(edge.port));
    for (const caller of callers) caller.send("x");
    await until("all decided", () => callers.every(({ end, size }) => end === "reset" || size === 1));
    const { seen, matched, injected, spared } = receipt();
    expect([seen, matched, injected + spared]).toEqual([60, 60, 60]);
    expect(callee.connections - before).toBe(spared);
    expect(callers.filter(({ end }) => end === "reset").length).toBe(injected);
    expect(injected).toBeGreaterThan(10);
    await closed(...callers.filter(({ end }) => end === "open"));
  });
  it("stops at the run's allotment, and what it cannot hit any more it lets through", async () => {
    edge.allotments.grant({ [asRunId("run-1")]: 1_000, [asRunId("capped")]: 2 });
    const receipt = live("partition", { how: "refuse" }, { run: asRunId("capped") });
    const callers = Array.from({ length: 5 }, () => new Caller(edge.port));
    for (const caller of callers) caller.send("x");
    await until("all decided", () => callers.every(({ end, size }) => end === "reset" || size === 1));
    expect(receipt()).toMatchObject({ matched: 5, injected: 2, capped: 3 });
    edge.allotments.grant({});
    await closed(...callers.filter(({ end }) => end === "open"));
  });
  it("lets a pulse come and go on open connections", async () => {
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller);
    const receipt = live("latency", { delay: "150ms" }, { pulse: { liveMs: 400, restMs: 400 } });
    expect(await roundTrip(caller)).toBeGreaterThanOrEqual(150);
    await sleep(300);
    expect(await roundTrip(caller)).toBeLessThan(100);
    await sleep(400);
    expect(await roundTrip(caller)).toBeGreaterThanOrEqual(100);
    expect(receipt()).toMatchObject({ matched: 1, injected: 1, ordinals: [1] });
    await closed(caller);
  });
  it("wakes every one of 400 stalled connections when the fault goes, each intact", async () => {
    const callers = await Promise.all(Array.from({ length: 400 }, () => Caller.connected(edge.port)));
    const receipt = live("partition", { how: "stall" });
    for (const [i, caller] of callers.entries()) caller.send(`number ${i}`);
    await until("all held", () => receipt().injected === 400, 10_000);
    edge.order();
    // Callers and agent share this process: the time is theirs together.
    await until("all back", () => callers.every(({ size }, i) => size === `number ${i}`.length), 2_000);
    for (const [i, caller] of callers.entries()) expect(caller.received.toString()).toBe(`number ${i}`);
    expect(edge.faults.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
    await closed(...callers);
  });
  it("lets nothing be swallowed after its end, though the loop was blocked past it for 400 ms", async () => {
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller);
    const receipt = live("partition", { how: "blackhole" }, { notAfterMs: 100 });
    caller.send("sent while it was live, read when it was over");
    for (const wakeMs = performance.now() + 400; performance.now() < wakeMs; );
    await caller.gets(4 + 45);
    expect(receipt()).toMatchObject({ injected: 0 });
    await closed(caller);
  });
  it("ends a fault at its own time, without a word from anybody", async () => {
    const caller = await Caller.connected(edge.port);
    live("partition", { how: "stall" }, { notAfterMs: 300 });
    const ms = await roundTrip(caller);
    expect(ms).toBeGreaterThanOrEqual(290);
    expect(ms).toBeLessThan(450);
    await closed(caller);
  });

  it.each(["stall", "blackhole"])(
    "counts a caller that gives up behind a %s while that lasts, and once",
    async (how) => {
      const caller = await Caller.connected(edge.port);
      await roundTrip(caller);
      const counted = edge.outcomes.length;
      live("partition", { how });
      caller.send("never answered");
      caller.socket.destroy();
      await until("counted", () => edge.outcomes.length > counted);
      expect(edge.open()).toBe(1);
      edge.order();
      await until("closed", () => edge.open() === 0);
      expect(edge.outcomes.slice(counted)).toMatchObject([{ cancelled: true, treated: true, end: "reset" }]);
    },
  );

  it("passes a half-close on, and the answer that comes after it", async () => {
    const late = await tcpCallee((socket) => {
      socket.resume();
      socket.on("end", () => socket.end("got all"));
    });
    const own = await openEdge("tcp", late.port);
    const caller = await Caller.connected(own.port);
    caller.send("question");
    caller.finish();
    await caller.ends("fin");
    expect(caller.received.toString()).toBe("got all");
    expect(late.received).toBe(8);
    await until("counted", () => own.outcomes.length === 1);
    expect(own.outcomes[0]).toMatchObject({ end: "clean", treated: false, bytesIn: 8, bytesOut: 7, status: 0 });
    expect(own.outcomes[0]!.connectMs).toBeGreaterThanOrEqual(0);
    await own.close();
    await late.close();
  });
  it("shows a dead callee as a reset, and counts it so", async () => {
    const gone = await tcpCallee(echo);
    await gone.close();
    const own = await openEdge("tcp", gone.port);
    await new Caller(own.port).ends("reset");
    await until("counted", () => own.outcomes.length === 1);
    expect(own.outcomes[0]).toMatchObject({ end: "reset", treated: false });
    await own.close();
  });
  it("keeps 64 KiB of a caller for a dial under way, and drops both once the caller resets", async () => {
    const deaf = await deafPort();
    const own = await openEdge("tcp", deaf.port);
    const caller = await Caller.connected(own.port);
    caller.send(Buffer.alloc(20_000_000));
    await sleep(200);
    expect(caller.socket.writableLength).toBeGreaterThan(1_000_000);
    caller.socket.resetAndDestroy();
    await until("no pair", () => own.open() === 0);
    expect(own.outcomes).toMatchObject([{ end: "reset", cancelled: true }]);
    await own.close();
    await deaf.close();
  });
  it("counts a caller that resets behind its FIN as left, and one that closes behind an ended talk as clean", async () => {
    const talker = await tcpCallee((socket) => {
      socket.resume();
      socket.on("end", () => {
        socket.write("still talking");
        setTimeout(() => socket.end(), 100);
      });
    });
    const own = await openEdge("tcp", talker.port);
    const [rude, polite] = [await Caller.connected(own.port), await Caller.connected(own.port)];
    // A closed socket answers the callee's words with RST; a half-closed one takes them.
    rude.socket.destroy();
    polite.finish();
    await polite.ends("fin");
    await until("counted", () => own.outcomes.length === 2);
    const counted = own.outcomes.map(({ end, cancelled = false }) => ({ end, cancelled }));
    expect(counted.toSorted((a, b) => Number(a.cancelled) - Number(b.cancelled))).toEqual([
      { end: "clean", cancelled: false },
      { end: "reset", cancelled: true },
    ]);
    await own.close();
    await talker.close();
  });
  it("passes a reset on in both directions", async () => {
    const caller = await Caller.connected(edge.port);
    await roundTrip(caller);
    const before = callee.resets;
    caller.socket.resetAndDestroy();
    await until("reset at the callee", () => callee.resets === before + 1);
    const cutting = await tcpCallee((socket) => socket.on("data", () => socket.resetAndDestroy()));
    const own = await openEdge("tcp", cutting.port);
    const other = await Caller.connected(own.port);
    other.send("x");
    await other.ends("reset");
    await own.close();
    await cutting.close();
  });
});
