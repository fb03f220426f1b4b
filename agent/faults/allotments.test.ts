import { describe, expect, it } from "vitest";
import { Allotments } from "./allotments.ts";

describe("allotments", () => {
  it("stop a run at its part, over the whole run, also when it is granted again", () => {
    const allotments = new Allotments();
    allotments.grant({ "run-1": 2 });
    expect([1, 2, 3].map(() => allotments.take("run-1"))).toEqual([true, true, false]);
    allotments.grant({ "run-1": 2 });
    expect(allotments.take("run-1")).toBe(false);
    allotments.grant({ "run-1": 3 });
    expect([1, 2].map(() => allotments.take("run-1"))).toEqual([true, false]);
  });
  it("take back what was not used", () => {
    const allotments = new Allotments();
    allotments.grant({ "run-1": 1 });
    allotments.take("run-1");
    allotments.giveBack("run-1");
    expect([1, 2].map(() => allotments.take("run-1"))).toEqual([true, false]);
  });
  it("do not bound a run that has none", () => {
    const allotments = new Allotments();
    allotments.grant({ "run-1": 0 });
    expect([allotments.take("run-1"), allotments.take("run-2")]).toEqual([false, true]);
  });
});
