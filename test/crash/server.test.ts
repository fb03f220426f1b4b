/**
 * The server is killed, or stops and goes on, at every state of a run and at random moments, on both databases: no fault
 * outlives the lease, no run and no record is lost, and what comes after finds every edge free.
 */
import { afterAll, describe, expect, it } from "vitest";
import type { State } from "../../experiments/model/run/run.ts";
import { withPostgres } from "../postgres.ts";
import { ask, type Serving } from "../serve/ground.ts";
import { agentsReady, type Plane, type PlaneAgent, patiently, sleepUntil, withPlane } from "./plane.ts";
import {
  allEnded,
  expectGone,
  expectHeld,
  expectNothingHeld,
  GONE_MS,
  type Mishap,
  metBy,
  now,
  type Over,
  stateAt,
  untilNoClaims,
  untilState,
} from "./proofs.ts";

const EDGES = 10;
const STAGGER_MS = 300;
const TIMEOUT_MS = 240_000;

type Database = "SQLite" | "PostgreSQL";
const on = (database: Database, edges: number, use: (plane: Plane) => Promise<void>): Promise<void> =>
  database === "SQLite" ? withPlane(edges, use) : withPostgres((url) => withPlane(edges, use, { DATABASE_URL: url }));

/** States in which a mishap met a run, over the whole file. */
const met = new Set<State | null>();

interface Stage {
  readonly plane: Plane;
  readonly agent: PlaneAgent;
  readonly serving: Serving;
}
const open = async (plane: Plane): Promise<Stage> => {
  const serving = await plane.serve("server", plane.ports[0]!);
  const agent = await plane.agent();
  await agentsReady(serving.url, agent.name);
  return { plane, agent, serving };
};
const again = ({ plane }: Stage): Promise<Serving> => plane.serve("server", plane.ports[0]!);

/** Starts a run on each edge, one after the other, and resolves `afterMs` later with those whose start was answered. */
const startAll = async ({ plane, serving: { url } }: Stage, afterMs: number): Promise<readonly string[]> => {
  const runs: string[] = [];
  const begunMs = performance.now();
  let isOver = false;
  const starting = async () => {
    for (let i = 0; i < EDGES && !isOver; i++) {
      runs.push(await plane.start(url, i));
      await sleepUntil(begunMs + (i + 1) * STAGGER_MS);
    }
  };
  // The server may be gone by then: that start was never answered.
  starting().catch(() => {});
  await sleepUntil(begunMs + afterMs);
  isOver = true;
  return [...runs];
};

/** What happens to a server; the one that serves afterwards. */
interface Blow {
  readonly signal: "SIGKILL" | "SIGSTOP";
  readonly next: (stage: Stage, mishap: Mishap) => Promise<Serving>;
}
const strike = async ({ serving }: Stage, signal: Blow["signal"]): Promise<Mishap> => {
  serving.child.kill(signal);
  const mishap = now();
  if (signal === "SIGKILL") await serving.ended;
  return mishap;
};
/** Nobody but the agent itself can have ended its faults. */
const expectGoneByItself = async ({ plane, agent }: Stage, mishap: Mishap): Promise<void> => {
  await sleepUntil(mishap.atMs + GONE_MS);
  await expectNothingHeld([agent]);
  const answers = plane.callers.map((caller) => caller.answers);
  await sleepUntil(performance.now() + 500);
  // Traffic goes on, and unstruck.
  for (const [i, caller] of plane.callers.entries()) expect(caller.answers).toBeGreaterThan(answers[i]!);
  expectGone(plane.callers, mishap);
};
const KILLED: Blow = { signal: "SIGKILL", next: again };
const KILLED_FOR_LONG: Blow = {
  signal: "SIGKILL",
  async next(stage, mishap) {
    await expectGoneByItself(stage, mishap);
    return again(stage);
  },
};
/** For longer than it may trust its leadership, and for less than a lease: the faults live on, and it with them. */
const STOPPED: Blow = {
  signal: "SIGSTOP",
  async next({ serving }, mishap) {
    await sleepUntil(mishap.atMs + 3_000);
    serving.child.kill("SIGCONT");
    return serving;
  },
};
const STOPPED_FOR_LONG: Blow = {
  signal: "SIGSTOP",
  async next(stage, mishap) {
    await expectGoneByItself(stage, mishap);
    stage.serving.child.kill("SIGCONT");
    return stage.serving;
  },
};

/** Who was killed says nothing green of a run any more; who stood still for a while does not of one that was injecting then. */
const expectNoFalseGreen = (runs: readonly Over[], mishap: Mishap, { signal }: Blow): void => {
  for (const { id, report, records, verdict } of runs) {
    expect(verdict, id).not.toBe("RESIDUE");
    const before = stateAt(records, mishap.wallMs);
    const mayHold = signal === "SIGKILL" ? before === "finished" : before !== "injecting";
    if (!mayHold) expect(verdict, `${id} was ${before}: ${report.reason}`).not.toBe("HELD");
  }
};
const expectAsNew = async ({ plane, agent }: Stage, { url }: Serving): Promise<void> => {
  await untilNoClaims(url);
  await expectNothingHeld([agent]);
  await agentsReady(url, agent.name);
  await expectHeld(url, () => plane.start(url, 0));
};

