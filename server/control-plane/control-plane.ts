/**
 * The control plane of a leading server: the fleet, the runs, and the scheduler and webhooks around them. The control
 * plane stops with the leadership.
 */
import { CLOSED } from "../../agent/contract/index.ts";
import { type Clock, offsetBy, within } from "../clock.ts";
import type { ServerConfig } from "../config/config.ts";
import { recordedOwner } from "../fleet/boot-owners.ts";
import { Fleet } from "../fleet/fleet.ts";
import type { Leadership } from "../leadership/leader.ts";
import { type Log, logFailure } from "../log.ts";
import type { Meshes } from "../meshes/meshes.ts";
import { noMetrics } from "../metrics/metrics.ts";
import { Policies } from "../policies/policies.ts";
import type { PendingHalt } from "../runs/halt/pending-halt.ts";
import { logRuns } from "../runs/run-log.ts";
import { Runs } from "../runs/runs.ts";
import { loadStoredExperiment } from "../runs/start/stored-experiment.ts";
import { Scheduler } from "../schedules/scheduler.ts";
import { listBoots } from "../store/boots.ts";
import type { Store } from "../store/open.ts";
import { Traffic } from "../traffic/traffic.ts";
import type { Attempt } from "../webhooks/webhook.ts";
import { openWebhooks, type Webhooks } from "../webhooks/webhooks.ts";
import { recordBoots } from "./boot-recorder.ts";
import { CleanupStack } from "./cleanup-stack.ts";
import { haltOnClockJump } from "./clock-jump-halt.ts";
import { chooseProbeOpener, probeRules } from "./probe-opener.ts";
import { enforceRetention } from "./retention-sweep.ts";
import { connectMeshToFleet, openServerMeshes } from "./server-meshes.ts";

export interface ControlPlane {
  /** Epoch of this leadership: agents and the journal refuse messages of an earlier epoch. */
  readonly epoch: number;
  /** The database's wall time minus this machine's. */
  readonly clockOffsetMs: () => number;
  readonly fleet: Fleet;
  readonly runs: Runs;
  readonly meshes: Meshes;
  readonly scheduler: Scheduler;
  readonly traffic: Traffic;
  readonly webhooks: Webhooks;
  /** Starts no more runs; reverts and finishes every run, as far as time allows. The next leader finishes the rest. */
  drain(): Promise<void>;
  /**
   * Ends at once, in reverse order of beginning: no more leases are granted and no more rows written. `leader`: the URL
   * that agents are sent to; null: unknown.
   */
  end(why: string, leader: string | null): Promise<void>;
}

/**
 * Time to drain. Healthy agents attest within milliseconds; by then the last lease of a silent agent is over and
 * inferred.
 */
const DRAIN_MS = 7_000;

/** Close code of a closing server: RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;
/** Close code and reason sent to agents when the server closes the connections. */
interface CloseReason {
  code: number;
  why: string;
}

type ControlPlaneParts = Pick<ControlPlane, "fleet" | "runs" | "meshes" | "scheduler" | "traffic" | "webhooks">;

export interface ControlPlaneConfig {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly leadership: Leadership;
  /** Acknowledged halt not yet recorded, kept over all leaderships of the process. */
  readonly pendingHalt: PendingHalt;
}

