/**
 * Carries out the reactions to the verdicts of scheduled runs: each reaction once, also for runs that ended under an
 * earlier leader.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Principal } from "../security/roles.ts";
import { readScheduleState } from "../store/instants.ts";
import { type FinishedScheduledRun, listUnhandledRuns } from "../store/scheduled-runs.ts";
import type { Db } from "../store/schema.ts";
import { Mutex } from "./mutex.ts";
import { decideReaction, type ReactionStep } from "./reaction.ts";
import type { RegisteredSchedule, ScheduleRegistry } from "./schedule-registry.ts";
import { SCHEDULER, type ScheduleStore } from "./schedule-store.ts";

export interface ReactorConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  readonly store: ScheduleStore;
  readonly registry: ScheduleRegistry;
  /** False: no reaction is carried out any more. */
  readonly isActive: () => boolean;
  readonly haltAll: (reason: string, by: Principal) => Promise<unknown>;
  /** Called when a schedule was paused, or is to be retried. */
  readonly onChange: (registered: RegisteredSchedule) => void;
}
const BATCH_SIZE = 100;
const NOTHING: ReactionStep = { do: "nothing" };

export class Reactor {
  readonly #config: ReactorConfig;
  readonly #mutex = new Mutex();

  constructor(config: ReactorConfig) {
    this.#config = config;
  }
  waitForUnlock(): Promise<void> {
    return this.#mutex.waitForUnlock();
  }
  /** Never throws: a reaction that failed is retried at a later call. */
  reactToEndedRuns(): Promise<void> {
    return this.#mutex.runExclusive(async () => {
      const { isActive, db, log, registry, store } = this.#config;
      try {
        if (!isActive()) return;
        for (const ended of await listUnhandledRuns(db, BATCH_SIZE)) {
          const registered = registry.find(ended.schedule);
          if (registered === undefined) await store.recordReaction(ended, NOTHING);
          else await registered.mutex.runExclusive(() => this.#react(registered, ended));
        }
      } catch (error) {
        log.error(`what follows from a scheduled run could not be done yet: ${(error as Error).message}`);
      }
    });
  }
  async #react(registered: RegisteredSchedule, ended: FinishedScheduledRun): Promise<void> {
    const { log, haltAll, store, onChange } = this.#config;
    const { run, schedule } = ended;
    const follows = await this.#decide(registered, ended);
    if (follows.do !== "nothing") log.warn(`schedule ${schedule}: ${follows.do} after run ${run}`);
    // Halt before the reaction is recorded: halting twice is safe, not halting is not.
    if (follows.do === "halt-all") {
      const { principal: name, role } = SCHEDULER;
      await haltAll(`schedule ${schedule}: ${follows.reason}`, { name, role, token: null });
    }
    await store.recordReaction(ended, follows);
    onChange(registered);
  }
  async #decide({ entry }: RegisteredSchedule, ended: FinishedScheduledRun): Promise<ReactionStep> {
    const { clock, db } = this.#config;
    if ("problem" in entry.read) return NOTHING;
    const state = await readScheduleState(db, ended.schedule);
    return decideReaction(entry.read.schedule, ended, {
      retriesLeft: state?.retries_left ?? null,
      nowMs: clock.wallMs(),
    });
  }
}