/** All of it, again and again, on the same database with the same agent. */
const undergo = async (stage: Stage, blows: readonly (readonly [Blow, afterMs: number])[]): Promise<void> => {
  let { serving } = stage;
  const started: string[] = [];
  const checked = new Set<string>();
  for (const [blow, afterMs] of blows) {
    const { signal, next } = blow;
    const runs = await startAll({ ...stage, serving }, afterMs);
    const mishap = await strike({ ...stage, serving }, signal);
    started.push(...runs);
    serving = await next({ ...stage, serving }, mishap);
    const over = await allEnded(serving.url, started, checked);
    for (const { id, records } of over) {
      checked.add(id);
      met.add(stateAt(records, mishap.wallMs));
    }
    expectNoFalseGreen(over, mishap, blow);
    await sleepUntil(mishap.atMs + GONE_MS);
    if (signal === "SIGKILL") expectGone(stage.plane.callers, mishap);
    await expectAsNew(stage, serving);
  }
};

/** In the second and a half after the last start, when the runs are everywhere: spread, and drawn anew each time. */
const LAST_MS = EDGES * STAGGER_MS;
const moments = (...blows: readonly Blow[]) =>
  blows.map((blow, i) => [blow, LAST_MS + ((i + Math.random()) * 1_500) / blows.length] as const);

describe.concurrent.each<Database>(["SQLite", "PostgreSQL"])("on %s", (database) => {
  const undergone = (...blows: readonly Blow[]) =>
    on(database, EDGES, async (plane) => undergo(await open(plane), moments(...blows)));

  it(
    "invariants 1 and 18: a server that is killed again and again leaves nothing on and loses nothing",
    () => undergone(KILLED, KILLED),
    TIMEOUT_MS,
  );

  it(
    "invariants 1 and 18: nor does one that is killed and stays away for longer than a lease",
    () => undergone(KILLED, KILLED_FOR_LONG),
    TIMEOUT_MS,
  );

  it(
    "invariants 1 and 5: nor does one that stops, for less or for more than a lease, and goes on",
    () => undergone(STOPPED, STOPPED_FOR_LONG, KILLED),
    TIMEOUT_MS,
  );

  it(
    "nor one that is killed while a run waits for another's edge, and that one for an agent that stands still",
    () =>
      on(database, 1, async (plane) => {
        const stage = await open(plane);
        const { agent, serving } = stage;
        const run = await plane.start(serving.url, 0);
        const queued = await plane.start(serving.url, 0);
        await untilState(serving.url, run, "injecting");
        agent.child.kill("SIGSTOP");
        await untilState(serving.url, run, "reverting");
        const mishap = await strike(stage, "SIGKILL");
        agent.child.kill("SIGCONT");
        await expectTaken(stage, mishap, [run, queued]);
      }),
    TIMEOUT_MS,
  );

  it("nor during the audit, and while a run still waits for its agents", { timeout: TIMEOUT_MS }, () =>
    on(database, 2, async (plane) => {
      const serving = await plane.serve("server", plane.ports[0]!);
      const lonely = await plane.start(serving.url, 1);
      await untilState(serving.url, lonely, "preparing");
      serving.child.kill("SIGKILL");
      const early = now();
      await serving.ended;

      const stage = await open(plane);
      const { agent } = stage;
      const run = await plane.start(stage.serving.url, 0);
      await untilState(stage.serving.url, run, "recovering");
      agent.child.kill("SIGSTOP");
      await untilState(stage.serving.url, run, "auditing");
      const mishap = await strike(stage, "SIGKILL");
      agent.child.kill("SIGCONT");
      const over = await expectTaken(stage, mishap, [lonely, run]);
      for (const { records } of metBy(over, early)) met.add(stateAt(records, early.wallMs));
    }),
  );
});

/** Another server finishes what the killed one left. */
const expectTaken = async (stage: Stage, mishap: Mishap, runs: readonly string[]): Promise<readonly Over[]> => {
  const next = await again(stage);
  const over = await allEnded(next.url, runs);
  for (const { records } of over) met.add(stateAt(records, mishap.wallMs));
  expectNoFalseGreen(over, mishap, KILLED);
  await sleepUntil(mishap.atMs + GONE_MS);
  expectGone(stage.plane.callers, mishap);
  await expectAsNew(stage, next);
  return over;
};

it.concurrent(
  "invariant 11: a leader that stops while another takes over grants nothing more, and writes nothing more",
  {
    timeout: TIMEOUT_MS,
  },
  () =>
    on("PostgreSQL", EDGES, async (plane) => {
      const serving = await plane.serve("first", plane.ports[0]!);
      const second = await plane.serve("second", plane.ports[1]!);
      const agent = await plane.agent({ servers: plane.ports.map((port) => `http://127.0.0.1:${port}`) });
      await agentsReady(serving.url, agent.name);
      const stage = { plane, agent, serving };
      const runs = await startAll(stage, LAST_MS + 500);
      const mishap = await strike(stage, "SIGSTOP");
      await patiently(
        "the other one leads",
        async () => (await ask(second.url, "/readyz")).status === 200 || undefined,
      );
      const over = await allEnded(second.url, runs);
      expectNoFalseGreen(over, mishap, KILLED);
      serving.child.kill("SIGCONT");
      await sleepUntil(mishap.atMs + GONE_MS);
      expectGone(plane.callers, mishap);
      await expectAsNew(stage, second);
      await patiently("the one that woke up stands by", async () => {
        const { body } = await ask(serving.url, "/api/v1/runs");
        return (body as { code?: string }).code === "not-leader" || undefined;
      });
      // What was written since is the second's alone: every journal is still as it was.
      const still = await allEnded(second.url, runs);
      for (const { id, records } of over) expect(still.find((run) => run.id === id)?.records).toEqual(records);
    }),
);

afterAll(() => {
  const wanted: State[] = ["queued", "preparing", "warming", "baseline", "injecting", "reverting", "recovering"];
  expect([...met]).toEqual(expect.arrayContaining([...wanted, "auditing", "finished"]));
});
