/**
 * Database partition: of two servers that share a PostgreSQL, one or both are cut off from the database while runs are
 * in mid-fault. The leader stops granting within the two seconds that it may trust the lead, another server takes over,
 * and the two never grant at the same time.
 */
import { expect } from "vitest";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { ask, type Serving } from "../serve/ground.ts";
import { Grants, overlaps } from "./grants.ts";
import { BOTH, type Cut, type Line, openLine } from "./line.ts";
import { agentsReady, LONG, type Plane, type PlaneAgent, patiently, sleepUntil, withPlane } from "./plane.ts";
import {
  allEnded,
  expectHeld,
  expectNothingHeld,
  GONE_MS,
  injecting,
  type Mishap,
  metBy,
  now,
  type Over,
  untilNoClaims,
} from "./proofs.ts";

const TIMEOUT_MS = 180_000;
const EDGES = 3;
/** Time that a leader still grants after requesting the last renewal (SAFETY 1). */
const VALID_MS = 2_000;
/** Bound of a takeover: five seconds, plus the delay of a busy machine in answering. */
const TAKEOVER_MS = 8_000;

interface DatabaseLine extends Line {
  /** Cuts as soon as a commit has passed: the commit's answer comes too late. */
  cutAtCommit(cut: Cut): Promise<void>;
}
const openWatched = async (port: number): Promise<DatabaseLine> => {
  let onCommit: (() => void) | null = null;
  const line = await openLine(port, { up: (bytes) => bytes.includes("commit") && onCommit?.() });
  return {
    ...line,
    cutAtCommit: (cut) =>
      new Promise((done) => {
        onCommit = () => {
          onCommit = null;
          line.cut(cut);
          done();
        };
      }),
  };
};

interface Stage {
  readonly plane: Plane;
  readonly agent: PlaneAgent;
  /** The two servers; the first leads. */
  readonly servers: readonly [Serving, Serving];
  /** Lines from each server to the database. */
  readonly lines: readonly [DatabaseLine, DatabaseLine];
  readonly grants: Grants;
  readonly runs: readonly string[];
}
const leads = async ({ url }: Serving) => (await ask(url, "/readyz").catch(() => null))?.status === 200;
const untilLeads = (serving: Serving): Promise<true> =>
  patiently(`${serving.url} leads`, async () => (await leads(serving)) || undefined);

const untilOneLeads = (servers: readonly Serving[]): Promise<Serving> =>
  patiently("one of them leads", async () => {
    for (const serving of servers) if (await leads(serving)) return serving;
    return undefined;
  });

/** Opens servers, an agent connected by lines on which the grants are read, and a run in mid-fault on each edge. */
const onStage = (use: (stage: Stage) => Promise<void>): Promise<void> =>
  withPostgres((databaseUrl) =>
    withPlane(EDGES, async (plane) => {
      const grants = new Grants();
      const opened: Line[] = [];
      const serve = async (i: 0 | 1) => {
        const toDatabase = await openWatched(Number(new URL(databaseUrl).port));
        opened.push(toDatabase);
        const toAgents = await openLine(plane.ports[i]!, { down: grants.reader() });
        opened.push(toAgents);
        const url = new URL(databaseUrl);
        url.port = String(toDatabase.port);
        const agentsUrl = `http://127.0.0.1:${toAgents.port}`;
        const variables = { DATABASE_URL: url.href, SQUALL_PUBLIC_URL: agentsUrl };
        return { serving: await plane.serve(`server-${i}`, plane.ports[i]!, variables), toDatabase, agentsUrl };
      };
      try {
        const first = await serve(0);
        await untilLeads(first.serving);
        const second = await serve(1);
        const { url } = first.serving;
        const agent = await plane.agent({ servers: [first.agentsUrl, second.agentsUrl] });
        await agentsReady(url, agent.name);
        const runs = await Promise.all(
          plane.callers.map((caller, edge) => injecting(url, () => plane.start(url, edge, LONG), [caller])),
        );
        await use({
          ...{ plane, agent, grants, runs },
          servers: [first.serving, second.serving],
          lines: [first.toDatabase, second.toDatabase],
        });
      } finally {
        for (const line of opened) line.stop();
      }
    }),
  );

