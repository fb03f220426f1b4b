import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GOOD_EXPERIMENT } from "../../../test/corpus/bad-experiments.ts";
import { readDocuments } from "../document/document.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { asRunId } from "../names.ts";
import type { RunMode } from "../plan/plan.ts";
import { planExperiment } from "../plan/plan-experiment.ts";
import { readExperiment } from "../read/experiment.ts";
import { readMesh } from "../read/mesh.ts";
import { sayImpactAsWritten, sayImpactIn } from "./impact.ts";

const documentOf = (text: string) => readDocuments(text, "file.yaml").documents[0]!;
const MESH = readFileSync(join(import.meta.dirname, "../../../test/corpus/good/mesh.yaml"), "utf8");
const mesh = (readMesh(documentOf(MESH)) as { mesh: Mesh }).mesh;
const say = (edits: readonly (readonly [string, string])[] = [], mode: RunMode = "full", isPlaced = true): string => {
  const text = edits.reduce((rest, [find, put]) => rest.replace(find, () => put), GOOD_EXPERIMENT);
  const read = readExperiment(documentOf(text));
  if (!("experiment" in read)) throw new Error(JSON.stringify(read.problems));
  const plan = planExperiment(read.experiment, mesh, { run: asRunId("x"), seed: 1, mode });
  return isPlaced ? sayImpactIn(plan, mesh) : sayImpactAsWritten(read.experiment, plan);
};
const START = ["      start: 1s\n", ""] as const;
const kind = (put: string) => say([START, ["      match: { path: /charge }\n", ""], ["latency: { delay: 2s }", put]]);

describe("one sentence on a run", () => {
  it("says what is done to which requests on which edge for how long, and the declared services, the nearest first", () => {
    expect(say([START, ["match: { path: /charge }", "match: { method: POST, path: /charge }"]])).toBe(
      "2 s latency on 100% of POST /charge from checkout to payments for 20 s; checkout may fail, gateway and robot may be slow.",
    );
  });
  it.each([
    ["latency: { delay: 250ms, jitter: 50ms, at: response }", "250 ms ±50 ms latency of responses on 100% of requests"],
    ["abort: 503", "Answers of 503 on 100% of requests"],
    ["partition: blackhole", "Blackhole partition on 100% of connections"],
    ["bandwidth: 64KiB/s", "A bandwidth of 64KiB/s on 100% of requests"],
    ["reset: { every: 500ms }", "TCP resets every 500 ms on 100% of connections"],
    ["throttle: 10/s", "Answers of 429 above 10/s on 100% of requests"],
    ["rewrite: { response: { status: 409 } }", "Rewritten responses on 100% of requests"],
  ])("%s", (put, begin) => {
    expect(kind(put)).toContain(`${begin} from checkout to payments for 20 s; checkout may fail`);
  });
  it("says of shares, starts and pulses how they go", () => {
    expect(
      say([
        ["share: 100%", "share: { steps: [1%, 25%], each: 5s, by: trace }"],
        ["start: 1s", "start: 1s\n      pulse: { live: 1s, rest: 2s }"],
      ]),
    ).toContain(
      "2 s latency on 1% to 25% (by trace) of /charge from checkout to payments for 19 s, 1 s live and 2 s at rest in turn, from 1 s on;",
    );
  });
  it("names several edges by their ends, and says of all callers what the limits say", () => {
    expect(
      say([START, ["to: payments", 'to: "*"'], ["limits: { deadline", "limits: { callers: none, deadline"]]),
    ).toMatch(/from checkout to payments, inventory and ledger.* for 20 s; checkout may fail\.$/);
  });
  it("says of a baseline and a shadow that nothing is hit", () => {
    expect(say([], "baseline")).toBe("Nothing is injected: the baseline alone is measured.");
    expect(say([], "shadow")).toMatch(/^Nothing is hit, only matched and counted: 2 s latency on /);
  });
  it("keeps selectors as they are written where there is no mesh", () => {
    expect(say([START, ["from: checkout", "from: { service: checkout, instances: 50% }"]], "full", false)).toBe(
      "2 s latency on 100% of /charge from 50% of the instances of checkout to payments for 20 s.",
    );
  });
});
