/** The wiring of the control plane: each function connects two parts, and returns a function that disconnects both. */

import type { Mesh } from "../experiments/model/mesh/mesh.ts";
import type { AgentBoot } from "../experiments/model/names.ts";
import { type Clock, every, guardJumps, systemClock } from "./clock.ts";
import type { ServerConfig } from "./config/config.ts";
import type { Agent } from "./fleet/agent.ts";
import type { BootOwner } from "./fleet/boot-owners.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Leadership } from "./leadership/leader.ts";
import type { Log } from "./log.ts";
import type { Meshes } from "./meshes/meshes.ts";
import { openMeshes } from "./meshes/open.ts";
import { createProbeOpener, createThreadedProbeOpener } from "./probes/index.ts";
import { Judge } from "./probes/judge.ts";
import type { OpenProbe, ProbeEnvironment } from "./probes/probe.ts";
import { Prober } from "./probes/prober.ts";
import { RateLimitedLog } from "./rate-limited-log.ts";
import type { PendingHalt } from "./runs/halt/pending-halt.ts";
import type { Runs } from "./runs/runs.ts";
import { DenyList } from "./security/deny.ts";
import { LOCAL } from "./security/roles.ts";
import { type BootRow, deleteBoots, upsertBoots } from "./store/boots.ts";
import { listDocuments } from "./store/documents.ts";
import type { Store } from "./store/open.ts";
import { DEFAULT_RETENTION, sweep } from "./store/retention.ts";
import { inTransaction } from "./store/transaction.ts";

export interface ControlPlaneDeps {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly leadership: Leadership;
  /** Acknowledged halt not yet recorded, kept over all leaderships of the process. */
  readonly pendingHalt: PendingHalt;
}

/**
 * Time between two writes of agent records: each write costs the disk a flush, and a whole fleet may connect at once.
 */
const WRITE_INTERVAL_MS = 50;
/**
 * Records of agent processes: a later server needs the pid and start time to see that a process has ended, and the
 * credential to know which client may attest for the process's boot. All changes within WRITE_INTERVAL_MS share one
 * transaction, and so one flush.
 */
export const recordBoots = ({ store, clock, log }: ControlPlaneDeps) => {
  const sparse = new RateLimitedLog(log, clock);
  let isWriting = false;
  let met = new Map<AgentBoot, BootRow>();
  let left = new Set<AgentBoot>();
  let waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const write = async (): Promise<void> => {
    const [rows, gone, told] = [[...met.values()], [...left], waiting];
    [met, left, waiting] = [new Map(), new Set(), []];
    try {
      await inTransaction(store.db, async (tx) => {
        await upsertBoots(tx, rows);
        await deleteBoots(tx, gone);
      });
      for (const { resolve } of told) resolve();
    } catch (error) {
      sparse.warn("recording", `agents could not be recorded: ${(error as Error).message}`);
      for (const { reject } of told) reject(error as Error);
    }
  };
  const begin = (): void => {
    if (isWriting) return;
    isWriting = true;
    const pause = () => {
      clock.wake(clock.nowMs() + WRITE_INTERVAL_MS, () => {
        isWriting = false;
        if (met.size + left.size > 0) begin();
      });
    };
    // `write` never rejects: failures go to the promises of the waiting callers.
    write().then(pause, pause);
  };
  return {
    remember: ({ mark }: Agent, { boot, instance, service, credential }: BootOwner): Promise<void> => {
      const process = { pid: mark.pid, pid_started: mark.started, machine_boot: mark.machineBoot };
      met.set(boot, { boot, instance, service, credential, met_ms: clock.wallMs(), ...process });
      left.delete(boot);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        begin();
      });
    },
    end: () => sparse.close(),
    forget: (boots: readonly AgentBoot[]): void => {
      for (const boot of boots) {
        met.delete(boot);
        left.add(boot);
      }
      begin();
    },
  };
};

export const probeRules = (
  { childVariables = {}, commands = {}, deny, allow }: ServerConfig,
  clock: Clock,
): ProbeEnvironment => ({
  ...{ childVariables, commands },
  denied: new DenyList(deny, allow),
  judge: new Judge(clock),
});

/**
 * Chooses the probe opener of runs: probes that may be late run in a separate thread. Another thread cannot follow a
 * clock moved by hand, so with such a clock all probes run in this thread.
 */
export const chooseProbeOpener = (
  rules: ProbeEnvironment,
  clock: Clock,
): { readonly openProbe: OpenProbe; readonly end: () => Promise<void> } => {
  if (clock !== systemClock) return { openProbe: createProbeOpener(rules), end: async () => {} };
  const prober = new Prober(clock, rules.denied);
  return { openProbe: createThreadedProbeOpener(rules, prober), end: () => prober.close() };
};

export const openServerMeshes = async ({ config, clock, log, store }: ControlPlaneDeps): Promise<Meshes> => {
  const { mesh, meshFile: file, environment = {}, meshEnvironment = environment } = config;
  return openMeshes({
    ...{ clock, log, mesh, environment },
    ...(file === undefined ? {} : { file, fileEnvironment: meshEnvironment }),
    documents: await listDocuments(store.db, "Mesh"),
  });
};

/** Mesh that remains when the last document is deleted. */
const EMPTY_MESH: Mesh = { name: "nothing", directory: null, services: [], edges: [] };
/** Passes agents' offers to the meshes, and mesh changes to the fleet. */
export const connectMeshToFleet = (fleet: Fleet, meshes: Meshes, runs: Runs): (() => void) => {
  const offered = fleet.onReady(({ boot, instance, service }) => {
    const offers = fleet.agents().find((agent) => agent.boot === boot)?.identity.offers ?? [];
    if (service !== null) meshes.offered({ instance, service }, offers);
  });
  // The runs first: faults of the changed edges are dropped before an edge becomes another edge.
  const changed = meshes.onChange(({ after, touched, why }) => {
    runs.meshChanged(touched, why);
    fleet.setMesh(after?.mesh ?? EMPTY_MESH);
  });
  return () => {
    offered();
    changed();
  };
};

/** Halts active runs when a clock jumps, without a latch: the next start finds the clocks as they are. */
export const haltOnClockJump = ({ clock, log }: ControlPlaneDeps, runs: Runs): (() => void) => {
  const guard = guardJumps(clock, (what) => {
    log.warn(`clock jump: ${what}`);
    const halting = { because: "clock-jump", reason: `A clock jumped: ${what}.`, recover: false } as const;
    runs
      .haltAll(halting, { latch: false, by: LOCAL })
      .catch((error: Error) => log.error(`after a clock jump: ${error.message}`));
  });
  return () => guard.cancel();
};

const RETENTION_INTERVAL_MS = 3_600_000;
/** Deletes outdated records once an hour; a failed deletion is tried again an hour later. */
export const enforceRetention = ({ config, clock, log, store, leadership }: ControlPlaneDeps): (() => void) => {
  const keep = { ...DEFAULT_RETENTION, ...config.retention };
  let isTidying = false;
  const alarm = every(clock, RETENTION_INTERVAL_MS, () => {
    if (isTidying || !leadership.leads()) return;
    isTidying = true;
    sweep(store.db, keep, clock.wallMs())
      .then((removed) => {
        if (Object.values(removed).some((count) => count > 0)) log.info("what was too old was deleted", { ...removed });
      })
      .catch((error: Error) => log.error(`what is too old could not be deleted: ${error.message}`))
      .finally(() => {
        isTidying = false;
      });
  });
  return () => alarm.cancel();
};
