import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asEdgeId, asFaultId, asInstance, asRunId, type Instance } from "../../experiments/model/names.ts";
import { act, orderOf, post, Stage } from "../../test/conformance/stage.ts";
import type { FaultOrder } from "../contract/messages.ts";
import { checkOrder } from "./check-order.ts";
import { NO_FAULTS } from "./edge-faults.ts";
import type { FaultListener } from "./fault-listener.ts";

const abort = (over: Partial<FaultOrder> = {}) => orderOf(act("abort", { status: 503 }), over);
const half: FaultOrder["share"] = { steps: [0.5], eachMs: 0, by: "request" };
/** Ordinals that are hit among so many requests. */
const hits = (stage: Stage, count: number) => {
  for (let i = 0; i < count; i++) for (const admission of stage.admit()) admission.hit(stage.clock.nowMs());
  return stage.receipt().ordinals;
};

describe("the faults of an edge", () => {
  it("are the one idle constant while there are none, and again afterwards", () => {
    const stage = new Stage();
    expect([stage.edge.exchangeFaults, stage.edge.connectionFaults]).toEqual([NO_FAULTS, NO_FAULTS]);
    stage.order(abort());
    expect(stage.edge.exchangeFaults.length).toBe(1);
    expect(stage.edge.connectionFaults).toBe(NO_FAULTS);
    stage.order();
    expect(stage.edge.exchangeFaults).toBe(NO_FAULTS);
  });
  it("are judged by connection or by request; on a TCP edge all by connection", () => {
    const orders = [
      orderOf(act("latency", { delay: "1s" }), { name: "a" }),
      orderOf(act("partition", {}), { name: "b" }),
    ];
    const http = new Stage("http");
    http.order(...orders);
    expect(http.edge.exchangeFaults.map(({ order }) => order.name)).toEqual(["a"]);
    expect(http.edge.connectionFaults.map(({ order }) => order.name)).toEqual(["b"]);
    const tcp = new Stage("tcp");
    tcp.order(...orders);
    expect(tcp.edge.exchangeFaults).toBe(NO_FAULTS);
    expect(tcp.edge.connectionFaults.map(({ order }) => order.name)).toEqual(["a", "b"]);
  });
  it("keep their state while their order is unchanged, and arrays keep their identity", () => {
    const stage = new Stage();
    stage.order(abort({ share: half }));
    const before = stage.edge.exchangeFaults;
    stage.order({ ...abort({ share: half }), notAfterMs: 30_000 });
    expect(stage.edge.exchangeFaults).toBe(before);
    stage.order(abort());
    expect(stage.edge.exchangeFaults[0]).not.toBe(before[0]);
    expect(before[0]!.isGone).toBe(true);
  });
  it("count the hits of each endpoint, where the edge has several", () => {
    const hitsOf = (endpoints: readonly string[]) => {
      const stage = new Stage("http", { endpoints });
      stage.order(abort());
      for (const endpoint of ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:1"])
        for (const admission of stage.admit(undefined, { endpoint })) admission.hit(stage.clock.nowMs());
      return stage.receipt().endpoints;
    };
    expect(hitsOf(["127.0.0.1:1", "127.0.0.1:2"])).toEqual({ "127.0.0.1:1": 2, "127.0.0.1:2": 1 });
    expect(hitsOf(["127.0.0.1:1"])).toBeUndefined();
  });
  it("count the callers that the agent refused because its own resources were exhausted, as long as they act", () => {
    const stage = new Stage();
    stage.edge.noteExhaustion("ports", stage.clock.nowMs());
    stage.order(abort());
    stage.edge.noteExhaustion("ports", stage.clock.nowMs());
    stage.edge.noteExhaustion("ports", stage.clock.nowMs());
    expect(stage.receipt().exhausted).toEqual([{ of: "ports", refused: 2 }]);
  });
  it("ignore orders of other edges", () => {
    const stage = new Stage();
    stage.order(abort({ edge: asEdgeId("a->b") }));
    expect(stage.edge.exchangeFaults).toBe(NO_FAULTS);
  });
  it("stand in the order of the orders, except that kept ones never swap places: bytes they hold are in it", () => {
    const stage = new Stage("tcp");
    const [a, b, c] = ["a", "b", "c"].map((name) => orderOf(act("latency", { delay: "1s" }), { name })) as [
      FaultOrder,
      FaultOrder,
      FaultOrder,
    ];
    const names = () => stage.edge.connectionFaults.map(({ order }) => order.name).join("");
    stage.order(a, b);
    stage.order(a, c, b);
    expect(names()).toBe("acb");
    stage.order(b, a);
    expect(names()).toBe("ab");
    stage.order(c, b, a);
    expect(names()).toBe("cab");
  });
});

describe("the end of a fault", () => {
  it("comes by itself, with everything open told", () => {
    const stage = new Stage();
    const told: number[] = [];
    stage.order(abort({ notAfterMs: 1_000 }));
    stage.edge.open.add(listener((nowMs) => told.push(nowMs)));
    stage.clock.advance(5_000);
    expect(stage.edge.exchangeFaults).toBe(NO_FAULTS);
    expect(told).toEqual([1_000]);
    expect(stage.edge.remains().live).toBe(0);
  });
  it("is never moved later by any sequence of orders", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(3_000)), { minLength: 1, maxLength: 12 }), (script) => {
        const stage = new Stage();
        let endMs = Number.POSITIVE_INFINITY;
        for (const [waitMs, notAfterMs] of script) {
          const nowMs = stage.clock.nowMs();
          // Once the fault is over, the same order is a new fault.
          if (nowMs >= endMs) endMs = Number.POSITIVE_INFINITY;
          endMs = Math.min(endMs, nowMs + notAfterMs);
          stage.order(abort({ notAfterMs }));
          const fault = stage.edge.exchangeFaults[0];
          if ((fault?.endsAtMs ?? nowMs) > endMs) return false;
          stage.clock.advance(waitMs);
        }
        return true;
      }),
    );
  });
  it("stops decisions though the loop was blocked and no timer ran", () => {
    const stage = new Stage();
    stage.order(abort({ notAfterMs: 1_000 }));
    stage.clock.stall(1_000);
    expect(stage.admit()).toEqual([]);
    expect(stage.receipt()).toMatchObject({ seen: 0, injected: 0 });
  });
  it("is also the end of the lease, whatever the fault itself was granted", () => {
    const stage = new Stage();
    stage.order(abort());
    const [admission] = stage.admit();
    stage.expiredFromMs = 400;
    stage.clock.stall(400);
    expect(stage.admit()).toEqual([]);
    expect(admission!.acts(400)).toBe(false);
  });
  it("is counted in the time it was live", () => {
    const stage = new Stage();
    stage.order(abort());
    stage.clock.advance(700);
    expect(stage.receipt().liveMs).toBe(700);
    stage.order();
    stage.clock.advance(1_000);
    expect(stage.receipt().liveMs).toBe(700);
  });
});

