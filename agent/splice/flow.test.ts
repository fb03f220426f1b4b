import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { act, bytes, flowOf, ok, orderOf, post, Stage } from "../../test/conformance/stage.ts";
import { budgetFor, HeldBudget } from "./held-budget.ts";

test("The budget is 256 MiB, and a quarter of a smaller memory limit", () => {
  const GIB = 2 ** 30;
  expect([0, 2 ** 64, 4 * GIB, GIB / 2].map(budgetFor)).toEqual([GIB / 4, GIB / 4, GIB / 4, GIB / 8]);
});

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

  it("pauses its source above its memory cap, and lets it go on below half of it", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const { flow, recorder } = flowOf(stage, "request", null, { mostHeld: 1_000 });
    expect(flow.data(Buffer.alloc(600))).toBe(true);
    stage.clock.advance(5);
    expect(flow.data(Buffer.alloc(600))).toBe(false);
    expect([recorder.paused, flow.held]).toEqual([true, 1_200]);
    stage.clock.advance(15);
    expect([recorder.paused, flow.held]).toEqual([true, 600]);
    stage.clock.advance(5);
    expect([recorder.paused, flow.held]).toEqual([false, 0]);
  });
  it("pauses its source while all flows together hold too much, as long as it holds a part itself", () => {
    const stage = new Stage("tcp");
    stage.order(slow("20ms"));
    const budget = new HeldBudget(1_000);
    const [one, other] = [flowOf(stage, "request", null, { budget }), flowOf(stage, "request", null, { budget })];
    expect(one.flow.data(Buffer.alloc(900))).toBe(false);
    stage.clock.advance(10);
    // The other holds nothing yet, and takes one part: its leaving resumes the source.
    expect([other.recorder.paused, other.flow.data(Buffer.alloc(100))]).toEqual([false, false]);
    stage.clock.advance(10);
    expect([one.recorder.paused, other.recorder.paused]).toEqual([false, true]);
    stage.clock.advance(10);
    expect([other.recorder.paused, budget.usedBytes]).toEqual([false, 0]);
  });
  it("gives the budget back however it ends", () => {
    const budget = new HeldBudget(1_000);
    const ends: readonly ((flow: ReturnType<typeof flowOf>["flow"], stage: Stage) => void)[] = [
      (flow) => flow.dispose(),
      (flow) => flow.rechain([]),
      (_, stage) => stage.clock.advance(20),
      (flow, stage) => {
        flow.cut("rst");
        stage.clock.advance(20);
      },
    ];
    for (const end of ends) {
      const stage = new Stage("tcp");
      stage.order(slow("20ms"));
      const { flow } = flowOf(stage, "request", null, { budget });
      flow.data(bytes("some"));
      expect(budget.usedBytes).toBeGreaterThan(0);
      end(flow, stage);
      expect(budget.usedBytes).toBe(0);
    }
  });
  it("bounds a sender of single bytes, too", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("partition", { how: "stall" })));
    const { flow } = flowOf(stage, "request");
    let taken = 0;
    while (flow.data(bytes("x")) && taken < 100_000) taken++;
    expect(taken).toBeLessThan(5_000);
  });
  it("waits for a congested sink, pauses its source meanwhile, and loses nothing", () => {
    const stage = new Stage("tcp");
    stage.order(slow("10ms"));
    const { flow, recorder, log } = flowOf(stage, "request");
    recorder.full = true;
    for (const part of ["a", "b", "c"]) flow.data(bytes(part));
    flow.end();
    stage.clock.advance(10);
    expect([log, recorder.paused]).toEqual([["10 data:a"], true]);
    // No fault holds a part that waits for the sink.
    expect([flow.held, flow.pending]).toEqual([0, 2]);
    recorder.full = false;
    stage.clock.advance(5);
    flow.drained();
    expect(log).toEqual(["10 data:a", "15 data:b", "15 data:c", "15 end"]);
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
    expect(log).toEqual(["50000 data:a", "50000 data:b", "50000 end"]);
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
    expect(log).toEqual(["110 data:a", "120 data:b", "120 data:c"]);
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
        return recorder.received === sent && flow.idle;
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
