/**
 * Scheduler: starts the runs of all schedules, each instant once. Lives in the control plane: a server that does not
 * lead schedules no runs.
 */
import { obstacleAt } from "../../experiments/model/schedule/instants.ts";
import type { Alarm, Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";
import { type Log, logFailure } from "../log.ts";
import type { LifecycleEvent } from "../runs/lifecycle-events.ts";
import type { StartedRun } from "../runs/start/request.ts";
import type { Principal } from "../security/roles.ts";
import { listDocuments } from "../store/documents.ts";
import { Fenced } from "../store/errors.ts";
import { listScheduleStates, readScheduleState } from "../store/instants.ts";
import type { Store } from "../store/open.ts";
import { listScheduledRuns } from "../store/scheduled-runs.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import { checkDue, type DueCheckDeps, RETRY_MS } from "./due-check.ts";
import { type FireDeps, startRun } from "./fire.ts";
import { Mutex } from "./mutex.ts";
import { Reactor } from "./reactor.ts";
import { type RegisteredSchedule, ScheduleRegistry } from "./schedule-registry.ts";
import { PAUSED_BY_FILE, type ScheduleStatus, scheduleStatus } from "./schedule-status.ts";
import { ScheduleStore } from "./schedule-store.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface SchedulerConfig extends Omit<FireDeps, "db"> {
  readonly clock: Clock;
  readonly store: Pick<Store, "db">;
  readonly log: Log;
  /** Epoch of this leadership: a write is refused once a later leader has taken over. */
  readonly epoch: number;
  /** While false, the scheduler starts no runs and writes no records. */
  readonly leads: () => boolean;
  /**
   * Callback for the reaction `halt-all`: halts every run, and blocks further starts until an operator releases the
   * halt.
   */
  readonly haltAll: (reason: string, by: Principal) => Promise<unknown>;
  /** Called with the outcome of an instant once that is written. */
  readonly onInstant?: (outcome: string) => void;
  /** Subscribes to finished runs; returns the function that unsubscribes. */
  readonly onFinished: (listener: (news: LifecycleEvent) => void) => () => void;
}
/**
 * Longest time between checks; the next start is woken for anyway. Bounds the harm of a moved wall clock or a lost
 * lifecycle event.
 */
const MAX_CHECK_MS = 10_000;
/**
 * Recheck interval while not leading: between 2 s, when an unrenewed lead is no longer valid, and 4 s, when the lead is
 * lost.
 */
const NOT_LEADING_MS = 1_000;
/** Number of instants, past and to come, that a view shows. */
const SHOWN_INSTANTS = 5;
/** Schedules that are checked concurrently, and views between which the event loop gets a turn. */
const POOL_SIZE = 16;
const NEVER = Number.POSITIVE_INFINITY;

export class Scheduler {
  readonly #config: SchedulerConfig;
  readonly #deps: DueCheckDeps;
  readonly #store: ScheduleStore;
  readonly #pool: WorkerPool;
  readonly #registry = new ScheduleRegistry();
  readonly #reactor: Reactor;
  readonly #loading = new Mutex();
  #alarm: Alarm = { cancel() {} };
  #unlisten: () => void = () => {};
  #ended = false;
  #lastTriggerMs = 0;

