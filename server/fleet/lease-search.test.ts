/**
 * Search over the lease protocol: for every behaviour of a server, the agents and the network between, in every order,
 * no fault acts longer than permitted, and no audit calls an unclean agent clean.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunId } from "../../experiments/model/names.ts";
import { World } from "../../test/fleet/world.ts";

/** A larger number searches longer: `SQUALL_SEARCH=20000 npx vitest run server/fleet/lease-search`. */
const RUNS = Number(process.env.SQUALL_SEARCH ?? 400);

const which = fc.nat(50);
const toward = fc.constantFrom("toAgent" as const, "toServer" as const);
const moves = [
  { weight: 10, arbitrary: fc.record({ do: fc.constant("deliver" as const), which, toward }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("flow" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 2_500 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("start" as const), endsInMs: fc.integer({ min: 500, max: 30_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("desire" as const), which, faults: fc.subarray(["slow", "cut"]) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("revert" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("haltAll" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("freeze" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("thaw" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("gate" as const), open: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("takeOver" as const), frozen: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
];
type Move = ReturnType<(typeof moves)[number]["arbitrary"]["generate"]>["value"];
/** Clocks of two machines drift by less than 1%. */
const rate = fc.double({ min: 0.992, max: 1.008, noNaN: true });

/** Delivers every message in flight, in order, until no party has a message left. */
const flow = (world: World, wild = false): void => {
  for (let i = 0; i < (wild ? 40 : 200); i++) {
    const waiting = world.connections.some(
      ({ connection }) => connection.toAgent.length + connection.toServer.length > 0,
    );
    if (!waiting) return;
    world.deliver(wild ? i * 7 : i, "toServer", wild);
    world.deliver(wild ? i * 5 : i, "toAgent", wild);
  }
};

const make = (world: World, move: Move, runs: Map<RunId, number>, wild: boolean): void => {
  const { server, machines } = world;
  const mine = [...runs.keys()].filter((run) => run.startsWith(`run-${server.epoch}-`));
  const machine = "which" in move ? machines[move.which % machines.length]! : machines[0]!;
  const run = "which" in move ? mine[move.which % mine.length] : undefined;
  const next = (id: RunId) => runs.set(id, runs.get(id)! + 1).get(id)!;
  const play: { readonly [D in Move["do"]]: (move: Extract<Move, { do: D }>) => unknown } = {
    deliver: ({ which, toward }) => world.deliver(which, toward, wild),
    flow: () => flow(world, wild),
    advance: ({ ms }) => world.advance(ms),
    start: ({ endsInMs }) => runs.set(server.start(endsInMs), 0),
    desire: ({ faults }) => run !== undefined && server.fleet.setDesired(run, next(run), faults),
    revert: () => run !== undefined && server.revert(run, next(run)),
    haltAll: () => server.fleet.haltAll(),
    cut: () => machine.cut(),
    freeze: () => Object.assign(machine, { paused: true }),
    thaw: () => Object.assign(machine, { paused: false }),
    gate: ({ open }) => Object.assign(server, { leads: open }),
    takeOver: ({ frozen }) => world.takeOver(frozen),
    wake: () => world.former.map((former) => Object.assign(former, { paused: false })),
  };
  (play[move.do] as (move: Move) => unknown)(move);
};

const search = async (wild: boolean, numRuns: number, after: (world: World) => void) => {
  const seen = { acted: 0, attested: 0, inferred: 0 };
  const step = fc.oneof(...(moves as { weight: number; arbitrary: fc.Arbitrary<Move> }[]));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), fc.tuple(rate, rate), async (steps, rates) => {
      const world = new World(rates, wild);
      await world.begin();
      const runs = new Map<RunId, number>();
      for (const machine of world.machines) world.connect(machine);
      flow(world);
      for (const move of steps) {
        make(world, move, runs, wild);
        for (const machine of world.machines) world.connect(machine);
        expect(world.broken).toEqual([]);
      }
      after(world);
      expect(world.broken).toEqual([]);
      seen.acted += world.acted;
      seen.attested += world.grades.attested;
      seen.inferred += world.grades.inferred;
    }),
    { numRuns },
  );
  return seen;
};

test("invariants 1, 2, 3, 6 and 7: they hold, and who was graded clean stays clean, over connections that delay, break and deliver late", async () => {
  const seen = await search(false, RUNS, (world) => {
    // Calm at the end: the network is quiet and every machine runs, so every audit comes to its end, and no audit is in
    // doubt.
    for (const machine of world.machines) machine.paused = false;
    world.server.leads = true;
    for (let second = 0; second < 12; second++) {
      for (const machine of world.machines) world.connect(machine);
      flow(world);
      world.advance(1_000);
    }
    flow(world);
    expect(world.server.unfinished()).toEqual([]);
    expect(world.grades.unknown).toBe(0);
  });
  // A search that never met the states in question proves no property.
  expect(seen.acted).toBeGreaterThan(2 * RUNS);
  expect(seen.attested).toBeGreaterThan(RUNS / 10);
  expect(seen.inferred).toBeGreaterThan(RUNS / 100);
}, 3_600_000);

test("invariants 1, 2, 3, 6 and 7: they hold although messages overtake each other and come twice", async () => {
  const seen = await search(true, RUNS, () => {});
  expect(seen.acted).toBeGreaterThan(RUNS / 2);
}, 3_600_000);
