import { describe, expect, it } from "vitest";
import { asRunId } from "../../../experiments/model/names.ts";
import { planExperiment } from "../../../experiments/model/plan/plan-experiment.ts";
import { parseExperiment } from "../../../experiments/model/read/experiment.ts";
import { heldOf, mayBeBad, radiusOf, samplesOf, shareText, timesOf } from "./words.ts";

const read = parseExperiment({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name: "a" },
  spec: {
    phases: { warmup: "0s", baseline: "10s", during: "20s", settle: "1s", recovery: { within: "5s", hold: "1s" } },
    hypothesis: [
      {
        name: "asked",
        http: { url: "http://x/", rate: "10/s" },
        good: { status: "2xx" },
        objective: { during: "95%" },
      },
      { name: "seen", traffic: { from: "b", to: "c" }, good: { status: "<500" }, objective: "99%" },
    ],
    faults: [
      { name: "late", edge: { from: "b", to: "c" }, share: { of: "20%", by: "trace" }, latency: { delay: "1s" } },
    ],
    limits: { services: ["b"], requests: 50 },
  },
});
if ("problems" in read) throw new Error(JSON.stringify(read.problems));
const mesh = { name: "m", directory: null, services: [], edges: [] };
const plan = planExperiment(read.experiment, mesh, { run: asRunId("r"), seed: 1, mode: "full" });
const [asked, seen] = plan.expectations;

describe("a plan for people", () => {
  it("counts samples where a probe paces them, and leaves the rest to the traffic", () => {
    expect([samplesOf(plan, asked!, "baseline"), samplesOf(plan, asked!, "during")]).toEqual(["–", "140"]);
    expect(samplesOf(plan, seen!, "during")).toBe("traffic");
    expect([mayBeBad(plan, asked!), mayBeBad(plan, seen!)]).toEqual(["7", "1%"]);
  });
  it("says times, radius and share in words", () => {
    expect(timesOf(plan)).toContain("during 20s (settles 1s), recovery within 5s, held 1s");
    expect(radiusOf(plan)).toBe("Declared: b (callers: slower); at most 50 hits.");
    expect(shareText(plan.faults[0]!.share)).toBe("20% by trace");
  });
  it("names what each agent holds", () => {
    expect(heldOf(plan, undefined)).toBe("late");
    expect(heldOf(plan, ["r/late@b->c", "r/late@b->d"])).toBe("late");
    expect(heldOf(plan, [])).toBe("nothing");
  });
});