/** Checks the end of the faults: a server that was cut off grants for two seconds more at most, then the leases end. */
const expectGoneSoon = async ({ plane, agent }: Stage, { atMs }: Mishap): Promise<void> => {
  await sleepUntil(atMs + VALID_MS + GONE_MS);
  await expectNothingHeld([agent]);
  for (const { struckAskedMs } of plane.callers) expect(struckAskedMs - atMs).toBeLessThan(VALID_MS + GONE_MS);
};
const expectNoneGreen = (runs: readonly Over[], mishap: Mishap): void => {
  const open = metBy(runs, mishap);
  expect(open).toHaveLength(EDGES);
  for (const { id, verdict, report } of open) expect(verdict, `${id}: ${report.reason}`).toBe("HALTED");
};
const expectAsNew = async ({ plane, agent }: Stage, { url }: Serving): Promise<void> => {
  await untilNoClaims(url);
  await agentsReady(url, agent.name);
  await Promise.all(plane.callers.map((_, edge) => expectHeld(url, () => plane.start(url, edge))));
};
const expectOneAfterAnother = ({ grants }: Stage, leaders: number): void => {
  expect(grants.epochs.length).toBeGreaterThanOrEqual(leaders);
  expect(overlaps(grants)).toEqual([]);
};

const OFF: readonly (readonly [string, Cut])[] = [
  ["no word passes any more", { ways: BOTH, fate: "lost" }],
  ["its answers are lost", { ways: ["down"], fate: "lost" }],
  ["its answers come late", { ways: ["down"], fate: "held" }],
];
itOnPostgres.concurrent.each(OFF)(
  "invariants 11 and 12: a leader is cut off from the database (%s): it grants no more, and the other takes over",
  async (_name, cut) =>
    onStage(async (stage) => {
      const { servers, lines, grants, runs } = stage;
      const [first, second] = servers;
      const mishap = now();
      lines[0].cut(cut);
      await untilLeads(second);
      expect(performance.now() - mishap.atMs).toBeLessThan(TAKEOVER_MS);
      expectNoneGreen(await allEnded(second.url, runs), mishap);
      await expectGoneSoon(stage, mishap);
      const [before] = grants.epochs;
      expect(grants.of(before!).at(-1)!.atMs - mishap.atMs).toBeLessThan(VALID_MS + 1_000);
      await expectAsNew(stage, second);
      lines[0].heal();
      await patiently("the one that was cut off stands by", async () => {
        const { body } = await ask(first.url, "/api/v1/runs");
        return (body as { code?: string }).code === "not-leader" || undefined;
      });
      expectOneAfterAnother(stage, 2);
    }),
  TIMEOUT_MS,
);

/** Length of a cut that is over before another server may lead. */
const PASSING_MS = 2_500;
itOnPostgres.concurrent(
  "a leader that never hears that a record was written leaves no edge claimed, and no journal open",
  () =>
    onStage(async (stage) => {
      const { servers, lines, runs } = stage;
      await lines[0].cutAtCommit({ ways: ["down"], fate: "lost" });
      const mishap = now();
      await sleepUntil(mishap.atMs + PASSING_MS);
      lines[0].heal();
      const leader = await untilOneLeads(servers);
      expectNoneGreen(await allEnded(leader.url, runs), mishap);
      await expectGoneSoon(stage, mishap);
      await expectAsNew(stage, leader);
      expectOneAfterAnother(stage, 1);
    }),
  TIMEOUT_MS,
);

itOnPostgres.concurrent(
  "invariants 11 and 18: the database is gone for all: nobody grants, the faults end, and all is finished when it is back",
  {
    timeout: TIMEOUT_MS,
  },
  () =>
    onStage(async (stage) => {
      const { servers, lines, runs } = stage;
      const mishap = now();
      for (const line of lines) line.cut({ ways: BOTH, fate: "lost" });
      await expectGoneSoon(stage, mishap);
      for (const serving of servers) expect(await leads(serving)).toBe(false);
      for (const line of lines) line.heal();
      const leader = await untilOneLeads(servers);
      expectNoneGreen(await allEnded(leader.url, runs), mishap);
      await expectAsNew(stage, leader);
      expectOneAfterAnother(stage, 2);
    }),
);

itOnPostgres.concurrent(
  "what invariant 11 is held to by the wire is seen to be broken by two servers that share no database",
  () =>
    withPlane(2, async (plane) => {
      const grants = new Grants();
      const lines: Line[] = [];
      const inject = async (i: 0 | 1) => {
        const { url } = await plane.serve(`server-${i}`, plane.ports[i]!);
        const line = await openLine(plane.ports[i]!, { down: grants.reader() });
        lines.push(line);
        const agent = await plane.agent({ servers: [`http://127.0.0.1:${line.port}`], edge: i, name: `agent-${i}` });
        await agentsReady(url, agent.name);
        await injecting(url, () => plane.start(url, i, LONG), [plane.callers[i]!]);
      };
      try {
        // A server that was started before is in the second epoch: the later leader, if the two were of one cluster.
        const before = await plane.serve("server-1", plane.ports[1]!);
        before.child.kill("SIGTERM");
        await before.ended;
        await inject(1);
        await inject(0);
        await patiently("both grant", () => overlaps(grants).length > 0 || undefined);
      } finally {
        for (const line of lines) line.stop();
      }
    }),
  TIMEOUT_MS,
);
