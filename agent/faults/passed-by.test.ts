import { describe, expect, it } from "vitest";
import { act, orderOf, Stage } from "../../test/conformance/stage.ts";
import type { FaultOrder } from "../contract/messages.ts";
import { PassedBy } from "./passed-by.ts";

const abort = (over: Partial<FaultOrder> = {}) => orderOf(act("abort", { status: 503 }), over);
const open = () => {
  const stage = new Stage();
  let ends = 0;
  const passedBy = new PassedBy(() => {
    ends += 1;
  });
  stage.edge.passedBy = passedBy;
  return { stage, passedBy, ends: () => ends };
};

describe("connections that pass a fault by", () => {
  it("count once each, from when the fault is live, and the receipt says that the redirect missed them", () => {
    const { stage, passedBy } = open();
    stage.clock.advance(1_000);
    const sinceMs = stage.clock.nowMs();
    stage.order(abort());
    expect(stage.receipt()).not.toHaveProperty("escapedBy");
    passedBy.note([
      { pair: "before", lastMs: sinceMs - 1 },
      { pair: "a", lastMs: sinceMs },
    ]);
    passedBy.note([
      { pair: "a", lastMs: sinceMs + 10 },
      { pair: "b", lastMs: sinceMs + 10 },
    ]);
    expect(stage.receipt()).toMatchObject({ escaped: 2, escapedBy: "redirect" });
    // The connection from before carries bytes again.
    passedBy.note([{ pair: "before", lastMs: sinceMs + 20 }]);
    expect(stage.receipt().escaped).toBe(3);
  });
  it("count for a fault that has just left, in the reports that may have what passed before, and no longer", () => {
    const { stage, passedBy } = open();
    stage.order(abort());
    stage.order();
    expect(passedBy.isAsking).toBe(true);
    passedBy.note([{ pair: "a", lastMs: stage.clock.nowMs() }]);
    expect(stage.receipt().escaped).toBe(1);
    passedBy.note([]);
    expect(passedBy.isAsking).toBe(false);
    passedBy.note([{ pair: "late", lastMs: stage.clock.nowMs() }]);
    expect(stage.receipt().escaped).toBe(1);
  });
  it("have a moment to be reset where the fault asks for that", () => {
    const { stage, passedBy } = open();
    const sinceMs = stage.clock.nowMs();
    stage.order(abort({ existing: "reset" }));
    passedBy.note([{ pair: "under way", lastMs: sinceMs + 100 }]);
    expect(stage.receipt()).not.toHaveProperty("escaped");
    passedBy.note([{ pair: "not reset", lastMs: sinceMs + 300 }]);
    expect(stage.receipt().escaped).toBe(1);
  });
  it("count without a name where the kernel could not tell them apart, for live faults alone", () => {
    const { stage, passedBy } = open();
    stage.order(abort());
    passedBy.noteUnknown(2);
    stage.order();
    passedBy.noteUnknown(5);
    expect(stage.receipt()).toMatchObject({ escaped: 2, escapedBy: "redirect" });
  });
  it("are told of the end of a fault by its own time, so that its cuts end with it", () => {
    const { stage, ends } = open();
    stage.order(abort({ notAfterMs: 500 }));
    expect(ends()).toBe(0);
    stage.clock.advance(600);
    expect(ends()).toBe(1);
  });
});
