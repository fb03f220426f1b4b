/** A finished run with content in every part of the report; tests change the parts under test. */
import { asEdgeId, asInstance, asRunId } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";

export const sampleRun = (changes: Partial<RunReport> = {}): RunReport => ({
  id: asRunId("20260105T101500Z-k3f9"),
  file: "experiments/checkout.yaml",
  experiment: "checkout-survives-slow-payments",
  description: "Shoppers can still check out when payments is slow.",
  mode: "full",
  state: "finished",
  phase: null,
  verdict: "BROKEN",
  because: "expectation",
  reason: "61 of 400 checkouts took over 500 ms; at most 4 may. First at +3.1 s.",
  injected: true,
  seed: 42,
  startedAt: "2026-01-05T10:15:00.250Z",
  durationMs: 38_240,
  spans: { baseline: { fromMs: 2_000, toMs: 12_000 }, during: { fromMs: 12_100, toMs: 32_100 } },
  faults: [
    {
      name: "payments is slow",
      description: "passes requests on 2s late (±200ms)",
      edges: [asEdgeId("checkout->payments")],
      fromMs: 0,
      toMs: 20_000,
    },
  ],
  receipts: [
    {
      ...{ fault: "payments is slow", from: "checkout", to: "payments", unit: "exchange" },
      ...{ seen: 812, matched: 800, injected: 780, spared: 20, capped: 0, untouched: 0, ordinals: [1, 2, 3] },
    },
  ],
  expectations: [
    {
      name: "shoppers can check out",
      probe: "POST gateway/checkout at 40/s",
      objective: { baseline: 0.99, during: 0.99, recovery: 0.99 },
      phases: {
        baseline: { good: 400, bad: 0, errored: 0 },
        during: { good: 339, bad: 61, errored: 3 },
        recovery: { good: 200, bad: 0, errored: 0 },
      },
      met: false,
      exposure: { by: "mark", samples: 400, struck: 388, averted: 0, atLeast: 388, atMost: 388 },
      reason: "61 of 400 were bad; at most 4 may",
      firstBad: [{ atMs: 15_200, why: "took 512 ms, over 500 ms", status: 200, latencyMs: 512 }],
      errored: { by: { "late prober": 1, "no descriptors": 2 }, first: "connect EMFILE 127.0.0.1:7101" },
      latency: {
        withinMs: 500,
        phases: {
          baseline: { n: 400, p50: 12, p95: 31, p99: 40 },
          during: { n: 400, p50: 380, p95: 2_010, p99: 2_210 },
        },
      },
      timeline: [
        {
          ...{ of: "shoppers can check out", phase: "during", fromMs: 12_100, toMs: 13_100 },
          ...{ good: 40, bad: 0, errored: 0, firstBad: [], p50: 12, p99: 40 },
        },
      ],
    },
    {
      name: "the mesh sees healthy checkouts",
      probe: "all traffic from gateway to checkout",
      objective: { baseline: 0.999, during: 0.95, recovery: 0.999 },
      phases: { baseline: { good: 400, bad: 0, errored: 0 }, during: { good: 400, bad: 0, errored: 0 } },
      met: true,
      exposure: { by: "graph", samples: 400, struck: 0, averted: 0, atLeast: 0, atMost: 388 },
      reason: "",
      firstBad: [],
      timeline: [],
    },
  ],
  recoveredMs: 1_200,
  audit: [{ agent: asInstance("shop"), grade: "attested", detail: "" }],
  residue: [],
  neighbourhood: {
    services: [
      { service: "gateway", may: "slow" },
      { service: "checkout", may: "fail" },
      { service: "payments", may: null },
    ],
    edges: [
      { from: "gateway", to: "checkout", struck: false },
      { from: "checkout", to: "payments", struck: true },
    ],
    beyond: 2,
  },
  ...changes,
});

/** A run in which every text that comes from outside is `text`. */
export const hostileRun = (text: string): RunReport => {
  const run = sampleRun();
  return {
    ...run,
    ...{ id: asRunId(text), file: text, experiment: text, description: text, reason: text },
    receipts: run.receipts.map((receipt) => ({ ...receipt, fault: text, from: text, to: text })),
    expectations: run.expectations.map((expectation) => ({
      ...expectation,
      ...{ name: text, reason: text, firstBad: [{ atMs: 1, why: text }] },
      ...(expectation.errored === undefined ? {} : { errored: { by: { "late prober": 1 }, first: text } }),
    })),
    audit: [{ agent: asInstance(text), grade: "unknown", detail: text }],
    residue: [asInstance(text)],
    warnings: [text],
    faults: run.faults.map((fault) => ({ ...fault, name: text, description: text })),
    neighbourhood: {
      services: [
        { service: text, may: "fail" },
        { service: `${text}2`, may: null },
      ],
      edges: [{ from: text, to: `${text}2`, struck: true }],
      beyond: 0,
    },
    radius: {
      services: [{ service: text, state: "failing", leak: true, sinceMs: 9_000, reason: text }],
      leaks: [
        {
          service: text,
          edge: asEdgeId(`${text}->${text}`),
          how: "failing",
          sinceMs: 9_000,
          atMs: 12_000,
          reason: text,
        },
      ],
      ...{
        beyond: 2,
        measured: [{ edge: asEdgeId(`${text}->b`), detectable: 0.17 }],
        unseen: [asEdgeId(`${text}->${text}`)],
      },
    },
  };
};
/** Damage that was contained, and damage that leaked. */
export const leakingRun = (): RunReport => {
  const reason = "12% of calls from catalog fail (0% before)";
  const leak = { service: "inventory", sinceMs: 16_000, reason };
  const stop = { service: "checkout", state: "contained", leak: false, sinceMs: 15_500, stop: "fallback" } as const;
  return sampleRun({
    ...{ because: "leak", spans: { during: { fromMs: 15_000, toMs: 22_000 } } },
    radius: {
      services: [
        { ...stop, reason: "it answers without payments" },
        { ...leak, state: "failing", leak: true },
      ],
      leaks: [{ ...leak, edge: asEdgeId("catalog->inventory"), how: "failing", atMs: 21_000 }],
      ...{
        beyond: 3,
        measured: [{ edge: asEdgeId("catalog->inventory"), detectable: 0.17 }],
        unseen: [asEdgeId("a->b"), asEdgeId("a->c")],
      },
    },
  });
};
