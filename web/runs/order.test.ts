import { describe, expect, it } from "vitest";
import { asRunId } from "../../experiments/model/names.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { arrange } from "./order.ts";

/** Test runs: `7` is finished, `7!` is active; both started at minute 7. Newest first, as in the API. */
const runs = (text: string): RunSummary[] =>
  text.split(" ").map((word) => {
    const id = word.replace("!", "");
    const state = word.endsWith("!") ? "injecting" : "finished";
    return { id, state, startedAt: `2026-01-31T09:0${id}:00.000Z` } as RunSummary;
  });
const shown = (text: string, before: string, reading: boolean) => {
  const arranged = arrange(runs(text), before.split(" ").filter(Boolean).map(asRunId), reading);
  return [arranged.runs.map(({ id }) => id).join(" "), arranged.held];
};

describe("the order of the runs", () => {
  it("has those under way first", () => {
    expect(shown("5 4! 3 2!", "", false)).toEqual(["4 2 5 3", 0]);
  });
  it("changes nothing under whoever reads: new ones wait, and one that ended stays", () => {
    expect(shown("6! 5 4 3", "4 5 3", true)).toEqual(["4 5 3", 1]);
    expect(shown("6! 5 4 3", "4 5 3", false)).toEqual(["6 5 4 3", 0]);
  });
  it("puts older ones below while somebody reads", () => {
    expect(shown("6 5 4 3 2 1", "5 4 3", true)).toEqual(["5 4 3 2 1", 1]);
  });
  it("drops what is gone", () => {
    expect(shown("5 3", "5 4 3", true)).toEqual(["5 3", 0]);
  });
  it("shows everything to somebody for whom nothing was there before", () => {
    expect(shown("5 4!", "", true)).toEqual(["4 5", 0]);
  });
});
