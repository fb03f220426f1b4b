/**
 * Runs and fleet of one leader term in fake time, on a real in-memory SQLite: every part that decides is the production
 * code.
 */

import { Migrator } from "kysely";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { parseMesh } from "../../experiments/model/read/mesh.ts";
import type { Clock } from "../../server/clock.ts";
import { recordedOwner } from "../../server/fleet/boot-owners.ts";
import { Fleet } from "../../server/fleet/fleet.ts";
import { lineLog } from "../../server/log.ts";
import type { RunsConfig } from "../../server/runs/config.ts";
import { logRuns } from "../../server/runs/run-log.ts";
import { Runs } from "../../server/runs/runs.ts";
import type { StartRequest } from "../../server/runs/start/request.ts";
import { Sqlite } from "../../server/store/better-sqlite3.ts";
import { listBoots, upsertBoots } from "../../server/store/boots.ts";
import { acquireLeaderRowAlone } from "../../server/store/leader-row.ts";
import { migrations } from "../../server/store/migrations/index.ts";
import type { Store } from "../../server/store/open.ts";
import { openSqlite } from "../../server/store/sqlite.ts";
import type { FakeClock } from "../server/fake-clock.ts";

const service = (port: number, more = {}) => ({ endpoints: [`127.0.0.1:${port}`], ...more });
const edge = (from: string, to: string, port: number) => ({ from, to, listen: `127.0.0.1:${port}`, protocol: "http" });
export const meshInTime = (more: Readonly<Record<string, unknown>> = {}): Mesh => {
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
    spec: {
      services: {
        gateway: service(7_001),
        checkout: service(7_002, { labels: { tier: "front" } }),
        payments: service(7_003),
        catalog: service(7_004),
      },
      edges: [
        edge("gateway", "checkout", 7_101),
        edge("checkout", "payments", 7_102),
        edge("gateway", "catalog", 7_103),
      ],
      ...more,
    },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.mesh;
};

export interface Wanted {
  readonly name?: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /**
   * Service that the probe samples; absent: the probe samples an address outside the mesh, with unknown dependencies.
   */
  readonly probe?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}
/** Experiment in file form: 1 s of baseline, 4 s under latency, 1 s of recovery. */
export const experimentInTime = ({
  name = "tiny",
  from = "checkout",
  to = "payments",
  probe,
  spec = {},
}: Wanted = {}) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name } },
  spec: {
    phases: { warmup: "0s", baseline: "1s", during: "4s", recovery: { within: "2s", hold: "1s" } },
    hypothesis: [
      {
        name: "it answers",
        http: { ...(probe === undefined ? { url: "http://127.0.0.1:1/" } : { to: probe, path: "/" }), every: "100ms" },
        good: { status: "2xx", within: "500ms" },
        objective: "50%",
      },
    ],
    faults: [{ name: "slow", edge: { from, to }, latency: { delay: "50ms" }, hits: { atLeast: 5 } }],
    ...spec,
  },
});
export const submissionOf = (experiment: unknown, more: Partial<StartRequest> = {}): StartRequest => ({
  ...{ experiment, file: null, seed: 7, mode: "full", redact: [], attached: false },
  ...more,
});

/** Opens an empty in-memory database with all tables. */
export const openInMemory = async (): Promise<Store> => {
  const db = openSqlite(new Sqlite(":memory:"));
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  }).migrateToLatest();
  if (error !== undefined) throw error;
  return {
    ...{ db, dialect: "sqlite", leaderDb: db, cluster: "c" },
    snapshot: (use: (all: typeof db) => unknown) => use(db),
    close: () => db.destroy(),
  } as unknown as Store;
};

export interface TermInTime {
  readonly epoch: number;
  readonly fleet: Fleet;
  readonly runs: Runs;
  readonly log: string[];
  /** Stops the term as if the process had been killed: timers ring no more and no leases are granted. */
  kill(): void;
}
export interface TermOptions extends Partial<Omit<RunsConfig, "mesh">> {
  readonly mesh?: () => Mesh | null;
  readonly leads?: () => boolean;
}
const always = () => true;

/** Clock that dies with the process: timers ring no more. */
class Mortal implements Clock {
  readonly #clock: Clock;
  dead = false;
  constructor(clock: Clock) {
    this.#clock = clock;
  }
  nowMs = () => this.#clock.nowMs();
  wallMs = () => this.#clock.wallMs();
  uptimeMs = () => this.#clock.uptimeMs();
  wake(atMs: number, ring: () => void) {
    return this.#clock.wake(atMs, () => {
      if (!this.dead) ring();
    });
  }
}

/** Begins a term on this store, with a new epoch. */
export const beginInTime = async (clock: Clock, store: Store, options: TermOptions = {}): Promise<TermInTime> => {
  const { mesh = () => MESH, leads = always, ...more } = options;
  const mine = new Mortal(clock);
  const epoch = await acquireLeaderRowAlone(store.db, `holder ${clock.nowMs()}`, "http://127.0.0.1:1");
  const lines: string[] = [];
  const log = lineLog((line) => void lines.push(line));
  const fleet = new Fleet({
    ...{ clock: mine, epoch, mesh: mesh(), log, isGone: () => false },
    mayGrant: () => !mine.dead && leads() && !runs.isHalted,
    known: (await listBoots(store.db)).map(recordedOwner),
    onBoot: (_, { boot, instance, service, credential }) =>
      void upsertBoots(store.db, [
        {
          ...{ boot, instance, service, credential, met_ms: clock.wallMs() },
          ...{ pid: 1, pid_started: null, machine_boot: null },
        },
      ]),
  });
  const runs: Runs = new Runs({
    ...{ clock: mine, store, epoch, fleet, mesh, log, allowExec: false },
    openProbe: () => ({
      kind: "active",
      sample: async () => ({ kind: "seen", latencyMs: 5, status: 200 }),
      bodies: null,
      close: async () => {},
    }),
    ...more,
  });
  runs.onLifecycleEvent(logRuns(log));
  await runs.begin();
  return {
    ...{ epoch, fleet, runs, log: lines },
    kill: () => {
      mine.dead = true;
      fleet.close();
    },
  };
};
const MESH = meshInTime();

/** Advances fake time by `ms`, in small steps, so that the database answers in between. */
export const pass = async (clock: FakeClock, ms: number): Promise<void> => {
  const STEP_MS = 25;
  for (let gone = 0; gone < ms; gone += STEP_MS) {
    await clock.advance(Math.min(STEP_MS, ms - gone));
    await new Promise(setImmediate);
  }
};
/** Advances fake time until the condition is true. */
export const passUntil = async (
  clock: FakeClock,
  what: string,
  isTrue: () => boolean,
  withinMs = 60_000,
): Promise<void> => {
  for (let gone = 0; !isTrue(); gone += 25) {
    if (gone > withinMs) throw new Error(`waited ${withinMs} ms of fake time in vain until ${what}`);
    await pass(clock, 25);
  }
};
