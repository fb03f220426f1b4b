/**
 * Partition between the server and an agent, in mid-fault, in one direction or both, healed before or after the lease
 * ends. The agent ends the faults alone, late messages bring no fault back, and the verdict says what happened.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Serving } from "../serve/ground.ts";
import { often } from "../soak.ts";
import { expectOutlasted, LATE_MS } from "./cut-off.ts";
import { BOTH, type Cut, type Line, openLine } from "./line.ts";
import { agentsReady, LONG, openPlane, type Plane, type PlaneAgent, sleepUntil, withPlane } from "./plane.ts";
import {
  allEnded,
  ended,
  expectGone,
  expectHeld,
  expectNothingHeld,
  injecting,
  type Mishap,
  metBy,
  now,
  untilNoClaims,
  untilState,
} from "./proofs.ts";

const TIMEOUT_MS = 180_000;
const SOON_MS = 1_500;
/** Byte count in the middle of any frame. */
const HALF = 20;

interface Trial {
  readonly agent: PlaneAgent;
  readonly line: Line;
  readonly edge: number;
}
/** Opens an agent for an edge, with a separate line to the server. */
const openTrial = async (plane: Plane, edge: number): Promise<Trial> => {
  const line = await openLine(plane.ports[0]!);
  const agent = await plane.agent({ edge, name: `caller-${edge}`, servers: [`http://127.0.0.1:${line.port}`] });
  return { agent, line, edge };
};

describe("a cut between the server and an agent", () => {
  const LASTING: readonly (readonly [string, Cut])[] = [
    ["both ways", { ways: BOTH, fate: "held" }],
    ["both ways, and every byte of then is lost", { ways: BOTH, fate: "lost" }],
    ["from the server in the middle of a frame", { ways: ["down"], fate: "held", after: HALF }],
    ["from the agent in the middle of a frame", { ways: ["up"], fate: "held", after: HALF }],
    // A cut between two frames proves less than a cut in the middle, and is left to a soak.
    ...often<readonly (readonly [string, Cut])[]>(
      [],
      [
        ["from the server", { ways: ["down"], fate: "held" }],
        ["from the agent", { ways: ["up"], fate: "held" }],
      ],
    ),
  ];
  const PASSING: readonly (readonly [string, Cut])[] = [
    ["both ways", { ways: BOTH, fate: "held" }],
    ["from the server in the middle of a frame", { ways: ["down"], fate: "held", after: HALF }],
  ];
  let plane: Plane;
  let serving: Serving;
  beforeAll(async () => {
    plane = await openPlane(LASTING.length + PASSING.length);
    serving = await plane.serve("server", plane.ports[0]!);
  });
  afterAll(() => plane.close());

  const trial = async (edge: number, use: (trial: Trial) => Promise<void>) => {
    const opened = await openTrial(plane, edge);
    try {
      await agentsReady(serving.url, opened.agent.name);
      await use(opened);
    } finally {
      opened.line.stop();
      opened.agent.child.kill("SIGKILL");
      await opened.agent.ended;
    }
  };

  it.concurrent.each(LASTING.map(([name, cut], edge) => [name, cut, edge] as const))(
    "invariants 1, 2 and 3: %s, for longer than the lease: the agent ends its faults alone, and none comes back",
    (_name, cut, edge) =>
      trial(edge, ({ agent, line }) =>
        expectOutlasted({
          ...{ agent, url: serving.url, traffic: plane.callers[edge]! },
          start: (wanted) => plane.start(serving.url, edge, wanted),
          cut: () => line.cut(cut),
          heal: () => line.heal(),
        }),
      ),
    TIMEOUT_MS,
  );

  it.concurrent.each(PASSING.map(([name, cut], i) => [name, cut, LASTING.length + i] as const))(
    "invariant 19: %s, for less than the lease: the run is not disturbed",
    async (_name, cut, edge) => {
      const { url } = serving;
      await trial(edge, async ({ agent, line }) => {
        const run = await injecting(url, () => plane.start(url, edge, { during: "6s" }), [plane.callers[edge]!]);
        line.cut(cut);
        await sleepUntil(performance.now() + SOON_MS);
        line.heal();
        const { report, verdict } = await ended(url, run);
        expect(verdict, report.reason).toBe("HELD");
        expect(report.audit).toMatchObject([{ agent: agent.name, grade: "attested" }]);
      });
    },
    TIMEOUT_MS,
  );
});

/** Delays after which a message of the killed server reaches an agent that waits for just that message. */
const RENEWALS_MS = [2_000, 4_500, LATE_MS];
const ORDERS_MS = [3_000, 4_500];
it.concurrent(
  "invariant 2: what a dead server said, and the network delivers late, strikes nobody after the lease",
  {
    timeout: TIMEOUT_MS,
  },
  () =>
    withPlane(RENEWALS_MS.length + ORDERS_MS.length, async (plane) => {
      const [port] = plane.ports;
      const { url, child, ended: died } = await plane.serve("server", port!);
      const trials = await Promise.all(plane.callers.map((_, edge) => openTrial(plane, edge)));
      try {
        const agents = trials.map(({ agent }) => agent);
        await agentsReady(url, ...agents.map(({ name }) => name));
        const renewed = trials.slice(0, RENEWALS_MS.length);
        const ordered = trials.slice(RENEWALS_MS.length);
        const runs = await Promise.all(
          renewed.map(({ edge }) => injecting(url, () => plane.start(url, edge, LONG), [plane.callers[edge]!])),
        );
        for (const { line } of renewed) line.cut({ ways: ["down"], fate: "held" });
        // These agents have no fault order yet: the order is held on the line.
        for (const { edge, line } of ordered) {
          const run = await plane.start(url, edge, LONG);
          await untilState(url, run, "baseline");
          line.cut({ ways: ["down"], fate: "held" });
          await untilState(url, run, "injecting");
          runs.push(run);
        }
        child.kill("SIGKILL");
        const mishap = now();
        await died;
        await Promise.all(
          [...RENEWALS_MS, ...ORDERS_MS].map(async (afterMs, i) => {
            await sleepUntil(mishap.atMs + afterMs);
            trials[i]!.line.heal();
          }),
        );
        await expectAllOver(plane, { mishap, runs, agents });
      } finally {
        for (const { line } of trials) line.stop();
      }
    }),
);

interface Left {
  readonly mishap: Mishap;
  readonly runs: readonly string[];
  readonly agents: readonly PlaneAgent[];
}
const expectAllOver = async (plane: Plane, { mishap, runs, agents }: Left): Promise<void> => {
  await expectNothingHeld(agents);
  const { url } = await plane.serve("server", plane.ports[0]!);
  const over = await allEnded(url, runs);
  for (const { id, verdict } of metBy(over, mishap)) expect(verdict, id).toBe("HALTED");
  await agentsReady(url, ...agents.map(({ name }) => name));
  await untilNoClaims(url);
  await expectNothingHeld(agents);
  expectGone(plane.callers, mishap);
  await Promise.all(agents.map((_, edge) => expectHeld(url, () => plane.start(url, edge))));
};
