import { describe, expect, it } from "vitest";
import { asRunId } from "../../experiments/model/names.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { ExperimentTrend } from "../../server/contract/index.ts";
import { alarmOf, trendsOf } from "./trends.ts";

/** Test trend from verdicts, oldest first. */
const trend = (experiment: string, ...verdicts: readonly (Verdict | null)[]): ExperimentTrend => ({
  experiment,
  runs: verdicts.map((verdict, minute) => ({
    ...{ id: asRunId(`${experiment}-${minute}`), verdict, because: null },
    startedAt: new Date(minute * 60_000).toISOString(),
  })),
});

describe("the trend of an experiment", () => {
  it("has the share that held of the runs with a verdict", () => {
    const [shown] = trendsOf([trend("a", "HELD", null, "BROKEN", "HELD")]);
    expect(shown!.runs.map(({ verdict }) => verdict)).toEqual(["HELD", null, "BROKEN", "HELD"]);
    expect([shown!.held, shown!.judged]).toEqual([2, 3]);
  });
  it("comes first where the last verdict is RESIDUE or BROKEN, whatever ran without one since", () => {
    const trends = trendsOf([
      ...[trend("b", "HELD"), trend("a", "BROKEN", "HELD")],
      ...[trend("y", "BROKEN", null), trend("z", "RESIDUE")],
    ]);
    expect(trends.map(({ experiment }) => experiment)).toEqual(["z", "y", "a", "b"]);
    expect(trends.map(alarmOf)).toEqual(["RESIDUE", "BROKEN", null, null]);
  });
});
