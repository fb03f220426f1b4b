/** Does what follows from the verdicts of scheduled runs: each once, of runs that ended under an earlier leader too. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Principal } from "../security/roles.ts";
import { readScheduleState } from "../store/instants.ts";
import { type FinishedScheduledRun, listUnhandledRuns } from "../store/scheduled-runs.ts";
import type { Db } from "../store/schema.ts";
import { Lane } from "./lane.ts";
import { type Ledger, SCHEDULER } from "./ledger.ts";
import { type Following, following } from "./reaction.ts";
import type { Attended, Roster } from "./roster.ts";

export interface ReactorConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly roster: Roster;
  /** False: nothing is done any more. */
  readonly acts: () => boolean;
  readonly haltAll: (reason: string, by: Principal) => Promise<unknown>;
  /** A schedule was paused, or is to be tried again. */
  readonly onChange: (attended: Attended) => void;
}
const MOST_AT_ONCE = 100;
const NOTHING: Following = { do: "nothing" };

export class Reactor {
  readonly #config: ReactorConfig;
  readonly #lane = new Lane();

  constructor(config: ReactorConfig) {
    this.#config = config;
  }
  idle(): Promise<void> {
    return this.#lane.idle();
  }
  /** Never throws: what could not be done is done at a later look. */
  look(): Promise<void> {
    return this.#lane.run(async () => {
      const { acts, db, log, roster, ledger } = this.#config;
      try {
        if (!acts()) return;
        for (const ended of await listUnhandledRuns(db, MOST_AT_ONCE)) {
          const attended = roster.find(ended.schedule);
          if (attended === undefined) await ledger.reacted(ended, NOTHING);
          else await attended.lane.run(() => this.#react(attended, ended));
        }
      } catch (error) {
        log.error(`what follows from a scheduled run could not be done yet: ${(error as Error).message}`);
      }
    });
  }
  async #react(attended: Attended, ended: FinishedScheduledRun): Promise<void> {
    const { log, haltAll, ledger, onChange } = this.#config;
    const { run, schedule } = ended;
    const follows = await this.#following(attended, ended);
    if (follows.do !== "nothing") log.warn(`schedule ${schedule}: ${follows.do} after run ${run}`);
    // Done before it is marked: to halt twice is safe, not to halt is not.
    if (follows.do === "halt-all") {
      const { principal: name, role } = SCHEDULER;
      await haltAll(`schedule ${schedule}: ${follows.reason}`, { name, role, token: null });
    }
    await ledger.reacted(ended, follows);
    onChange(attended);
  }
  async #following({ entry }: Attended, ended: FinishedScheduledRun): Promise<Following> {
    const { clock, db } = this.#config;
    if ("problem" in entry.read) return NOTHING;
    const state = await readScheduleState(db, ended.schedule);
    return following(entry.read.schedule, ended, { retriesLeft: state?.retries_left ?? null, nowMs: clock.wallMs() });
  }
}
