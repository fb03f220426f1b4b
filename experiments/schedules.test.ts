import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Document, readDocuments } from "./model/document/document.ts";
import type { Experiment } from "./model/experiment/experiment.ts";
import type { Mesh } from "./model/mesh/mesh.ts";
import { asRunId } from "./model/names.ts";
import { planExperiment } from "./model/plan/plan-experiment.ts";
import { judgePolicies } from "./model/policy/judge.ts";
import type { Policy } from "./model/policy/policy.ts";
import { readExperiment } from "./model/read/experiment.ts";
import { readMesh } from "./model/read/mesh.ts";
import { readPolicy } from "./model/read/policy.ts";
import { readSchedule } from "./model/read/schedule.ts";
import { nextInstants } from "./model/schedule/instants.ts";
import type { Schedule } from "./model/schedule/schedule.ts";

const documentAt = (path: string): Document =>
  readDocuments(readFileSync(join(import.meta.dirname, path), "utf8"), path).documents[0]!;
const FILES = readdirSync(join(import.meta.dirname, "schedules"));

const { schedule } = readSchedule(documentAt("schedules/slow-payments-by-day.yaml")) as { schedule: Schedule };
const { policy } = readPolicy(documentAt("schedules/careful-with-money.yaml")) as { policy: Policy };
const { mesh } = readMesh(documentAt("shop/mesh.yaml")) as { mesh: Mesh };
const experimentOf = (name: string) =>
  (readExperiment(documentAt(`shop/${name}.yaml`)) as { experiment: Experiment }).experiment;
/** Answers of the policy to an operator that starts an experiment of the shop. */
const says = (name: string, atMs: number): string[] => {
  const plan = planExperiment(experimentOf(name), mesh, { run: asRunId("r"), seed: 1, mode: "full" });
  return judgePolicies([policy], { plan, mesh, by: { name: "ci", role: "operator" }, atMs }).map(
    ({ message }) => message,
  );
};

describe("the schedule and the policy of the shop", () => {
  it.each(FILES)("%s has no problem", (name) => {
    const document = documentAt(`schedules/${name}`);
    const result = document.kind === "Schedule" ? readSchedule(document) : readPolicy(document);
    expect(result).not.toHaveProperty("problems");
  });
  it("go with each other: the experiment is there, and every start lies where the policy allows it", () => {
    expect(experimentOf(schedule.experiment).name).toBe(schedule.experiment);
    const instants = nextInstants(schedule, Date.parse("2026-01-01T00:00:00Z"), 300);
    for (const { startMs } of instants) expect(says(schedule.experiment, startMs)).toEqual([]);
  });
  it("keep the ledger from being touched", () => {
    const noon = Date.parse("2026-07-15T10:00:00Z");
    expect(says("checkout-hangs-on-a-stalled-ledger", noon)).toEqual([
      'the policy "careful-with-money" protects ledger: no fault may touch checkout → ledger',
    ]);
  });
});