describe("admission", () => {
  it("sees everything, matches what the match says, and adds up", () => {
    const stage = new Stage();
    stage.order(abort({ match: { path: "/charge" }, share: half }));
    stage.allotments.grant({ [asRunId("run-1")]: 10 });
    for (let i = 0; i < 100; i++)
      for (const admission of stage.admit(post(i % 2 === 0 ? "/charge" : "/other"))) {
        if (i % 4 === 0) admission.hit(stage.clock.nowMs());
        admission.over();
      }
    const { seen, matched, injected, spared, capped, untouched } = stage.receipt();
    expect([seen, matched]).toEqual([100, 50]);
    expect(injected + spared + capped + untouched).toBe(matched);
    expect(injected).toBe(10);
    for (const count of [spared, capped, untouched]) expect(count).toBeGreaterThan(0);
  });
  it("tells when the fault was first hit and first capped, in ms of its own life, whatever is told late", () => {
    const stage = new Stage();
    stage.order(abort());
    stage.allotments.grant({ [asRunId("run-1")]: 2 });
    stage.clock.advance(100);
    const [first] = stage.admit();
    stage.clock.advance(200);
    const [second] = stage.admit();
    expect(stage.receipt()).not.toHaveProperty("firstHitMs");
    second!.hit(stage.clock.nowMs());
    // A hold is counted only after lasting long enough: this hold began before the other hit.
    first!.held(100, 300);
    expect(stage.admit()).toEqual([]);
    stage.clock.advance(50);
    expect(stage.admit()).toEqual([]);
    expect(stage.receipt()).toMatchObject({ injected: 2, firstHitMs: 100, firstCappedMs: 300 });
    // A fault ordered again counts on: the time between the two lives belongs to neither.
    stage.order();
    stage.clock.advance(5_000);
    stage.order(abort());
    stage.allotments.grant({ [asRunId("run-1")]: 9 });
    stage.clock.advance(10);
    stage.admit()[0]!.hit(stage.clock.nowMs());
    expect(stage.receipt()).toMatchObject({ injected: 3, liveMs: 360, firstHitMs: 100, firstCappedMs: 300 });
  });
  it("hits the same ordinals for the same seed in another run, others for another seed, instance, edge or name", () => {
    const ordinals = (over: Partial<FaultOrder>, instance?: Instance) => {
      const stage = new Stage("http", {}, instance);
      stage.order(abort({ name: "slow payments", share: half, ...over }));
      for (let i = 0; i < 200; i++) for (const admission of stage.admit()) admission.hit(stage.clock.nowMs());
      return stage.edge.receipts(0)[0]!.ordinals;
    };
    const base = ordinals({});
    expect(base.length).toBeGreaterThan(50);
    for (let run = 2; run <= 50; run++)
      expect(ordinals({ run: asRunId(`run-${run}`), id: asFaultId(`run-${run}/slow payments@e`) })).toEqual(base);
    expect(ordinals({ seed: 43 })).not.toEqual(base);
    expect(ordinals({ name: "another" })).not.toEqual(base);
    expect(ordinals({}, asInstance("agent-2"))).not.toEqual(base);
  });
  it("numbers from when the fault went live, so a longer baseline changes nothing", () => {
    const [early, late] = [new Stage(), new Stage()];
    for (let i = 0; i < 17; i++) late.admit();
    for (const stage of [early, late]) stage.order(abort({ share: half }));
    expect(hits(late, 100)).toEqual(hits(early, 100));
  });
  it("hits with a larger step everything that a smaller one hits", () => {
    const ordinals = (share: number) => {
      const stage = new Stage();
      stage.order(abort({ share: { ...half, steps: [share] } }));
      return hits(stage, 500);
    };
    const [small, large] = [ordinals(0.05), ordinals(0.25)];
    expect(small.length).toBeGreaterThan(0);
    expect(large).toEqual(expect.arrayContaining([...small]));
    expect(large.length).toBeGreaterThan(small.length);
  });
  it("takes the share's steps by the time since the fault went live", () => {
    const stage = new Stage();
    stage.clock.advance(500);
    stage.order(abort({ share: { steps: [0, 1], eachMs: 1_000, by: "request" } }));
    expect(stage.admit().length).toBe(0);
    stage.clock.advance(1_000);
    expect(stage.admit().length).toBe(1);
  });
  it("sticks to a header, a trace or a connection, and spares requests without the key", () => {
    const by = (
      key: FaultOrder["share"]["by"],
      requests: readonly ReturnType<typeof post>[],
      connections?: readonly object[],
    ) => {
      const stage = new Stage();
      stage.order(abort({ share: { ...half, by: key } }));
      return requests.map((request, i) => stage.admit(request, connections && { connection: connections[i]! }).length);
    };
    const tenants = Array.from({ length: 20 }, (_, i) => post("/", { "x-tenant": `t${i}` }));
    const first = by("header:x-tenant", tenants);
    expect(new Set(first)).toEqual(new Set([0, 1]));
    expect(by("header:X-Tenant", [...tenants, ...tenants])).toEqual([...first, ...first]);
    expect(by("header:x-tenant", [post("/")])).toEqual([0]);

    const trace = (id: string) => post("/", { traceparent: `00-${id}-${Math.round(Number(`0x${id}`))}-01` });
    const traces = Array.from({ length: 20 }, (_, i) => trace(`${i}`));
    expect(new Set(by("trace", traces))).toEqual(new Set([0, 1]));
    expect(by("trace", [post("/", { "x-request-id": "7" })])).toEqual(
      by("trace", [post("/", { "x-b3-traceid": "7" })]),
    );

    const callers = Array.from({ length: 20 }, () => ({}));
    const each = by(
      "connection",
      callers.map(() => post()),
      callers,
    );
    expect(new Set(each)).toEqual(new Set([0, 1]));
    expect(
      by(
        "connection",
        [...callers, ...callers].map(() => post()),
        [...callers, ...callers],
      ),
    ).toEqual([...each, ...each]);
  });
  it("does not see health checks and requests that ask to be bypassed, unless the file names a path", () => {
    const stage = new Stage();
    stage.order(abort());
    expect(stage.admit(post("/healthz"))).toEqual([]);
    expect(stage.admit(post("/charge", { "x-squall-bypass": "1" }))).toEqual([]);
    expect(stage.receipt()).toMatchObject({ seen: 0, matched: 0 });
    stage.order(abort({ match: { path: "/health*" } }));
    expect(stage.admit(post("/healthz")).length).toBe(1);
  });
  it("acts only towards the endpoints that are meant", () => {
    const two = { endpoints: ["10.0.0.1:80", "10.0.0.2:80"] };
    const stage = new Stage("http", two);
    stage.order(abort({ endpoints: ["10.0.0.2:80"] }));
    expect(stage.admit(post(), { endpoint: "10.0.0.1:80" })).toEqual([]);
    expect(stage.admit(post(), { endpoint: null })).toEqual([]);
    expect(stage.admit(post(), { endpoint: "10.0.0.2:80" }).length).toBe(1);
    expect(stage.receipt()).toMatchObject({ seen: 3, matched: 1 });
    stage.order(abort({ endpoints: two.endpoints }));
    expect(stage.admit(post(), { endpoint: null }).length).toBe(1);
  });
  it("in the shadow matches and counts, and lets nothing loose", () => {
    const stage = new Stage();
    stage.order(abort({ shadow: true }));
    expect(stage.admit()).toEqual([]);
    expect(stage.receipt()).toMatchObject({ matched: 1, injected: 0, untouched: 1 });
  });
  it("never goes over a run's allotment, over all faults, and takes back what was not used", () => {
    const stage = new Stage();
    stage.allotments.grant({ [asRunId("run-1")]: 3 });
    stage.order(abort({ name: "a" }), abort({ name: "b" }));
    const first = stage.admit();
    const second = stage.admit();
    expect([first.length, second.length]).toEqual([2, 1]);
    expect(stage.receipt("b").capped).toBe(1);
    second[0]!.over();
    second[0]!.over();
    expect(stage.admit().length).toBe(1);
    for (const admission of first) admission.hit(stage.clock.nowMs());
    for (const admission of first) admission.over();
    expect(stage.admit().length).toBe(0);
  });
  it("keeps the ordinals of the first 1,000 hits", () => {
    const stage = new Stage();
    stage.order(abort());
    const ordinals = hits(stage, 1_500);
    expect([ordinals.length, ordinals[0], ordinals.at(-1)]).toEqual([1_000, 1, 1_000]);
    expect(stage.receipt().injected).toBe(1_500);
  });
});

