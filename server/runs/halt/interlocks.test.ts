/**
 * A search over interleavings: starts, halts, releases, freezes, crashes and takeovers at random moments. All deciding
 * parts are real: runs, fleet, store. Only time, the agents' processes and the sockets are simulated.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EDGES, type Op, World } from "../../../test/run/world-in-time.ts";

interface Timed {
  readonly afterMs: number;
  readonly op: Op;
}
const edge = fc.nat(EDGES.length - 1);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("start" as const), edge }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("halt all", "release") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("freeze", "thaw", "crash", "depose", "cut off") }) },
);
const gap = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 5_000 }));
const single = fc.record({ afterMs: gap, op }).map((timed) => [timed]);
/** An incident on a run whose faults are live, with the next incident right behind. */
const struck = fc
  .record({
    ...{ edge, gap, liveMs: fc.integer({ min: 1_500, max: 4_000 }) },
    what: fc.constantFrom("crash", "depose", "freeze", "halt all"),
  })
  .map(({ edge, liveMs, gap, what }): Timed[] => [
    { afterMs: gap, op: { do: "start", edge } },
    { afterMs: liveMs, op: { do: what } },
    { afterMs: 50, op: { do: "start", edge } },
  ]);
const script = fc
  .array(fc.oneof({ weight: 4, arbitrary: single }, { weight: 1, arbitrary: struck }), { minLength: 3, maxLength: 14 })
  .map((parts) => parts.flat());

/** Number of trials; more with `SQUALL_TRIALS=1000`. */
const TRIALS = Number(process.env.SQUALL_TRIALS ?? 40);

describe("whatever happens in whatever order", () => {
  it("invariants 20 and 21: nothing is taken from an acknowledged halt of everything to its release, nor in a freeze; no edge is struck by two runs; and every run is finished", {
    timeout: 30_000 + TRIALS * 2_000,
  }, async () => {
    let taken = 0;
    let bans = 0;
    await fc.assert(
      fc.asyncProperty(script, fc.nat(), async (ops, seed) => {
        const world = await World.begin(seed);
        for (const { afterMs, op } of ops) {
          await world.goesOn(afterMs);
          await world.does(op);
        }
        await world.ends();
        taken += world.taken;
        bans += world.bans.length;
        expect(world.problems).toEqual([]);
      }),
      { numRuns: TRIALS },
    );
    // A search without any event finds no violation.
    expect(taken).toBeGreaterThan(TRIALS);
    expect(bans).toBeGreaterThan(TRIALS / 4);
  });
});
