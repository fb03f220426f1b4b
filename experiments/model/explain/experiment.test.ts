import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GOOD_EXPERIMENT } from "../../../test/corpus/bad-experiments.ts";
import { readDocuments } from "../document/document.ts";
import { faultKinds } from "../faults/index.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { probeKinds } from "../probes/index.ts";
import { readExperiment } from "../read/experiment.ts";
import { readMesh } from "../read/mesh.ts";
import { explainExperiment, explainField, formatFieldDocs } from "./experiment.ts";

const GOOD = join(import.meta.dirname, "../../../test/corpus/good");
const documentOf = (text: string) => readDocuments(text, "file.yaml").documents[0]!;
const mesh = (readMesh(documentOf(readFileSync(join(GOOD, "mesh.yaml"), "utf8"))) as { mesh: Mesh }).mesh;
const explain = (edits: readonly (readonly [string, string])[] = [], inMesh?: Mesh): string[] => {
  const text = edits.reduce((rest, [find, put]) => rest.replace(find, put), GOOD_EXPERIMENT);
  const read = readExperiment(documentOf(text));
  if (!("experiment" in read)) throw new Error(JSON.stringify(read.problems));
  return explainExperiment(read.experiment, inMesh);
};
const warnings = (lines: readonly string[]) => lines.filter((line) => line.startsWith("Warning:"));

describe("explainExperiment", () => {
  it("tells everything in plain sentences, with the numbers", () => {
    expect(explain()).toEqual([
      "slow-payments.",
      "2 s latency on 100% of /charge from checkout to payments for 19 s, from 1 s on.",
      '"shoppers can check out": GET gateway/checkout at 40/s, good with status 2xx, within 500ms; 99% must be good in every phase. That makes 400 requests in baseline, of which 4 may be bad; 740 requests in during, of which 7 may be bad.',
      '"payments is slow" passes requests on 2s late on checkout → payments, where path /charge, from 1s to 20s. Proof is 10 exchanges hit on every edge.',
      "The steady state is measured for 10s after 2s of warm-up; if it does not hold, nothing is injected.",
      "Injecting takes 20s, and is over as soon as the hypothesis cannot hold any more.",
      "Then every fault is taken away, and the steady state must be back within 20s and stay for 5s.",
      "No service is declared besides the callers of the faulted edges. Their callers may be slower but not fail. The run is halted after 2m.",
      'The run halts when "the host is calm" is bad 3 times of 3 (Prometheus up, good with value < 1), or when 3 samples in a row error.',
    ]);
  });

  it("names the edges that the mesh has, some endpoints only, and what is protected", () => {
    const everywhere = explain(
      [["from: checkout, to: payments", 'from: checkout, to: "*"']].map(([a, b]) => [a!, b!]),
      mesh,
    );
    expect(everywhere[3]).toContain(
      "on checkout → payments, checkout → inventory and checkout → ledger (not 1 of protected services)",
    );
    const zone = explain([["to: payments", "to: { labels: { zone: a } }"]], mesh);
    expect(zone[3]).toContain("on checkout → payments and checkout → inventory (127.0.0.1:7115 only)");
  });

  it("says that endpoints are asked in turn, or which is asked", () => {
    expect(explain([["to: gateway", "to: inventory"]], mesh)[2]).toContain(
      "GET inventory/checkout at 40/s, its 2 endpoints in turn, good with",
    );
    const one = explain([["to: gateway", 'to: { service: inventory, endpoint: "127.0.0.1:7115" }']], mesh);
    expect(one[2]).toContain("GET inventory/checkout (127.0.0.1:7115 only) at 40/s, good with");
  });

  it("says of steps, keys and pulses how they go", () => {
    const [, , , fault] = explain([
      ["share: 100%", 'share: { steps: [1%, 5%], each: 5s, by: "header:x-tenant" }'],
      ["start: 1s", "start: 1s\n      pulse: { live: 1s, rest: 2s }"],
    ]);
    expect(fault).toContain(
      "for 1% and 5% by header:x-tenant, 5s each of it, from 1s to 20s, 1s at a time with 2s of rest",
    );
  });
});