  constructor(config: SchedulerConfig) {
    const { clock, store, log, epoch, haltAll } = config;
    this.#config = config;
    this.#pool = new WorkerPool(POOL_SIZE, logFailure(log, "checking a schedule"));
    this.#store = new ScheduleStore(store.db, epoch, config.onInstant);
    this.#deps = { ...config, db: store.db, store: this.#store };
    this.#reactor = new Reactor({
      ...{ clock, db: store.db, log, store: this.#store, registry: this.#registry, haltAll },
      isActive: () => this.#isActive,
      onChange: (registered) => this.#checkSoon(registered),
    });
  }
  get #isActive(): boolean {
    return !this.#ended && this.#config.leads();
  }

  async begin(): Promise<void> {
    this.#unlisten = this.#config.onFinished(({ schedule }) => {
      if (schedule !== null) this.#react();
    });
    await this.changed();
    await this.#reactor.reactToEndedRuns();
  }
  /** Ends the scheduler: starts no further runs, and waits for a start that is under way. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#unlisten();
    this.#alarm.cancel();
    this.#pool.clear();
    const mutexes = [this.#loading, this.#reactor, ...this.#registry.all.map(({ mutex }) => mutex)];
    await Promise.all(mutexes.map((mutex) => mutex.waitForUnlock()));
  }
  /** Reloads the schedules after an apply or a deletion. */
  changed(): Promise<void> {
    return this.#loading.runExclusive(async () => {
      const { db } = this.#config.store;
      await this.#registry.load(await listDocuments(db, "Schedule"));
      if (this.#isActive)
        for (const { schedule } of await listScheduleStates(db))
          if (this.#registry.find(schedule) === undefined) await this.#store.forget(schedule);
      this.#checkAllDue();
    });
  }

  #react(): void {
    this.#reactor.reactToEndedRuns().catch(logFailure(this.#config.log, "what follows from a scheduled run"));
  }
  #checkSoon(registered: RegisteredSchedule): void {
    registered.nextCheckMs = 0;
    this.#checkAllDue();
  }
  /** Checks every due schedule, and wakes for the next. */
  #checkAllDue(): void {
    if (this.#ended) return;
    const nowMs = this.#config.clock.wallMs();
    for (const registered of this.#registry.all.filter(({ nextCheckMs }) => nextCheckMs <= nowMs)) {
      // Prevents a second check before this check has run.
      registered.nextCheckMs = NEVER;
      this.#pool.add(() => registered.mutex.runExclusive(() => this.#check(registered)));
    }
    this.#arm();
  }
  #arm(): void {
    const { clock } = this.#config;
    this.#alarm.cancel();
    if (this.#ended) return;
    const nextMs = this.#registry.all.reduce((least, { nextCheckMs }) => Math.min(least, nextCheckMs), NEVER);
    const inMs = Math.min(MAX_CHECK_MS, Math.max(0, nextMs - clock.wallMs()));
    this.#alarm = clock.wake(clock.nowMs() + inMs, () => {
      this.#react();
      this.#checkAllDue();
    });
  }
  /** Never throws: a failure is logged, and the check is retried later. */
  async #check(registered: RegisteredSchedule): Promise<void> {
    const { clock, log } = this.#config;
    const { name, read } = registered.entry;
    try {
      if (this.#ended || !this.#registry.isCurrent(registered)) return;
      if (!this.#isActive) {
        // A lead that could not be renewed for a moment may be valid again, and the instant is still to be started.
        registered.nextCheckMs = clock.wallMs() + NOT_LEADING_MS;
        return;
      }
      if ("problem" in read) return log.error(`schedule ${name} cannot be used: ${read.problem}`);
      registered.nextCheckMs = await checkDue(this.#deps, registered.entry, read.schedule);
    } catch (error) {
      // The present leader does the rest; this server's term is about to end.
      if (error instanceof Fenced) this.#ended = true;
      log.error(`schedule ${name} could not be looked at: ${(error as Error).message}`);
      registered.nextCheckMs = clock.wallMs() + RETRY_MS;
    } finally {
      this.#arm();
    }
  }

  /** Lists schedules by name, in order, beginning after `after`. */
  async list({ after = "", limit = NEVER } = {}): Promise<readonly ScheduleStatus[]> {
    const views: ScheduleStatus[] = [];
    for (const name of this.#registry.names.filter((each) => each > after).slice(0, limit)) {
      if (views.length % POOL_SIZE === POOL_SIZE - 1) await yieldToEventLoop();
      views.push(await this.view(name));
    }
    return views;
  }
  /** Throws ApiError `no-such-schedule`. */
  async view(name: string, { next = SHOWN_INSTANTS, last = SHOWN_INSTANTS } = {}): Promise<ScheduleStatus> {
    const { entry } = this.#registry.get(name);
    const { clock, store } = this.#config;
    const known = {
      state: await readScheduleState(store.db, name),
      last: await listScheduledRuns(store.db, name, last),
    };
    return scheduleStatus(entry, { ...known, nowMs: clock.wallMs(), next });
  }
  async pause(name: string, reason: string, by: Principal): Promise<ScheduleStatus> {
    const { registered } = this.#registry.getValid(name);
    return registered.mutex.runExclusive(async () => {
      await this.#store.recordPause(name, { reason, by: by.name, atMs: this.#config.clock.wallMs() });
      return this.view(name);
    });
  }
  /** Resumes a schedule. Instants that came due during the pause are not made up for. */
  async resume(name: string, by: Principal): Promise<ScheduleStatus> {
    const { registered, schedule } = this.#registry.getValid(name);
    if (schedule.paused)
      throw new ApiError("in-use", `schedule ${name} is paused because ${PAUSED_BY_FILE}: apply it without that`);
    return registered.mutex.runExclusive(async () => {
      await this.#store.recordResume(name, this.#config.clock.wallMs());
      this.#config.log.info(`schedule ${name} was resumed by ${by.name}`);
      this.#checkSoon(registered);
      return this.view(name);
    });
  }
  /**
   * Starts the schedule's experiment now, regardless of cron, windows and a pause; freezes, policies and the gate still
   * apply.
   */
  async trigger(name: string, by: Principal): Promise<StartedRun> {
    const { registered, schedule } = this.#registry.getValid(name);
    return registered.mutex.runExclusive(async () => {
      const nowMs = this.#config.clock.wallMs();
      const against = obstacleAt(schedule, nowMs);
      if (against?.why === "freeze")
        throw new ApiError("policy-refused", `schedule ${name} is frozen: ${against.reason}`);
      // Each instant is used once: two triggers within the same millisecond get different instants.
      const instantMs = Math.max(nowMs, this.#lastTriggerMs + 1);
      this.#lastTriggerMs = instantMs;
      const instant = { instantMs, startMs: instantMs };
      const started = await startRun(this.#deps, { schedule, instant, by, nowMs });
      const row = { schedule: name, instantMs, outcome: "triggered", reason: `by ${by.name}`, run: started.id };
      await this.#store.recordInstant({ ...row, byCron: false, keep: schedule.history, atMs: nowMs });
      return started;
    });
  }
}