describe("a pulse", () => {
  const pulse = { liveMs: 2_000, restMs: 8_000 };
  it("is to traffic as if the fault came and went; its counts go on", () => {
    const stage = new Stage();
    stage.order(abort({ pulse }));
    const admitted = [0, 1_900, 200, 7_800, 200, 1_800, 200].map((ms) => {
      stage.clock.advance(ms);
      return stage.admit().length;
    });
    // At 0, 1.9, 2.1, 9.9, 10.1, 11.9 and 12.1 s.
    expect(admitted).toEqual([1, 1, 0, 0, 1, 1, 0]);
    expect(stage.receipt()).toMatchObject({ seen: 4, matched: 4, liveMs: 12_100 });
    expect(stage.edge.remains().live).toBe(1);
  });
  it("tells everything open when it rests and when it wakes", () => {
    const stage = new Stage();
    const told: number[] = [];
    stage.edge.open.add(listener((nowMs) => told.push(nowMs)));
    stage.order(abort({ pulse }));
    stage.clock.advance(12_000);
    expect(told).toEqual([0, 2_000, 10_000, 12_000]);
  });
  it("rests at its time though no timer ran", () => {
    const stage = new Stage();
    stage.order(abort({ pulse }));
    stage.clock.stall(3_000);
    expect(stage.admit()).toEqual([]);
  });
});

