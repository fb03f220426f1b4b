import { describe, expect, it } from "vitest";
import type { ExposureCount } from "../verdict/exposure.ts";
import { EXAMPLE } from "./example.ts";
import { begin } from "./run.ts";
import { step } from "./step.ts";

const NAME = "shoppers can check out";
const count = (given: Partial<ExposureCount> = {}): ExposureCount => ({
  ...{ of: NAME, phase: "baseline", samples: 10, struck: 0, late: 0, edges: [] },
  ...given,
});
const known = (...told: readonly (readonly ExposureCount[])[]) =>
  told.reduce((run, counts, i) => step(run, { type: "exposed", counts, atMs: i })[0], begin(EXAMPLE));

describe("what is told of marks", () => {
  it("stands by expectation and phase, the last word of each", () => {
    const during = count({ phase: "during", struck: 3 });
    const run = known([count({ samples: 5 }), during], [count()]);
    expect(run.exposure).toEqual({ [NAME]: { baseline: count(), during } });
  });
  it("is nothing for what the plan does not name, were it named like what every object has", () => {
    expect(known([count({ of: "constructor" }), count({ of: "another" })]).exposure).toEqual({});
  });
  it("goes with the run from state to state, and is nothing in a run of before there were marks", () => {
    const started = step(known([count()]), { type: "started", atMs: 5 })[0];
    expect(started.at).toBe("preparing");
    expect(started.exposure[NAME]?.baseline).toEqual(count());
    expect(begin(EXAMPLE).exposure).toEqual({});
  });
});
