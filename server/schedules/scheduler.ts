/** Starts what schedules say, once each. Lives in a term: a server that does not lead schedules nothing. */
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
import { AGAIN_MS, type AttentionMeans, attend } from "./attention.ts";
import { Crew } from "./crew.ts";
import { type FiringMeans, startRun } from "./firing.ts";
import { Lane } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { Reactor } from "./reactor.ts";
import { type Attended, Roster } from "./roster.ts";
import { BY_ITS_FILE, type ScheduleView, viewOf } from "./views.ts";

export interface SchedulerConfig extends Omit<FiringMeans, "db"> {
  readonly clock: Clock;
  readonly store: Pick<Store, "db">;
  readonly log: Log;
  /** Of this term: what another server's term overtook is not written. */
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
const LOOK_MS = 10_000;
/** Between 2 s, when a lead that is not renewed is no longer valid, and 4 s, when it is lost. */
const UNSURE_MS = 1_000;
/** How many instants, past and to come, a view shows. */
const SHOWN = 5;
/** Schedules that are looked at at once, and views between which the loop gets its turn. */
const AT_A_TIME = 16;
const NEVER = Number.POSITIVE_INFINITY;

export class Scheduler {
  readonly #config: SchedulerConfig;
  readonly #means: AttentionMeans;
  readonly #ledger: Ledger;
  readonly #crew: Crew;
  readonly #roster = new Roster();
  readonly #reactor: Reactor;
  readonly #reading = new Lane();
  #alarm: Alarm = { cancel() {} };
  #unlisten: () => void = () => {};
  #ended = false;
  #lastTriggerMs = 0;

