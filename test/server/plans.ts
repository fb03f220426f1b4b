/** Plan with a single fault on a single edge, for unit tests. */
import { asEdgeId, asRunId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";

export const planOf = (change: Partial<Plan> = {}): Plan => ({
  ...{ run: asRunId("run-1"), experiment: "e", mesh: "m", seed: 7, mode: "full", onBroken: "revert", leaseMs: 5_000 },
  phases: {
    warmupMs: 0,
    baselineMs: 1_000,
    settleMs: 0,
    duringMs: 10_000,
    recovery: { withinMs: 5_000, holdMs: 1_000 },
  },
  faults: ["slow", "cut"].map((name) => ({
    name,
    action: { kind: "abort", params: { status: 503 } } as never,
    unit: "exchange",
    match: null,
    share: { steps: [1], eachMs: 0, by: "request" },
    pulse: null,
    hits: { atLeast: 1, edges: "every" },
    stealth: false,
    targets: [{ edge: asEdgeId("a->b"), protocol: "http", endpoints: null }],
    fromMs: 0,
    toMs: 10_000,
  })),
  expectations: [],
  guardrails: [],
  limits: {
    services: [],
    callers: "slower",
    harm: { errors: 0.01, p95: 2 },
    requests: null,
    deadlineMs: 60_000,
  },
  ...change,
});
