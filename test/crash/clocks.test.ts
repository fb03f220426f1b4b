/**
 * Clock jumps under a server or an agent in mid-fault, and clock drift too slow to be noticed. Either may shorten a
 * fault and never lengthens a fault; no affected run is HELD, and the next run is.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { ask, type Process } from "../serve/ground.ts";
import { agentsReady, LONG, type Plane, type PlaneAgent, patiently, sleepUntil, withPlane } from "./plane.ts";
import {
  allEnded,
  ended,
  expectGone,
  expectHeld,
  expectNothingHeld,
  GONE_MS,
  injecting,
  now,
  untilNoClaims,
} from "./proofs.ts";

const TIMEOUT_MS = 180_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * Jump longer than any lease, shorter than an hour: a clock correction does not move the monotonic clock further.
 */
const STRIDE_MS = 30_000;
/**
 * Clock drift from one comparison to the next. A jump is more than 1,000 ms, and a busy machine may take the core away
 * between the readings of a comparison.
 */
const CREEP_MS = 700;

const PRELOAD = pathToFileURL(join(import.meta.dirname, "shifted-clocks.mjs")).href;
const clocks = (atStart = ""): NodeJS.ProcessEnv => ({ NODE_OPTIONS: `--import=${PRELOAD}`, SHIFTED_CLOCKS: atStart });
const shift = ({ child }: Process, how: string): void => void child.stdin!.write(`${how}\n`);

const JUMPS: readonly string[] = [
  `wall ${HOUR_MS}`,
  `wall -${2 * HOUR_MS}`,
  `uptime ${HOUR_MS}`,
  `monotonic ${STRIDE_MS}`,
];
/** Checks that no fault and no claim is left with these agents, and that a new run on the edge holds. */
const expectOver = async (plane: Plane, url: string, edge: number, agents: readonly PlaneAgent[]): Promise<void> => {
  await expectNothingHeld(agents);
  await untilNoClaims(url);
  await agentsReady(url, ...agents.map(({ name }) => name));
  await expectHeld(url, () => plane.start(url, edge));
};

describe.concurrent("invariant 5", () => {
  it("a clock that jumps under the server halts every run, and takes their faults away", { timeout: TIMEOUT_MS }, () =>
    withPlane(2, async (plane) => {
      const serving = await plane.serve("server", plane.ports[0]!, clocks());
      const { url } = serving;
      const agent = await plane.agent();
      for (const jump of JUMPS) {
        await agentsReady(url, agent.name);
        const runs = await Promise.all(
          plane.callers.map((caller, edge) => injecting(url, () => plane.start(url, edge, LONG), [caller])),
        );
        shift(serving, jump);
        for (const run of runs) {
          const { report, verdict } = await ended(url, run);
          expect(verdict, `${jump}: ${report.reason}`).toBe("HALTED");
          if (!jump.startsWith("monotonic")) expect(report.because).toBe("clock-jump");
        }
        const overMs = performance.now();
        await sleepUntil(overMs + 500);
        for (const { struckAskedMs } of plane.callers) expect(struckAskedMs).toBeLessThan(overMs);
        await expectOver(plane, url, 0, [agent]);
      }
    }),
  );

  it("a clock that jumps under an agent empties it, and its run is not green", { timeout: TIMEOUT_MS }, () =>
    withPlane(JUMPS.length, async (plane) => {
      const { url } = await plane.serve("server", plane.ports[0]!);
      await Promise.all(
        JUMPS.map(async (jump, edge) => {
          const agent = await plane.agent({ edge, name: `caller-${edge}`, environment: clocks() });
          const caller = plane.callers[edge]!;
          await agentsReady(url, agent.name);
          const run = await injecting(url, () => plane.start(url, edge, LONG), [caller]);
          const mishap = now();
          shift(agent, jump);
          await patiently("it is empty", async () => (await agent.held()).length === 0 || undefined);
          const { report, verdict } = await ended(url, run);
          expect(["INCONCLUSIVE", "HALTED"], `${jump}: ${report.reason}`).toContain(verdict);
          await sleepUntil(mishap.atMs + GONE_MS);
          expectGone([caller], mishap);
          await untilNoClaims(url, [run]);
          await agentsReady(url, agent.name);
          await expectHeld(url, () => plane.start(url, edge));
        }),
      );
    }),
  );

  it(
    "clocks that creep back under agents whose server is dead, and a server that comes back a day before, lengthen nothing",
    {
      timeout: TIMEOUT_MS,
    },
    () =>
      withPlane(3, async (plane) => {
        const serving = await plane.serve("server", plane.ports[0]!);
        const { url } = serving;
        const agents = await Promise.all(
          plane.callers.map((_, edge) => plane.agent({ edge, name: `caller-${edge}`, environment: clocks() })),
        );
        await agentsReady(url, ...agents.map(({ name }) => name));
        const runs = await Promise.all(
          plane.callers.map((caller, edge) => injecting(url, () => plane.start(url, edge, LONG), [caller])),
        );
        serving.child.kill("SIGKILL");
        const mishap = now();
        await serving.ended;
        shift(agents[0]!, `creep wall -${CREEP_MS}`);
        shift(agents[1]!, `creep uptime -${CREEP_MS}`);
        await sleepUntil(mishap.atMs + GONE_MS);
        for (const agent of agents) expect(agent.text()).toContain("dropped all faults: the lease is over");
        await expectNothingHeld(agents);
        const next = await plane.serve("server", plane.ports[0]!, clocks(`wall -${DAY_MS}`));
        for (const { id, verdict } of await allEnded(next.url, runs))
          if (runs.includes(id)) expect(verdict, id).toBe("HALTED");
        expectGone(plane.callers, mishap);
        await expectOver(plane, next.url, 0, agents);
      }),
  );

  itOnPostgres(
    "invariant 11: a standby whose clocks are a day ahead does not take over from a leader that lives",
    {
      timeout: TIMEOUT_MS,
    },
    () =>
      withPostgres((DATABASE_URL) =>
        withPlane(
          1,
          async (plane) => {
            const { url } = await plane.serve("first", plane.ports[0]!);
            const ahead = clocks(`wall ${DAY_MS}\nuptime ${DAY_MS}\nmonotonic ${DAY_MS}`);
            const standby = await plane.serve("second", plane.ports[1]!, ahead);
            const agent = await plane.agent();
            await agentsReady(url, agent.name);
            shift(standby, `wall ${DAY_MS}`);
            shift(standby, `uptime ${DAY_MS}`);
            await expectHeld(url, () => plane.start(url, 0, { during: "6s" }));
            expect(await ask(standby.url, "/readyz")).toMatchObject({ status: 503 });
            const { body } = await ask(url, "/api/v1/server");
            expect(body).toMatchObject({ epoch: 1 });
          },
          { DATABASE_URL },
        ),
      ),
  );
});