  constructor(config: SchedulerConfig) {
    const { clock, store, log, epoch, haltAll } = config;
    this.#config = config;
    this.#crew = new Crew(AT_A_TIME, logFailure(log, "attending to a schedule"));
    this.#ledger = new Ledger(store.db, epoch, config.onInstant);
    this.#means = { ...config, db: store.db, ledger: this.#ledger };
    this.#reactor = new Reactor({
      ...{ clock, db: store.db, log, ledger: this.#ledger, roster: this.#roster, haltAll },
      acts: () => this.#acts,
      onChange: (attended) => this.#lookAt(attended),
    });
  }
  get #acts(): boolean {
    return !this.#ended && this.#config.leads();
  }

  async begin(): Promise<void> {
    this.#unlisten = this.#config.onFinished(({ schedule }) => {
      if (schedule !== null) this.#react();
    });
    await this.changed();
    await this.#reactor.look();
  }
  /** Starts nothing more, and waits for a start that is under way. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#unlisten();
    this.#alarm.cancel();
    this.#crew.dismiss();
    const lanes = [this.#reading, this.#reactor, ...this.#roster.all.map(({ lane }) => lane)];
    await Promise.all(lanes.map((lane) => lane.idle()));
  }
  /** Schedules were applied or deleted: looks at them anew. */
  changed(): Promise<void> {
    return this.#reading.run(async () => {
      const { db } = this.#config.store;
      await this.#roster.read(await listDocuments(db, "Schedule"));
      if (this.#acts)
        for (const { schedule } of await listScheduleStates(db))
          if (this.#roster.find(schedule) === undefined) await this.#ledger.forgotten(schedule);
      this.#look();
    });
  }

  #react(): void {
    this.#reactor.look().catch(logFailure(this.#config.log, "what follows from a scheduled run"));
  }
  #lookAt(attended: Attended): void {
    attended.wakeMs = 0;
    this.#look();
  }
  /** Attends to whatever is due, and wakes for what comes next. */
  #look(): void {
    if (this.#ended) return;
    const nowMs = this.#config.clock.wallMs();
    for (const attended of this.#roster.all.filter(({ wakeMs }) => wakeMs <= nowMs)) {
      // Not again before it was seen to.
      attended.wakeMs = NEVER;
      this.#crew.add(() => attended.lane.run(() => this.#attend(attended)));
    }
    this.#arm();
  }
  #arm(): void {
    const { clock } = this.#config;
    this.#alarm.cancel();
    if (this.#ended) return;
    const nextMs = this.#roster.all.reduce((least, { wakeMs }) => Math.min(least, wakeMs), NEVER);
    const inMs = Math.min(LOOK_MS, Math.max(0, nextMs - clock.wallMs()));
    this.#alarm = clock.wake(clock.nowMs() + inMs, () => {
      this.#react();
      this.#look();
    });
  }
  /** Never throws: what goes wrong is told, and tried again at a later look. */
  async #attend(attended: Attended): Promise<void> {
    const { clock, log } = this.#config;
    const { name, read } = attended.entry;
    try {
      if (this.#ended || !this.#roster.has(attended)) return;
      if (!this.#acts) {
        // A lead that could not be renewed for a moment may be valid again, and the instant is still to be started.
        attended.wakeMs = clock.wallMs() + UNSURE_MS;
        return;
      }
      if ("problem" in read) return log.error(`schedule ${name} cannot be used: ${read.problem}`);
      attended.wakeMs = await attend(this.#means, attended.entry, read.schedule);
    } catch (error) {
      // Whoever leads now does the rest; the term of this one is about to end.
      if (error instanceof Fenced) this.#ended = true;
      log.error(`schedule ${name} could not be looked at: ${(error as Error).message}`);
      attended.wakeMs = clock.wallMs() + AGAIN_MS;
    } finally {
      this.#arm();
    }
  }

  /** By name, in their order; those after `after`. */
  async list({ after = "", limit = NEVER } = {}): Promise<readonly ScheduleView[]> {
    const views: ScheduleView[] = [];
    for (const name of this.#roster.names.filter((each) => each > after).slice(0, limit)) {
      if (views.length % AT_A_TIME === AT_A_TIME - 1) await yieldToEventLoop();
      views.push(await this.view(name));
    }
    return views;
  }
  /** Throws Refusal `no-such-schedule`. */
  async view(name: string, { next = SHOWN, last = SHOWN } = {}): Promise<ScheduleView> {
    const { entry } = this.#roster.get(name);
    const { clock, store } = this.#config;
    const known = {
      state: await readScheduleState(store.db, name),
      last: await listScheduledRuns(store.db, name, last),
    };
    return viewOf(entry, { ...known, nowMs: clock.wallMs(), next });
  }
  async pause(name: string, reason: string, by: Principal): Promise<ScheduleView> {
    const { attended } = this.#roster.usable(name);
    return attended.lane.run(async () => {
      await this.#ledger.paused(name, { reason, by: by.name, atMs: this.#config.clock.wallMs() });
      return this.view(name);
    });
  }
  /** What came due meanwhile is not made up for. */
  async resume(name: string, by: Principal): Promise<ScheduleView> {
    const { attended, schedule } = this.#roster.usable(name);
    if (schedule.paused)
      throw new Refusal("in-use", `schedule ${name} is paused because ${BY_ITS_FILE}: apply it without that`);
    return attended.lane.run(async () => {
      await this.#ledger.resumed(name, this.#config.clock.wallMs());
      this.#config.log.info(`schedule ${name} was resumed by ${by.name}`);
      this.#lookAt(attended);
      return this.view(name);
    });
  }
  /** Starts it now, whatever cron and windows say and although it is paused; freezes, policies and the gate hold all the same. */
  async trigger(name: string, by: Principal): Promise<StartedRun> {
    const { attended, schedule } = this.#roster.usable(name);
    return attended.lane.run(async () => {
      const nowMs = this.#config.clock.wallMs();
      const against = obstacleAt(schedule, nowMs);
      if (against?.why === "freeze")
        throw new Refusal("policy-refused", `schedule ${name} is frozen: ${against.reason}`);
      // An instant is taken once: two triggers within a millisecond are two.
      const instantMs = Math.max(nowMs, this.#lastTriggerMs + 1);
      this.#lastTriggerMs = instantMs;
      const instant = { instantMs, startMs: instantMs };
      const started = await startRun(this.#means, { schedule, instant, by, nowMs });
      const row = { schedule: name, instantMs, outcome: "triggered", reason: `by ${by.name}`, run: started.id };
      await this.#ledger.done({ ...row, byCron: false, keep: schedule.history, atMs: nowMs });
      return started;
    });
  }
}

export type { InstantView, NextView, ScheduleView } from "./views.ts";
