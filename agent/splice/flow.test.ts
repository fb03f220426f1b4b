import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, ok, orderOf, post, Stage } from "../../test/conformance/stage.ts";
import { holdingOf } from "../held/holding.ts";

const MIB = 1024 * 1024;
/** A flow with the very buffers that its sink was lent. */
const recordedFlow = (stage: Stage) => {
  const made = flowOf(stage, "request");
  const sent: Uint8Array[] = [];
  const take = made.recorder.data.bind(made.recorder);
  made.recorder.data = (part) => {
    sent.push(part);
    return take(part);
  };
  return { ...made, sent };
};

const slow = (delay: string, name = "slow payments") => orderOf(act("latency", { delay, at: "request" }), { name });

describe("a flow", () => {
  it("without faults passes everything on at once and is idle", () => {
    const stage = new Stage("tcp");
    const { flow, log } = flowOf(stage, "request");
    flow.data(bytes("a"));
    flow.end();
    expect(log).toEqual(["0 data:a", "0 end"]);
    expect(flow.idle).toBe(true);
  });
  it("holds parts until they are due, in order, each with its own time", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const { flow, log } = flowOf(stage, "request");
    flow.data(bytes("a"));
    stage.clock.advance(5);
    flow.data(bytes("b"));
    flow.end();
    stage.clock.advance(100);
    expect(log).toEqual(["20 data:a", "25 data:b", "25 end"]);
  });
  it("copies what it holds: the lender may write over its buffer", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const { flow, log } = flowOf(stage, "request");
    const lent = bytes("first");
    flow.data(lent);
    lent.write("XXXXX");
    stage.clock.advance(20);
    expect(log).toEqual(["20 data:first"]);
  });
  it("never lets a later part overtake an earlier one, whatever the jitter draws", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("latency", { delay: "50ms", jitter: "50ms" })));
    const { flow, log } = flowOf(stage, "request");
    for (let i = 0; i < 200; i++) {
      flow.data(bytes(`${i};`));
      stage.clock.advance(1);
    }
    stage.clock.advance(1_000);
    expect(log.map((line) => line.split(":")[1]).join("")).toBe(
      Array.from({ length: 200 }, (_, i) => `${i};`).join(""),
    );
  });
  it("adds the delays of two faults", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms", "one"), slow("30ms", "two"));
    const { flow, log } = flowOf(stage, "request");
    flow.data(bytes("a"));
    stage.clock.advance(100);
    expect(log).toEqual(["50 data:a"]);
  });

  it("under a fault that limits pauses its source above its bound, and lets it go on below half of it", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("bandwidth", { rate: "10KB/s" })));
    const { flow, recorder } = flowOf(stage, "request", null, { mostHeld: 1_500 });
    expect(flow.data(Buffer.alloc(1_500))).toBe(true);
    expect(flow.data(Buffer.alloc(1_500))).toBe(false);
    stage.clock.advance(100);
    expect([recorder.paused, flow.held]).toEqual([true, 1_500]);
    stage.clock.advance(100);
    expect([recorder.paused, flow.held]).toEqual([true, 500]);
    stage.clock.advance(50);
    expect([recorder.paused, flow.held]).toEqual([false, 0]);
  });
  it("under a fault that shifts never pauses its source below half of the memory that is free", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const holding = holdingOf(stage.clock, 8 * MIB);
    const { flow, recorder } = flowOf(stage, "request", null, { mostHeld: 1_000, holding });
    for (let i = 0; i < 60; i++) expect(flow.data(Buffer.alloc(64 * 1024))).toBe(true);
    for (let i = 0; i < 8; i++) flow.data(Buffer.alloc(64 * 1024));
    expect([recorder.paused, stage.receipt().squeezed]).toEqual([true, 1]);
    stage.clock.advance(20);
    expect([recorder.paused, flow.held, recorder.received.length]).toEqual([false, 0, 68 * 64 * 1024]);
    expect([stage.receipt().squeezed, holding.memory.usedBytes]).toEqual([1, 0]);
  });
  it("takes less where other flows hold memory", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const holding = holdingOf(stage.clock, 8 * MIB);
    const [one, other] = [flowOf(stage, "request", null, { holding }), flowOf(stage, "request", null, { holding })];
    const fill = ({ flow }: typeof one): number => {
      let taken = 1;
      while (flow.data(Buffer.alloc(64 * 1024))) taken++;
      return taken;
    };
    const first = fill(one);
    stage.clock.advance(10);
    const second = fill(other);
    expect([Math.round(first / 8), Math.round(second / 8)]).toEqual([8, 4]);
    stage.clock.advance(10);
    // The first flow's bytes have left, and its source goes on.
    expect([one.recorder.paused, other.recorder.paused]).toEqual([false, true]);
    stage.clock.advance(10);
    expect(other.recorder.paused).toBe(false);
  });
  it("takes nothing while the memory is spent, and goes on once there is room, though it held nothing", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const holding = holdingOf(stage.clock, 8 * MIB);
    const waiting = flowOf(stage, "request", null, { holding });
    const others = Array.from({ length: 40 }, () => flowOf(stage, "request", null, { holding }));
    for (const { flow } of others) for (let taken = 0; taken < 64 && flow.data(Buffer.alloc(64 * 1024)); taken++);
    expect([holding.memory.isSpent, waiting.recorder.paused]).toEqual([true, true]);
    expect(holding.memory.usedBytes).toBeLessThan(12 * MIB);
    stage.clock.advance(20);
    expect([holding.memory.usedBytes, waiting.recorder.paused]).toEqual([0, false]);
  });
  it("under a stall leaves half of the memory to delays", () => {
    const stage = new Stage("tcp");
    const holding = holdingOf(stage.clock, 8 * MIB);
    stage.order(orderOf(act("partition", { how: "stall" }), { name: "stall" }));
    const stalled = Array.from({ length: 100 }, () => flowOf(stage, "request", null, { holding }));
    for (const { flow } of stalled) for (let taken = 0; taken < 4 && flow.data(Buffer.alloc(16 * 1024)); taken++);
    expect(holding.memory.usedBytes / MIB).toBeLessThan(6);
    expect([holding.memory.isShort, holding.memory.isSpent]).toEqual([true, false]);
  });
  it("joins bytes due within a millisecond, and none is early", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const { flow, log } = flowOf(stage, "request");
    for (const part of ["a", "b", "c", "d"]) {
      flow.data(bytes(part));
      stage.clock.advance(0.4);
    }
    stage.clock.advance(100);
    expect(log).toEqual(["20.8 data:abc", "21.2 data:d"]);
  });
  it("gives its memory back however it ends, after each sort of decision", () => {
    const ends: readonly ((flow: ReturnType<typeof flowOf>["flow"], stage: Stage) => void)[] = [
      (flow) => flow.dispose(),
      (flow) => flow.rechain([]),
      (_, stage) => stage.clock.advance(20_000),
      (flow, stage) => {
        flow.cut("rst");
        stage.clock.advance(20_000);
      },
    ];
    const behind = [
      [],
      [orderOf(act("bandwidth", { rate: "100B/s" }), { name: "narrow" })],
      [orderOf(act("slice", { size: "3B", pause: "2ms", direction: "both" }), { name: "slices" })],
      [orderOf(act("partition", { how: "blackhole" }), { name: "blackhole" })],
      [orderOf(act("limitBytes", { bytes: "10B", direction: "request" }), { name: "limit" })],
      [orderOf(act("corrupt", { bytes: "50%" }), { name: "corrupt" })],
    ];
    for (const others of behind)
      for (const end of ends) {
        const stage = new Stage("tcp");
        stage.order(slow("20ms"), ...others);
        const { flow } = flowOf(stage, "request");
        flow.data(bytes("some bytes, more than ten"));
        expect(stage.holding.memory.usedBytes).toBeGreaterThan(0);
        stage.clock.advance(others.length === 0 ? 0 : 25);
        end(flow, stage);
        expect(stage.holding.memory.usedBytes).toBe(0);
      }
  });
  it("does not use memory again that its sink still reads when it ends", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const { flow, recorder, sent } = recordedFlow(stage);
    recorder.full = true;
    flow.data(bytes("under way"));
    stage.clock.advance(20);
    flow.dispose();
    const next = flowOf(stage, "request");
    next.flow.data(bytes("overwrite"));
    expect(sent.map(String)).toEqual(["under way"]);
    expect(stage.holding.memory.usedBytes).toBeGreaterThan(0);
    next.flow.dispose();
    expect(stage.holding.memory.usedBytes).toBe(0);
  });
  it("bounds a sender of single bytes, too, whose parts are joined or lie apart", () => {
    for (const flows of [1, 2]) {
      const stage = new Stage("tcp");
      stage.order(orderOf(act("partition", { how: "stall" })));
      const [one, other] = Array.from({ length: 2 }, () => flowOf(stage, "request").flow);
      let taken = 0;
      while (one!.data(bytes("x")) && taken < 1_000_000) {
        taken++;
        if (flows === 2) other!.data(bytes("y"));
      }
      expect(taken).toBeLessThan(flows === 1 ? 256 * 1024 : 2_000);
      expect(stage.holding.memory.usedBytes).toBeLessThan(3 * MIB);
    }
  });
  it("waits for a congested sink, pauses its source meanwhile, and loses nothing", () => {
    const stage = new Stage("tcp");
    stage.order(slow("10ms"));
    const { flow, recorder, log } = flowOf(stage, "request");
    recorder.full = true;
    for (const part of ["a", "b", "c"]) {
      flow.data(bytes(part));
      stage.clock.advance(1);
    }
    flow.end();
    stage.clock.advance(10);
    expect([log, recorder.paused]).toEqual([["10 data:a"], true]);
    // No fault holds a part that waits for the sink.
    expect([flow.held, flow.pending]).toEqual([0, 2]);
    recorder.full = false;
    stage.clock.advance(5);
    flow.drained();
    expect(log).toEqual(["10 data:a", "18 data:b", "18 data:c", "18 end"]);
    expect(recorder.paused).toBe(false);
  });

  it("never lets an end overtake the data before it, though its fault has nothing to say about ends", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("bandwidth", { rate: 0 })));
    const { flow, log, admissions } = flowOf(stage, "request");
    flow.data(bytes("a"));
    flow.end();
    expect(log).toEqual([]);
    for (const admission of admissions) admission.leave();
    flow.rechain([]);
    expect(log).toEqual(["0 data:a", "0 end"]);
  });
  it("lets go at once, in order, of what a fault that left was holding", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("partition", { how: "stall" })));
    const { flow, log, admissions } = flowOf(stage, "request");
    for (const part of ["a", "b"]) flow.data(bytes(part));
    flow.end();
    stage.clock.advance(50_000);
    expect(log).toEqual([]);
    stage.order();
    for (const admission of admissions) admission.leave();
    flow.rechain([]);
    expect(log).toEqual(["50000 data:ab", "50000 end"]);
    expect(flow.idle).toBe(true);
  });
  it("hands what a fault that left was holding to the next fault", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("partition", { how: "stall" }), { name: "stall" }), slow("30ms"));
    const { flow, log, admissions, filters } = flowOf(stage, "request");
    flow.data(bytes("a"));
    stage.clock.advance(100);
    admissions[0]!.leave();
    flow.rechain(filters.slice(1));
    stage.clock.advance(100);
    expect(log).toEqual(["130 data:a"]);
  });
  it("keeps order when a fault nearer the sink still holds older bytes", () => {
    const stage = new Stage("tcp");
    stage.order(slow("10ms", "first"), slow("100ms", "second"));
    const { flow, log, admissions, filters } = flowOf(stage, "request");
    flow.data(bytes("a"));
    stage.clock.advance(20);
    flow.data(bytes("b"));
    admissions[0]!.leave();
    flow.rechain(filters.slice(1));
    flow.data(bytes("c"));
    stage.clock.advance(1_000);
    expect(log).toEqual(["110 data:a", "120 data:bc"]);
  });
  it("resets a stream that lost bytes when its fault goes, and never resumes it", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("partition", { how: "blackhole" })));
    const { flow, log, admissions } = flowOf(stage, "request");
    flow.data(bytes("lost"));
    for (const admission of admissions) admission.leave();
    flow.rechain([]);
    flow.data(bytes("never"));
    expect(log).toEqual(["0 cut rst"]);
  });

  it("does not act past the end of its fault, though no timer has run", () => {
    const stage = new Stage("tcp");
    stage.order({ ...slow("500ms"), notAfterMs: 1_000 });
    const { flow, log } = flowOf(stage, "request");
    flow.data(bytes("a"));
    stage.clock.stall(1_400);
    flow.data(bytes("b"));
    expect(log).toEqual(["1400 data:a", "1400 data:b"]);
  });
  it("does not act past the lease, though no timer has run and the fault itself is not over", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("partition", { how: "stall" })));
    stage.expiredFromMs = 5_000;
    const { flow, log } = flowOf(stage, "request");
    flow.data(bytes("a"));
    stage.clock.stall(5_000);
    flow.data(bytes("b"));
    expect(log).toEqual(["5000 data:a", "5000 data:b"]);
  });
  it("asks the callee after all when the lease ends while an answer waits for its time", () => {
    const stage = new Stage("http");
    stage.order(slow("2s", "late"), orderOf(act("abort", { status: 503 })));
    stage.expiredFromMs = 1_000;
    const { flow, log } = flowOf(stage, "request", post());
    (flow as unknown as { head(view: object): void }).head(post());
    stage.clock.advance(5_000);
    expect(log).toEqual(["2000 head"]);
    expect(stage.receipt().injected).toBe(0);
  });
  it("releases a bounded number of parts in one turn of the loop", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("slice", { size: "1B" })));
    const { flow, log } = flowOf(stage, "response");
    flow.data(Buffer.alloc(5_000));
    expect(log.length).toBeLessThanOrEqual(1_100);
    stage.clock.advance(0);
    expect(log.length).toBe(5_000);
  });

  it("replaces a body once, whatever the original one is cut into", () => {
    const stage = new Stage("http");
    stage.order(orderOf(act("rewrite", { response: { body: "new" } })));
    const { flow, log } = flowOf(stage, "response", post());
    (flow as unknown as { head(view: object): void }).head(ok);
    for (const part of ["ol", "d"]) flow.data(bytes(part));
    flow.end();
    expect(log).toEqual(['0 head {"headers":{},"body":"new"}', "0 data:new", "0 end"]);
  });

  it("carries every byte in order while lossless faults of all sorts come and go", () => {
    const actions = [
      // Half of the draws give no delay at all.
      act("latency", { delay: "2ms", jitter: "20ms", distribution: "normal", at: "request" }),
      act("slice", { size: "3B", variation: "2B", pause: "1ms", direction: "both" }),
      act("bandwidth", { rate: "200B/s" }),
      act("partition", { how: "stall" }),
    ];
    const steps = fc.array(fc.tuple(fc.subarray([0, 1, 2, 3]), fc.nat(20), fc.string({ maxLength: 40 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, fc.nat(50), (script, cap) => {
        const stage = new Stage("tcp");
        const { flow, recorder } = flowOf(stage, "request", null, { mostHeld: 500 + cap });
        let sent = "";
        const present = new Map<number, ReturnType<typeof filterOf>>();
        for (const [wanted, ms, what] of script) {
          stage.order(...wanted.map((i) => orderOf(actions[i]!, { name: `f${i}` })));
          for (const [i, filter] of present)
            if (!wanted.includes(i)) {
              filter.admission.leave();
              present.delete(i);
            }
          for (const i of wanted) if (!present.has(i)) present.set(i, filterOf(stage, i));
          flow.rechain(wanted.map((i) => present.get(i)!));
          if (!recorder.paused && what !== "") {
            sent += Buffer.from(what).toString("latin1");
            flow.data(Buffer.from(what));
          }
          stage.clock.advance(ms);
        }
        for (const { admission } of present.values()) admission.leave();
        flow.rechain([]);
        return recorder.received === sent && flow.idle && stage.holding.memory.usedBytes === 0;
      }),
      { numRuns: 300 },
    );
  });
});

const filterOf = (stage: Stage, i: number) => {
  const fault = stage.edge.connectionFaults.find(({ order }) => order.name === `f${i}`)!;
  const admission = stage.edge.join(fault, { connection: stage, endpoint: null, request: null }, stage.clock.nowMs())!;
  return { admission, filter: admission.treatment.request as never };
};
