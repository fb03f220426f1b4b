import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../document/document.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { asRunId } from "../names.ts";
import type { Plan, RunMode } from "../plan/plan.ts";
import { planExperiment } from "../plan/plan-experiment.ts";
import { parseExperiment } from "../read/experiment.ts";
import { readMesh } from "../read/mesh.ts";
import { parsePolicy } from "../read/policy.ts";
import { frozenAt, isFrozen, judgePolicies } from "./judge.ts";
import type { Policy } from "./policy.ts";

const text = readFileSync(join(import.meta.dirname, "../../../test/corpus/good/mesh.yaml"), "utf8");
const { mesh } = readMesh(readDocuments(text, "mesh.yaml").documents[0]!) as { mesh: Mesh };

const policy = (spec: object, name = "p"): Policy => {
  const parsed = parsePolicy({ apiVersion: "squall.dev/v1", kind: "Policy", metadata: { name }, spec });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};
interface FaultForm {
  readonly from?: string;
  readonly to?: string;
  readonly share?: string;
  readonly kind?: object;
}
const plan = (faults: readonly FaultForm[] = [{}], mode: RunMode = "full"): Plan => {
  const parsed = parseExperiment({
    ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "e" } },
    spec: {
      phases: { warmup: "0s", baseline: "10s", during: "50s" },
      hypothesis: [{ name: "h", tcp: { address: "127.0.0.1:1" }, good: { connect: "50ms" }, objective: "99%" }],
      faults: faults.map(({ from = "checkout", to = "payments", share = "100%", kind }, i) => ({
        ...{ name: `f${i}`, edge: { from, to }, share },
        ...(kind ?? { latency: { delay: "1s" } }),
      })),
    },
  });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return planExperiment(parsed.experiment, mesh, { run: asRunId("r"), seed: 1, mode });
};
const ANNA = { name: "anna", role: "operator" };
const NOON = Date.parse("2026-07-15T12:00:00Z");
const says = (policies: readonly Policy[], of: Partial<Parameters<typeof judgePolicies>[1]> = {}): string[] =>
  judgePolicies(policies, { plan: plan(), mesh, by: ANNA, atMs: NOON, ...of }).map(({ message }) => message);

const ABORT = { abort: { status: 500 } };

describe("without a policy", () => {
  it("everything is allowed", () => {
    expect(says([])).toEqual([]);
  });
});

describe("what a policy allows", () => {
  const latencyOnly = policy({ allow: { faults: ["latency"], share: "25%" } }, "latency-only");

  it("is the kinds that it names, up to its share", () => {
    expect(says([latencyOnly], { plan: plan([{ share: "25%" }]) })).toEqual([]);
    expect(says([latencyOnly], { plan: plan([{ share: "26%" }]) })).toEqual([
      'the policy "latency-only" allows 25% of the requests at most, not 26%, on checkout → payments',
    ]);
    expect(says([latencyOnly], { plan: plan([{ share: "1%", kind: ABORT }]) })).toEqual([
      'the policy "latency-only" allows only latency, on checkout → payments',
    ]);
  });

  it("is looked at fault by fault, and every objection is told at its place", () => {
    const both = plan([{ share: "1%" }, { share: "50%" }, { kind: ABORT, from: "checkout", to: "inventory" }]);
    const issues = judgePolicies([latencyOnly], { plan: both, mesh, by: ANNA, atMs: NOON });
    expect(issues.map(({ path }) => path)).toEqual([
      ["spec", "faults", 1],
      ["spec", "faults", 2],
    ]);
  });

  it("counts the greatest step of a share that grows", () => {
    const growing = { ...plan([{ share: "1%" }]) };
    const [fault] = growing.faults;
    const steps = {
      ...growing,
      faults: [{ ...fault!, share: { steps: [0.01, 0.5], eachMs: 1_000, by: "request" as const } }],
    };
    expect(says([latencyOnly], { plan: steps })).toHaveLength(1);
  });

  it("adds up over policies: one of those that say something of the edge must allow the fault", () => {
    const nothing = policy({ allow: { faults: [] } }, "nothing-by-default");
    const payments = policy({ where: [{ to: "payments" }], allow: { share: "50%" } }, "payments");
    expect(says([nothing], { plan: plan([{ share: "1%" }]) })).toEqual([
      'the policy "nothing-by-default" allows no fault, on checkout → payments',
    ]);
    expect(says([nothing, payments], { plan: plan([{ share: "50%" }]) })).toEqual([]);
    expect(says([nothing, payments], { plan: plan([{ to: "inventory" }]) })).toEqual([
      'the policy "nothing-by-default" allows no fault, on checkout → inventory',
    ]);
    expect(says([nothing, payments], { plan: plan([{ share: "60%" }]) })).toEqual([
      'the policy "payments" allows 50% of the requests at most, not 60%, on checkout → payments',
    ]);
  });

  it("holds on the edges that it is about, by name, `*` or label of the service", () => {
    const front = policy({ where: [{ from: { labels: { tier: "front" } } }], allow: { faults: [] } });
    expect(says([front])).toEqual([]);
    expect(says([front], { plan: plan([{ from: "gateway", to: "checkout" }]) })).toHaveLength(1);
    // A selector that matches several edges is judged by each edge.
    expect(
      says([policy({ where: [{ to: "payments" }], allow: { faults: [] } })], { plan: plan([{ to: "*" }]) }),
    ).toEqual(['the policy "p" allows no fault, on checkout → payments']);
  });

  it("binds whom it names, by role or by token", () => {
    const ofOperators = policy({ who: { roles: ["operator"], tokens: ["ci"] }, allow: { faults: [] } });
    expect(says([ofOperators])).toHaveLength(1);
    expect(says([ofOperators], { by: { name: "root", role: "admin" } })).toEqual([]);
    expect(says([ofOperators], { by: { name: "ci", role: "admin" } })).toHaveLength(1);
  });
});