const startParts = async (
  deps: ControlPlaneConfig,
  cleanup: CleanupStack,
  closed: CloseReason,
): Promise<ControlPlaneParts> => {
  const { config, log, store, leadership } = deps;
  const { epoch } = leadership;
  // All servers of a database go by the database's time: a server ahead of the rest must not spend the instants of the
  // rest.
  const clock = offsetBy(deps.clock, leadership.clockOffsetMs);
  const { allowExec, startedServices = [], commands = {}, caps, metrics = noMetrics, keepsQueue = false } = config;
  const leads = () => leadership.leads();
  const meshes = await openServerMeshes(deps);
  cleanup.add(() => meshes.close());
  const mesh = () => meshes.current()?.mesh ?? null;
  const records = recordBoots({ clock, log, store });
  cleanup.add(() => records.end());
  const fleet = new Fleet({
    ...{
      clock,
      epoch,
      cluster: store.cluster,
      log,
      mesh: mesh(),
      known: (await listBoots(store.db)).map(recordedOwner),
    },
    ...{ onBoot: records.remember, onForgotten: records.forget },
    onPassed: (edge, counted) => metrics.passed(edge, counted),
    onRefused: (edge, code, count) => metrics.refused(edge, code, count),
    onStrangers: (service, count) => metrics.strangers(service, count),
    mayGrant: () => leads() && !runs.isHalted,
    onLaterEpoch: (later, instance) => {
      log.warn("an agent knows a later epoch than the database", { instance, epoch, later });
      leadership.raiseEpoch(later).catch(logFailure(log, "raising the epoch"));
    },
  });
  cleanup.add(() => fleet.close(closed.code, closed.why));
  // Threads and processes beside this process go by this machine's clocks.
  const rules = probeRules(config, deps.clock);
  const { denied } = rules;
  const onAttempt = (webhook: string, attempt: Attempt) => metrics.attempted(webhook, attempt);
  const webhooks = openWebhooks({ clock, log, denied, db: store.db, webhooks: config.webhooks ?? [], onAttempt });
  metrics.webhooks((config.webhooks ?? []).map(({ name }) => name));
  cleanup.add(() => webhooks.end());
  const { openProbe: openProbes, end: endProber } = chooseProbeOpener(rules, deps.clock);
  cleanup.add(endProber);
  const policies = new Policies(store.db);
  const runs: Runs = new Runs({
    ...{
      clock,
      store,
      epoch,
      fleet,
      mesh,
      log,
      allowExec,
      startedServices,
      commands,
      keepsQueue,
      outage: leadership.outage,
      pendingHalt: deps.pendingHalt,
    },
    openProbe: openProbes,
    ...(caps === undefined ? {} : { caps }),
    policies: () => policies.all(),
    preflight: (plan, by) => webhooks.preflight(plan, by),
    onFenced: () => {
      leadership.resign().catch(logFailure(log, "resigning"));
    },
  });
  // Not on the cleanup stack: events of the ending runs are logged as well.
  runs.onLifecycleEvent(logRuns(log));
  const scheduler = new Scheduler({
    ...{ clock, store, log, epoch, leads },
    experiment: loadStoredExperiment(store.db, config.environment),
    start: (submission) => runs.start(submission),
    haltAll: (reason, by) => runs.haltAll({ because: "operator", reason, recover: false }, { latch: true, by }),
    onFinished: (listener) => runs.onFinished(listener),
    onInstant: (outcome) => metrics.instant(outcome),
  });
  const traffic = new Traffic({ clock, counts: fleet.traffic, runs: () => runs.all(), mesh: () => meshes.current() });
  cleanup.add(() => traffic.end());
  // Live faults are dropped before the cleanup waits for any part.
  cleanup.add(
    () => scheduler.end(),
    () => runs.stop(),
    connectMeshToFleet(fleet, meshes, runs),
    haltOnClockJump(deps.clock, log, runs),
    enforceRetention({ clock, log, store, leads, retention: config.retention }),
    runs.onFinished(({ verdict }) => verdict !== null && metrics.finished(verdict)),
    runs.onLifecycleEvent((news) => {
      webhooks.notify(news).catch(logFailure(log, "telling webhooks"));
    }),
  );
  await runs.begin();
  webhooks.begin();
  await scheduler.begin();
  return { fleet, runs, meshes, scheduler, traffic, webhooks };
};

export const startControlPlane = async (deps: ControlPlaneConfig): Promise<ControlPlane> => {
  const { clock, log, leadership } = deps;
  const { epoch } = leadership;
  const cleanup = new CleanupStack();
  const closed: CloseReason = { code: GOING_AWAY, why: "the server is closing" };
  const end = (why: string, leader: string | null): Promise<void> => {
    if (leader !== null) Object.assign(closed, { code: CLOSED.notLeader, why: leader });
    log.debug(`the control plane stops: ${why}`, { epoch });
    return cleanup.run((error) => log.error(`the control plane did not stop well: ${error.message}`, { epoch }));
  };
  try {
    const parts = await startParts(deps, cleanup, closed);
    const drain = async () => {
      const halting = { because: "interrupted", reason: "The server was stopped.", recover: false } as const;
      await within(clock, DRAIN_MS, parts.runs.drain(halting), () => new Error("the runs did not finish")).catch(
        (error: Error) => log.warn(`closing although ${error.message}: the next start finishes them`),
      );
    };
    return { epoch, clockOffsetMs: leadership.clockOffsetMs, ...parts, drain, end };
  } catch (error) {
    await end("it could not begin", null);
    throw error;
  }
};
