/** Small plan for simulations: a single fault, a single expectation, all numbers round. */
import { asRunId, edgeId } from "../names.ts";
import type { Plan, PlannedExpectation, PlannedFault } from "../plan/plan.ts";
import { probeKinds } from "../probes/index.ts";

const EDGE = edgeId("checkout", "payments");
const asking = probeKinds.http.params.parse({ to: "gateway", path: "/checkout", rate: "40/s", timeout: "2s" });

export const CHECKOUT: PlannedExpectation = {
  name: "shoppers can check out",
  probe: { kind: "http", params: asking },
  good: { withinMs: 500 },
  style: "stream",
  pace: { everyMs: 25, openLoop: true },
  timeoutMs: 2_000,
  objective: { baseline: 0.99, during: 0.99, recovery: 0.99 },
  eventuallyMs: null,
  minSamples: 30,
  worst: null,
  path: { [EDGE]: "below" },
  times: { marginMs: 500, reachMs: 0 },
};
export const SLOW: PlannedFault = {
  name: "payments is slow",
  action: { kind: "latency", params: { delay: 2_000, jitter: 0, distribution: "uniform", at: "request" } },
  unit: "exchange",
  match: null,
  share: { steps: [1], eachMs: 0, by: "request" },
  pulse: null,
  hits: { atLeast: 10, edges: "every" },
  stealth: false,
  targets: [{ edge: EDGE, protocol: "http", endpoints: null }],
  fromMs: 0,
  toMs: 10_000,
};
export const EXAMPLE: Plan = {
  run: asRunId("run-1"),
  experiment: "checkout-survives-slow-payments",
  mesh: "shop",
  seed: 42,
  mode: "full",
  phases: {
    warmupMs: 1_000,
    baselineMs: 5_000,
    settleMs: 0,
    duringMs: 10_000,
    recovery: { withinMs: 10_000, holdMs: 3_000 },
  },
  onBroken: "revert",
  faults: [SLOW],
  expectations: [CHECKOUT],
  guardrails: [],
  limits: { services: [], callers: "slower", harm: { errors: 0.01, p95: 2 }, requests: null, deadlineMs: 120_000 },
  leaseMs: 5_000,
};