describe("a protected service", () => {
  const ledger = policy({ protected: ["ledger"] }, "books");
  it("is touched by no fault, on either side, whatever else is allowed", () => {
    const everything = policy({ allow: {} });
    expect(says([ledger, everything], { plan: plan([{ to: "ledger" }]) })).toEqual([
      'the policy "books" protects ledger: no fault may touch checkout → ledger',
    ]);
    expect(says([policy({ protected: ["checkout"] })])).toHaveLength(1);
    expect(says([ledger])).toEqual([]);
  });
});

describe("windows", () => {
  const day = policy({ timeZone: "Europe/Berlin", windows: [{ days: ["wed"], from: "09:00", to: "14:01" }] }, "by-day");
  it("let a run begin whose faults are over before they close", () => {
    expect(says([day])).toEqual([]);
    expect(says([day], { atMs: NOON + 1_000 })).toEqual([
      'the policy "by-day" allows faults on checkout → payments only Wed 09:00–14:01 (Europe/Berlin): before the faults are over it will be 2026-07-15 14:01',
    ]);
    expect(says([day], { atMs: NOON + 60_000 })).toEqual([
      'the policy "by-day" allows faults on checkout → payments only Wed 09:00–14:01 (Europe/Berlin): it is 2026-07-15 14:01',
    ]);
  });
  it("say nothing to a plan that touches other edges, or none", () => {
    const late = NOON + 3_600_000;
    const elsewhere = policy({ where: [{ to: "catalog" }], windows: [{ from: "00:00", to: "00:01" }] });
    expect(says([elsewhere], { atMs: late })).toEqual([]);
    expect(says([day], { atMs: late, plan: plan([{}], "baseline") })).toEqual([]);
    expect(says([day], { atMs: late, plan: plan([{}], "shadow") })).toHaveLength(1);
  });
});

describe("invariant 21: in a freeze", () => {
  const sale = policy(
    { timeZone: "UTC", freezes: [{ from: "2026-07-15T12:00", to: "2026-07-16T00:00", reason: "the great sale" }] },
    "sale",
  );
  it("nothing starts, and nothing starts that would run into it", () => {
    const told = 'the policy "sale" freezes checkout → payments until 2026-07-16 00:00 (UTC): the great sale';
    expect(says([sale])).toEqual([told]);
    expect(says([sale], { atMs: NOON - 59_000 })).toEqual([told]);
    expect(says([sale], { atMs: NOON - 60_000 })).toEqual([]);
    expect(says([sale], { atMs: Date.parse("2026-07-16T00:00:00Z") })).toEqual([]);
  });

  it("the runs that it is about are known, and only those", () => {
    expect(frozenAt([sale], NOON - 1)).toEqual([]);
    const [frozen] = frozenAt([sale], NOON);
    expect(frozen).toMatchObject({
      policy: "sale",
      reason: "the great sale",
      untilMs: Date.parse("2026-07-16T00:00:00Z"),
    });
    expect(isFrozen(frozen!, { plan: plan(), mesh, by: ANNA })).toBe(true);
    expect(isFrozen({ ...frozen!, where: [{ from: "*", to: "catalog" }] }, { plan: plan(), mesh, by: ANNA })).toBe(
      false,
    );
    expect(isFrozen({ ...frozen!, who: { roles: ["admin"], tokens: [] } }, { plan: plan(), mesh, by: ANNA })).toBe(
      false,
    );
    expect(isFrozen(frozen!, { plan: plan([{}], "baseline"), mesh, by: ANNA })).toBe(false);
  });
});