describe("warnings", () => {
  it("are none where there is nothing to warn of", () => {
    expect(warnings(explain())).toEqual([]);
  });

  it("a share that rarely hits more than may be bad anyway can hardly break anything", () => {
    // About 7 of 740 requests are hit, and 7 may be bad: every second run could break.
    expect(warnings(explain([["share: 100%", "share: 1%"]]))).toEqual([]);
    expect(warnings(explain([["share: 100%", "share: 0.5%"]]))).toEqual([
      'Warning: the faults hit 0.5% at most, and of "shoppers can check out" 1% may be bad anyway: it can hardly break.',
    ]);
    expect(warnings(explain([["share: 100%", "share: 2%"]]))).toEqual([]);
  });

  it("a pulse makes no share smaller: samples count while it is awake", () => {
    const pulse = ["start: 1s", "start: 1s\n      pulse: { live: 1s, rest: 9s }"] as const;
    expect(warnings(explain([["share: 100%", "share: 10%"], pulse]))).toEqual([]);
    expect(warnings(explain([["share: 100%", "share: 0.1%"], pulse]))).toHaveLength(1);
  });

  it("a cap no larger than what may be bad anyway cannot break anything", () => {
    expect(warnings(explain([["deadline: 2m", "deadline: 2m, requests: 7"]]))).toEqual([
      'Warning: limits.requests of 7 is no more than may be bad of "shoppers can check out" anyway: it cannot break.',
      'Warning: "payments is slow" needs 10 hits and limits.requests allows 7: the run will be INCONCLUSIVE.',
    ]);
    expect(warnings(explain([["deadline: 2m", "deadline: 2m, requests: 10"]]))).toEqual([]);
  });

  it("a connection that is hit carries many requests: its share says nothing", () => {
    const edits = [
      ["      match: { path: /charge }\n", ""],
      ["share: 100%", "share: 1%"],
      ["latency: { delay: 2s }", "reset: {}"],
    ] as const;
    expect(warnings(explain(edits))).toEqual([]);
  });

  it("a phase too short for its samples gives no verdict", () => {
    expect(
      warnings(
        explain([
          ["during: 20s", "during: 20s, baseline: 500ms"],
          ["      objective: 99%", "      minSamples: 30\n      objective: 99%"],
        ]),
      ),
    ).toEqual([
      'Warning: "shoppers can check out" gets 20 samples in baseline and needs 30: the run will be INCONCLUSIVE.',
    ]);
  });

  it("nothing that counts while the fault is live is nothing that could break", () => {
    expect(warnings(explain([["objective: 99%", "objective: { baseline: 99% }"]]))).toEqual([
      "Warning: no expectation counts while the faults are live: nothing could break.",
    ]);
  });

  it("a `.*` in a glob is a dot and any text", () => {
    expect(warnings(explain([["path: /charge", 'path: "/charge.*"']]))).toEqual([
      'Warning: "payments is slow" matches paths like /charge.*, where the dot is a dot: for any text write `*` alone, or { regex: … }.',
    ]);
  });

  it("a guardrail that may be blind guards nothing then", () => {
    expect(warnings(explain([['good: { value: "< 1" }', 'good: { value: "< 1" }\n      blind: ignore']]))).toEqual([
      'Warning: "the host is calm" guards nothing while its samples error.',
    ]);
  });
});

describe("explainField", () => {
  const docs = (path: string) => {
    const found = explainField(path);
    if (!("docs" in found)) throw new Error(found.message);
    return found.docs;
  };

  it("has the docs of a field under its full path and under the short ones", () => {
    const full = docs("spec.faults[0].latency.delay");
    expect(full).toEqual({
      path: "spec.faults.latency.delay",
      summary: "How much later it passes.",
      type: "duration",
      required: true,
      example: "2s",
      keys: [],
    });
    expect(docs("fault.latency.delay")).toEqual(full);
    expect(docs("experiment.spec.faults.latency.delay")).toEqual(full);
  });

  it.each([
    ...Object.keys(faultKinds).map((kind) => `fault.${kind}`),
    ...Object.keys(probeKinds).map((kind) => `probe.${kind}`),
  ])("%s has a summary, and so has each of its keys", (path) => {
    const { summary, keys } = docs(path);
    expect(summary).not.toBe("");
    expect(keys.length).toBeGreaterThan(path === "fault.pause" ? -1 : 0);
    expect(keys.filter(({ summary }) => summary === "")).toEqual([]);
  });

  it("gives defaults as they are written", () => {
    expect(docs("spec.limits.deadline").default).toBe("15m");
    expect(docs("halt.trip").default).toBe("{ bad: 3, of: 3 }");
    expect(docs("mesh.services.start").default).toBe("15s");
  });

  it("knows the values of an enum", () => {
    expect(docs("fault.partition.how").type).toBe("refuse | reset | blackhole | stall");
  });

  it("says what was perhaps meant", () => {
    expect(explainField("fault.latncy")).toEqual({
      message: "there is no field `latncy` in spec.faults",
      suggestion: "latency",
    });
    expect(explainField("falt")).toMatchObject({ suggestion: "fault" });
    expect(explainField("fault.latency.delay.ms")).toEqual({
      message: "there is no field `ms` in spec.faults.latency.delay: nothing is below it",
    });
  });

  it("prints the docs as text", () => {
    expect(formatFieldDocs(docs("spec.phases.recovery"))).toEqual([
      "spec.phases.recovery",
      "  How fast the steady state must come back.",
      "  Type: duration, or map",
      "  Default: {}",
      "  Example: 20s, or { within: 20s, hold: 5s }",
      "  Keys:",
      "    within  The steady state must be back within so long after the faults are gone.",
      "    hold    And stay for so long.",
    ]);
  });
});
