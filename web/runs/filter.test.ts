import { describe, expect, it } from "vitest";
import { EVERYTHING, isNarrow, pageQueriesOf, queryOf, type RunsFilter, runsFilterIn } from "./filter.ts";

const there = (text: string) => runsFilterIn(new URLSearchParams(text));
const back = (narrowing: RunsFilter) => runsFilterIn(new URLSearchParams(queryOf(narrowing)));

describe("the narrowing of the runs in the address", () => {
  it("comes back as it was", () => {
    const narrowing: RunsFilter = {
      ...{ outcomes: ["UNDER WAY", "BROKEN", "HELD"], experiment: "slow", schedule: "nightly", label: "team=a=b & c" },
      when: { since: "2026-01-31T09:00:00.000Z", until: "2026-02-01T09:00:00.000Z" },
    };
    expect(back(narrowing)).toEqual(narrowing);
    expect(back({ ...narrowing, when: "week" })).toEqual({ ...narrowing, when: "week" });
    expect(back(EVERYTHING)).toEqual(EVERYTHING);
  });
  it("passes over what nobody can mean", () => {
    expect(there("verdict=GREEN,held,HELD,__proto__&label=nolabel&for=constructor&since=yesterday")).toEqual({
      ...EVERYTHING,
      outcomes: ["HELD"],
    });
  });
  it("knows whether it narrows anything", () => {
    expect(isNarrow(EVERYTHING)).toBe(false);
    expect(isNarrow(there("for=hour"))).toBe(true);
    expect(isNarrow(there("verdict=HELD"))).toBe(true);
  });
});

describe("what the API is asked", () => {
  const WALL_MS = Date.parse("2026-01-31T09:00:59.999Z");
  it("is one list where no verdict is chosen", () => {
    expect(pageQueriesOf(there("experiment=slow&label=a=b"), WALL_MS)).toEqual([
      { query: { experiment: "slow", label: "a=b" } },
    ]);
  });
  it("is one list for each verdict, and the newest ones for those under way", () => {
    const wishes = pageQueriesOf(there("verdict=HELD,UNDER WAY,BROKEN&experiment=slow"), WALL_MS);
    expect(wishes.map(({ query }) => query)).toEqual([
      { experiment: "slow", limit: 100 },
      { experiment: "slow", verdict: "BROKEN" },
      { experiment: "slow", verdict: "HELD" },
    ]);
    expect(wishes.map(({ only }) => only?.({ state: "injecting" } as never))).toEqual([true, undefined, undefined]);
    expect(wishes[0]!.only!({ state: "finished" } as never)).toBe(false);
  });
  it("has the range of time", () => {
    expect(pageQueriesOf(there("for=hour"), WALL_MS)[0]!.query).toEqual({ since: "2026-01-31T08:00:00.000Z" });
  });
});
