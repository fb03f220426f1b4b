import { describe, expect, it } from "vitest";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { alarmOf, LENGTH, shortIn, trendsOf } from "./trends.ts";

let minute = 0;
const run = (experiment: string, verdict: Verdict | null, state = "finished"): RunSummary => {
  minute++;
  const startedAt = new Date(minute * 60_000).toISOString();
  return { id: `run-${minute}`, experiment, verdict, because: null, state, startedAt } as RunSummary;
};

describe("the trend of an experiment", () => {
  it("has its runs oldest first, and the share that held of those with a verdict", () => {
    const runs = [run("a", "HELD"), run("a", null), run("a", "BROKEN"), run("a", "HELD")];
    const [trend] = trendsOf(runs.toReversed());
    expect(trend!.runs.map(({ verdict }) => verdict)).toEqual(["HELD", null, "BROKEN", "HELD"]);
    expect([trend!.held, trend!.judged]).toEqual([2, 3]);
  });
  it("has the newest ones only, each once, and none that is under way", () => {
    const runs = Array.from({ length: LENGTH + 5 }, () => run("a", "HELD"));
    const [trend] = trendsOf([...runs, ...runs, run("a", null, "injecting")]);
    expect(trend!.runs).toEqual(runs.slice(5));
  });
  it("comes first where the last verdict is RESIDUE or BROKEN, whatever ran without one since", () => {
    const trends = trendsOf([
      ...[run("a", "BROKEN"), run("a", "HELD"), run("b", "HELD")],
      ...[run("y", "BROKEN"), run("y", null), run("z", "RESIDUE")],
    ]);
    expect(trends.map(({ experiment }) => experiment)).toEqual(["z", "y", "a", "b"]);
    expect(trends.map(alarmOf)).toEqual(["RESIDUE", "BROKEN", null, null]);
  });
  it("may be longer than what is known, unless that is all there is", () => {
    const trends = trendsOf([run("a", "HELD"), ...Array.from({ length: LENGTH }, () => run("b", "HELD"))]);
    expect(shortIn(trends, false)).toEqual(["a"]);
    expect(shortIn(trends, true)).toEqual([]);
  });
});
