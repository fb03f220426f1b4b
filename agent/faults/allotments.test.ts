import { describe, expect, it } from "vitest";
import { asRunId } from "../../experiments/model/names.ts";
import { Allotments } from "./allotments.ts";

describe("allotments", () => {
  it("stop a run at its part, over the whole run, also when it is granted again", () => {
    const allotments = new Allotments();
    allotments.grant({ [asRunId("run-1")]: 2 });
    expect([1, 2, 3].map(() => allotments.take(asRunId("run-1")))).toEqual([true, true, false]);
    allotments.grant({ [asRunId("run-1")]: 2 });
    expect(allotments.take(asRunId("run-1"))).toBe(false);
    allotments.grant({ [asRunId("run-1")]: 3 });
    expect([1, 2].map(() => allotments.take(asRunId("run-1")))).toEqual([true, false]);
  });
  it("take back what was not used", () => {
    const allotments = new Allotments();
    allotments.grant({ [asRunId("run-1")]: 1 });
    allotments.take(asRunId("run-1"));
    allotments.giveBack(asRunId("run-1"));
    expect([1, 2].map(() => allotments.take(asRunId("run-1")))).toEqual([true, false]);
  });
  it("do not bound a run that has none", () => {
    const allotments = new Allotments();
    allotments.grant({ [asRunId("run-1")]: 0 });
    expect([allotments.take(asRunId("run-1")), allotments.take(asRunId("run-2"))]).toEqual([false, true]);
  });
});