describe("what is open", () => {
  it("is told at once, at most 256 in one turn, the rest in the turns after it", () => {
    const stage = new Stage();
    let told = 0;
    for (let i = 0; i < 1_000; i++) stage.edge.open.add(listener(() => told++));
    stage.order(abort());
    expect(told).toBe(256);
    stage.clock.advance(0);
    expect(told).toBe(1_000);
  });
  it("sums up what faults still hold", () => {
    const stage = new Stage();
    stage.edge.open.add({ faultsChanged() {}, countHolds() {}, hold: () => ({ held: 5, wounded: 1 }) });
    stage.edge.open.add({ faultsChanged() {}, countHolds() {}, hold: () => ({ held: 7, wounded: 0 }) });
    expect(stage.edge.remains()).toEqual({ live: 0, held: 12, wounded: 1 });
  });
  it("is looked at anew at each interval of `reset: every`, and each look is judged by itself", () => {
    const stage = new Stage("tcp");
    const picked: number[] = [];
    stage.edge.open.add({
      faultsChanged() {},
      countHolds() {},
      hold: () => ({ held: 0, wounded: 0 }),
      picked: (fault, nowMs) => {
        if (stage.edge.pick(fault, { connection: stage, endpoint: null, request: null }, nowMs)) picked.push(nowMs);
      },
    });
    stage.order(orderOf(act("reset", { every: "1s" }), { share: half }));
    stage.clock.advance(40_000);
    expect(stage.receipt().matched).toBe(40);
    expect(picked.length).toBeGreaterThan(8);
    expect(picked.length).toBeLessThan(32);
    expect(stage.receipt().spared).toBe(40 - picked.length);
  });
});

