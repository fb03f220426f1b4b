/** Starts what schedules say, once each. Lives in the control plane: a server that does not lead schedules nothing. */
import { obstacleAt } from "../../experiments/model/schedule/instants.ts";
import type { Alarm, Clock } from "../clock.ts";
import { Refusal } from "../errors.ts";
import { type Log, logFailure } from "../log.ts";
import type { LifecycleEvent, StartedRun } from "../runs/start/request.ts";
import type { Principal } from "../security/roles.ts";
import { listDocuments } from "../store/documents.ts";
import { Fenced } from "../store/errors.ts";
import { listScheduleStates, readScheduleState } from "../store/instants.ts";
import type { Store } from "../store/open.ts";
import { listScheduledRuns } from "../store/scheduled-runs.ts";
import { yieldToEventLoop } from "../store/yield-to-event-loop.ts";
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
  /** Of this leadership: what a later leader overtook is not written. */
  readonly epoch: number;
  /** While false nothing is started or written. */
  readonly leads: () => boolean;
  /** For the reaction `halt-all`: halts every run, and starts nothing more until somebody releases it. */
  readonly haltAll: (reason: string, by: Principal) => Promise<unknown>;
  /** What became of an instant is written. */
  readonly onInstant?: (outcome: string) => void;
  /** Calls for each run that is finished, until the answer is called. */
  readonly onFinished: (listener: (news: LifecycleEvent) => void) => () => void;
}
/** Beyond the next start, which is woken for: bounds what a moved wall clock or a lost piece of news can do. */
const MAX_CHECK_MS = 10_000;
/** Between 2 s, when a lead that is not renewed is no longer valid, and 4 s, when it is lost. */
const NOT_LEADING_MS = 1_000;
/** How many instants, past and to come, a view shows. */
const SHOWN_INSTANTS = 5;
/** Schedules that are looked at at once, and views between which the loop gets its turn. */
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
  /** Starts nothing more, and waits for a start that is under way. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#unlisten();
    this.#alarm.cancel();
    this.#pool.clear();
    const mutexes = [this.#loading, this.#reactor, ...this.#registry.all.map(({ mutex }) => mutex)];
    await Promise.all(mutexes.map((mutex) => mutex.waitForUnlock()));
  }
  /** Schedules were applied or deleted: looks at them anew. */
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
  /** Attends to whatever is due, and wakes for what comes next. */
  #checkAllDue(): void {
    if (this.#ended) return;
    const nowMs = this.#config.clock.wallMs();
    for (const registered of this.#registry.all.filter(({ nextCheckMs }) => nextCheckMs <= nowMs)) {
      // Not again before it was seen to.
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
  /** Never throws: what goes wrong is told, and tried again at a later look. */
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
      // Whoever leads now does the rest; the term of this one is about to end.
      if (error instanceof Fenced) this.#ended = true;
      log.error(`schedule ${name} could not be looked at: ${(error as Error).message}`);
      registered.nextCheckMs = clock.wallMs() + RETRY_MS;
    } finally {
      this.#arm();
    }
  }

  /** By name, in their order; those after `after`. */
  async list({ after = "", limit = NEVER } = {}): Promise<readonly ScheduleStatus[]> {
    const views: ScheduleStatus[] = [];
    for (const name of this.#registry.names.filter((each) => each > after).slice(0, limit)) {
      if (views.length % POOL_SIZE === POOL_SIZE - 1) await yieldToEventLoop();
      views.push(await this.view(name));
    }
    return views;
  }
  /** Throws Refusal `no-such-schedule`. */
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
  /** What came due meanwhile is not made up for. */
  async resume(name: string, by: Principal): Promise<ScheduleStatus> {
    const { registered, schedule } = this.#registry.getValid(name);
    if (schedule.paused)
      throw new Refusal("in-use", `schedule ${name} is paused because ${PAUSED_BY_FILE}: apply it without that`);
    return registered.mutex.runExclusive(async () => {
      await this.#store.recordResume(name, this.#config.clock.wallMs());
      this.#config.log.info(`schedule ${name} was resumed by ${by.name}`);
      this.#checkSoon(registered);
      return this.view(name);
    });
  }
  /** Starts it now, whatever cron and windows say and although it is paused; freezes, policies and the gate hold all the same. */
  async trigger(name: string, by: Principal): Promise<StartedRun> {
    const { registered, schedule } = this.#registry.getValid(name);
    return registered.mutex.runExclusive(async () => {
      const nowMs = this.#config.clock.wallMs();
      const against = obstacleAt(schedule, nowMs);
      if (against?.why === "freeze")
        throw new Refusal("policy-refused", `schedule ${name} is frozen: ${against.reason}`);
      // An instant is taken once: two triggers within a millisecond are two.
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
