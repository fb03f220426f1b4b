import { describe, expect, it } from "vitest";
import { damagedSince, openTest, watchSecond } from "../blast-radius/leak.ts";
import type { Receipt } from "../evidence/receipt.ts";
import { asAgentBoot, asEdgeId } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import type { RunEvent } from "../run/event.ts";
import { EXAMPLE } from "../run/example.ts";
import { leakViolations } from "./held-leak.ts";

const plan: Plan = {
  ...EXAMPLE,
  radius: {
    services: ["checkout", "payments", "browser", "catalog"],
    edges: [asEdgeId("checkout->payments"), asEdgeId("browser->catalog")],
    declared: [{ service: "checkout", may: "fail" }],
    path: [],
  },
};
const hit: RunEvent = {
  ...{ type: "receipts", atMs: 1_000, boot: asAgentBoot("b") },
  receipts: [{ id: "x", injected: 3 } as Receipt],
};
const eventsOf = (seconds: readonly (readonly [n: number, failed: number])[]): readonly RunEvent[] => [
  {
    ...{ type: "passed", atMs: 0, fromMs: 0, toMs: 0, edges: [] },
    before: [{ edge: 1, n: 200, failed: 1, unanswered: 0, perSecond: 20, p95Ms: 9 }],
  },
  hit,
  ...seconds.map(([n, failed], i): RunEvent => {
    const span = { fromMs: 1_000 * i, toMs: 1_000 * (i + 1) };
    return { type: "passed", atMs: span.toMs, ...span, edges: [[1, n, failed]] };
  }),
];
const machine = (seconds: readonly (readonly [n: number, failed: number])[]): boolean => {
  let test = openTest({ n: 200, bad: 1 }, plan.limits.harm.errors, 2);
  return seconds.some(([n, bad], i) => {
    test = watchSecond(test, { n, bad }, i * 1_000);
    return damagedSince(test) !== null;
  });
};
/** Failures of twenty a second, by a rate that changes and a few bursts. */
const world = (seed: number): (readonly [number, number])[] =>
  Array.from({ length: 20 }, (_, i) => {
    const wave = Math.abs(Math.sin(seed * 12.9898 + i * 78.233) * 43_758.5453) % 1;
    const rate = (seed % 10) / 20;
    return [20, Math.min(20, Math.round(20 * rate * 2 * wave) + (wave > 0.97 ? 15 : 0))] as const;
  });

describe("the leak that a HELD must not have", () => {
  it("is found from the events alone", () => {
    expect(leakViolations(plan, eventsOf(Array.from({ length: 8 }, () => [20, 8])), 60_000)).toEqual([
      "errors leaked to browser->catalog",
    ]);
    expect(leakViolations(plan, eventsOf(Array.from({ length: 8 }, () => [20, 0])), 60_000)).toEqual([]);
  });
  it("is none before the first hit, after the revert, or where the file asks for a report", () => {
    const leaking = eventsOf(Array.from({ length: 8 }, () => [20, 8]));
    expect(leakViolations(plan, leaking, 4_000)).toEqual([]);
    expect(
      leakViolations(
        plan,
        leaking.filter(({ type }) => type !== "receipts"),
        60_000,
      ),
    ).toEqual([]);
    expect(leakViolations({ ...plan, limits: { ...plan.limits, leak: "report" } }, leaking, 60_000)).toEqual([]);
  });
  it("is the same that the machine finds, but for what is too close to tell", () => {
    const differ = Array.from({ length: 400 }, (_, seed) => world(seed)).filter(
      (seconds) => machine(seconds) !== leakViolations(plan, eventsOf(seconds), 60_000).length > 0,
    );
    const found = Array.from({ length: 400 }, (_, seed) => machine(world(seed))).filter(Boolean).length;
    expect(found).toBeGreaterThan(50);
    expect(found).toBeLessThan(350);
    expect(differ.length).toBeLessThan(10);
  });
});
