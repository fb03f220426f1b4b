/** Hunts for an undeserved HELD: random worlds and events, checked by `held-invariant.ts` from the events alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { often } from "../../../test/soak.ts";
import type { Receipt } from "../evidence/receipt.ts";
import { heldViolations } from "../journal/held-invariant.ts";
import { type AgentBoot, asAgentBoot, asInstance, edgeAt, edgeId } from "../names.ts";
import type { Plan, PlannedFault } from "../plan/plan.ts";
import type { RunEvent } from "./event.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "./example.ts";
import { begin } from "./run.ts";
import { type SimulatedWorld, simulate } from "./simulation.ts";
import { step } from "./step.ts";

/** The second fault is at the other place of the pair, by the redirect. */
const AT_CALLEE = edgeId("checkout", "payments", "callee");
const LATER: PlannedFault = {
  ...{ ...SLOW, name: "later", fromMs: 4_000, toMs: 8_000, existing: "reset" },
  targets: SLOW.targets.map((target) => ({ ...target, edge: AT_CALLEE })),
};
const asked = { ...CHECKOUT, path: { ...CHECKOUT.path, [AT_CALLEE]: "below" } } as const;
const PLAN: Plan = {
  ...EXAMPLE,
  faults: [SLOW, LATER],
  expectations: [asked, { ...asked, name: "loose", objective: { baseline: 0.9, during: 0.5, recovery: 0.9 } }],
};
const ONE = asAgentBoot("boot-1");
const boot = fc.constantFrom(...["boot-1", "boot-2", "boot-3"].map(asAgentBoot));
const atMs = fc.integer({ min: 0, max: 25_000 });
const mishap: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({ type: fc.constant("lost" as const), atMs, boot, how: fc.constantFrom("exited", "lapsed", "silent") }),
  fc.record({
    ...{ type: fc.constant("halted" as const), atMs, reason: fc.constant("h"), recover: fc.boolean() },
    because: fc.constantFrom("operator", "server-lost", "journal"),
  }),
  fc.record({
    ...{ type: fc.constant("refused" as const), atMs, boot, why: fc.constant("policy") },
    revision: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    ...{ type: fc.constant("graded" as const), atMs, boot, detail: fc.constant("") },
    ...{ revision: fc.integer({ min: 0, max: 7 }), grade: fc.constantFrom("attested", "unknown", "inferred") },
  }),
  fc.record({ type: fc.constant("left" as const), atMs, boot }),
  fc.record({
    ...{ type: fc.constant("joined" as const), atMs },
    agent: boot.map((name) => ({ instance: asInstance(`of-${name}`), boot: name })),
  }),
  fc.record({ type: fc.constant("settled" as const), atMs, phase: fc.constantFrom("baseline", "during", "recovery") }),
);
/** Mostly a healthy world, at times with an aberration. */
const rarely = <T>(well: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(well) }, { weight: 1, arbitrary: other });
const world: fc.Arbitrary<Partial<SimulatedWorld>> = fc
  .record({
    boots: rarely<AgentBoot[]>([ONE], fc.constantFrom<AgentBoot[]>([ONE, asAgentBoot("boot-2")], [])),
    badEvery: rarely(0, fc.integer({ min: 1, max: 300 })),
    missing: rarely("good" as const, fc.constantFrom("none" as const, "errored" as const)),
    outageMs: rarely(-10_000, atMs),
    injected: rarely(40, fc.constantFrom(0, 0.2, 1, 2)),
    escaped: rarely(0, fc.constantFrom(1, 200)),
    applyMs: rarely(20, fc.constantFrom(null, 3_000, 6_000)),
    missedMs: rarely(0, fc.integer({ min: 0, max: 9_000 })),
    grades: fc.array(rarely("attested" as const, fc.constantFrom(null, "unknown", "inferred", "witnessed")), {
      minLength: 2,
      maxLength: 2,
    }),
    happens: rarely([] as RunEvent[], fc.array(mishap, { maxLength: 3 })),
  })
  .map(({ badEvery, missing, outageMs, injected, escaped, applyMs, grades, ...rest }) => ({
    ...rest,
    reported: (receipt: Receipt): Receipt =>
      escaped > 0 && edgeAt(receipt.edge) === "callee" ? { ...receipt, escaped, escapedBy: "redirect" } : receipt,
    sample: (_of: string, ms: number) =>
      ms >= outageMs && ms < outageMs + 2_000
        ? missing === "good"
          ? "bad"
          : missing
        : badEvery > 0 && Math.round(ms / 25) % badEvery === 0
          ? "bad"
          : "good",
    hitsPerSecond: () => ({ matched: 40, injected }),
    applyMs: () => applyMs,
    grade: (_boot: string, audit: number) => grades[Math.min(audit, 2) - 1] ?? null,
  }));

describe("invariant 14: a false green", () => {
  it("is not found in random worlds: whoever checks a HELD by the events alone agrees", { timeout: 60_000 }, () => {
    let held = 0;
    fc.assert(
      fc.property(world, (changes) => {
        const { run, events } = simulate(PLAN, changes);
        if (run.at === "finished" && run.verdict === "HELD") held++;
        expect(heldViolations(PLAN, events)).toEqual([]);
      }),
      { numRuns: often(120, 400), seed: 20_260 },
    );
    expect(held).toBeGreaterThan(often(9, 30));
  });

  it("would be found: the check refuses the events of a HELD run with any one proof taken out", () => {
    const { events } = simulate(PLAN);
    const without = (drop: (event: RunEvent) => boolean) => {
      const rest = events.filter((event) => !drop(event));
      const run = rest.reduce((before, event) => step(before, event)[0], begin(PLAN));
      return run.at === "finished" ? run.verdict : run.at;
    };
    expect(without(() => false)).toBe("HELD");
    const proofs: readonly ((event: RunEvent) => boolean)[] = [
      (event) => event.type === "receipts",
      (event) => event.type === "graded",
      (event) => event.type === "applied",
      (event) => event.type === "settled",
      (event) => event.type === "tallied" && event.tallies.some(({ phase }) => phase === "baseline"),
      (event) => event.type === "tallied" && event.tallies.some(({ phase }) => phase === "during"),
      (event) => event.type === "tallied" && event.tallies.some(({ phase }) => phase === "recovery"),
    ];
    for (const proof of proofs) expect(without(proof)).not.toBe("HELD");
  });
});

describe("folding", () => {
  it("is deterministic, and changes nothing it was given", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(world, (changes) => {
        const { run, events } = simulate(PLAN, changes);
        const frozen = deepFreeze(structuredClone(events));
        const fold = () => frozen.reduce((before, event) => deepFreeze(step(before, event)[0]), begin(PLAN));
        expect(fold()).toEqual(run);
        expect(fold()).toEqual(fold());
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
const deepFreeze = <T>(value: T): T => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
};
