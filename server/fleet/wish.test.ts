import { describe, expect, it } from "vitest";
import { planOf } from "../../test/server/plans.ts";
import { allot, contentOf, type RunWish, wishFor } from "./wish.ts";

const wishOf = (change: Partial<RunWish> = {}): RunWish => ({
  plan: planOf(),
  revision: 1,
  faults: ["slow"],
  watches: [],
  boots: ["b1", "b2"],
  fallen: new Set(),
  endsAtMs: 60_000,
  ...change,
});
const namesOf = (wishes: readonly RunWish[], boot = "b1") => wishFor(wishes, boot, 1_000).faults.map(({ id }) => id);

describe("what is wished of an agent", () => {
  it("is every live fault of every run, runs by their starts and faults in file order", () => {
    const second = wishOf({ plan: planOf({ run: "run-2" }), faults: ["slow"] });
    expect(namesOf([wishOf({ faults: ["cut", "slow"] }), second])).toEqual([
      "run-1/slow@a->b",
      "run-1/cut@a->b",
      "run-2/slow@a->b",
    ]);
  });
  it("is nothing for an agent that the run's journal does not name", () => {
    expect(namesOf([wishOf()], "stranger")).toEqual([]);
  });
  it("is no fault for an agent that lapsed or refused, while its watches stay", () => {
    const watches = [{ id: "run-1/w/during", edge: "a->b", match: null, of: "all", good: {} }] as const;
    const set = wishFor([wishOf({ fallen: new Set(["b1"]), watches })], "b1", 0);
    expect(set).toEqual({ faults: [], watches, allotments: {} });
  });
  it("ends with the run's deadline, and is nothing after it", () => {
    expect(wishFor([wishOf()], "b1", 59_000).faults[0]!.notAfterMs).toBe(1_000);
    expect(wishFor([wishOf()], "b1", 60_000).faults).toEqual([]);
    const endless = wishFor([wishOf({ endsAtMs: Number.POSITIVE_INFINITY })], "b1", 0).faults[0]!;
    expect(endless.notAfterMs).toBe(7_200_000);
  });
  it("says to match and count only, in shadow mode", () => {
    expect(wishFor([wishOf({ plan: planOf({ mode: "shadow" }) })], "b1", 0).faults[0]!.shadow).toBe(true);
  });
  it("is the same content when nothing but the time left has changed", () => {
    const at = (nowMs: number) => contentOf(wishFor([wishOf()], "b1", nowMs));
    expect(at(1_000)).toBe(at(2_000));
    expect(contentOf(wishFor([wishOf({ faults: ["slow", "cut"] })], "b1", 0))).not.toBe(at(0));
  });
});

describe("the cap on hits", () => {
  it("is dealt out so that the parts sum to it", () => {
    for (const [cap, boots] of [
      [10, 3],
      [2, 5],
      [0, 2],
      [5_000, 1],
    ] as const) {
      const names = Array.from({ length: boots }, (_, i) => `b${i}`);
      expect(names.reduce((sum, boot) => sum + allot(cap, names, boot), 0)).toBe(cap);
    }
  });
  it("gives nothing to who is not of the run", () => {
    expect(allot(10, ["b1"], "b2")).toBe(0);
  });
  it("travels with the faults of its run", () => {
    const limits = { ...planOf().limits, requests: 5 };
    const capped = wishOf({ plan: planOf({ limits }) });
    expect(wishFor([capped], "b1", 0).allotments).toEqual({ "run-1": 3 });
    expect(wishFor([capped], "b2", 0).allotments).toEqual({ "run-1": 2 });
    expect(wishFor([{ ...capped, faults: [] }], "b2", 0).allotments).toEqual({});
  });
});