describe("receipts", () => {
  it("go on under the same id when a fault comes again, and are kept after it left", () => {
    const stage = new Stage();
    stage.order(abort());
    hits(stage, 3);
    stage.order();
    expect(stage.receipt()).toMatchObject({ injected: 3 });
    stage.order(abort());
    hits(stage, 2);
    expect(stage.receipt()).toMatchObject({ injected: 5, ordinals: [1, 2, 3, 4, 5] });
  });
  it("of faults long gone are forgotten, those of live ones never", () => {
    const stage = new Stage();
    const lasting = abort({ name: "lasting" });
    for (let i = 0; i < 400; i++) stage.order(lasting, abort({ name: `f${i}` }));
    expect(stage.edge.receipts(0).length).toBeLessThanOrEqual(260);
    expect(stage.receipt("lasting")).toBeDefined();
    expect(stage.receipt("f399")).toBeDefined();
  });
});

describe("an objection", () => {
  it("names what this edge cannot honour, and nothing else", () => {
    expect(checkOrder(abort(), "http")).toBeNull();
    expect(checkOrder(abort(), "tcp")).toMatch(/abort does nothing on a tcp edge/);
    expect(checkOrder(abort({ action: { kind: "melt", params: {} } as never }), "http")).toMatch(
      /does not know the kind "melt"/,
    );
    expect(checkOrder(orderOf(act("reset", {}), { match: { path: "/x" } }), "http")).toMatch(/cannot match requests/);
    expect(checkOrder(abort({ match: { path: { regex: "(" } } }), "http")).toMatch(/without its/);
    expect(checkOrder(abort({ action: { kind: "rewrite", params: { request: null } } as never }), "http")).toBeNull();
  });
});

const listener = (faultsChanged: FaultListener["faultsChanged"]): FaultListener => ({
  faultsChanged,
  countHolds() {},
  hold: () => ({ held: 0, wounded: 0 }),
});
