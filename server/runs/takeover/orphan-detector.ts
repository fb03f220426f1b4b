/**
 * Detects orphaned runs, which are open in the database and unknown to this server, and claims that outlived a run: the
 * records of the run's end were confirmed, published, and lost with a standby that lagged behind.
 */
import type { RunId } from "../../../experiments/model/names.ts";
import { type Alarm, type Clock, every } from "../../clock.ts";
import { type Log, logFailure } from "../../log.ts";
import { listClaims } from "../../store/claims.ts";
import { listUnfinishedRuns } from "../../store/runs.ts";
import type { Db } from "../../store/schema.ts";

const LOOK_MS = 5_000;

export interface OrphanDetectorConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  /** True if the run, or an edge that the run claims, belongs to a run of this term. */
  readonly has: (run: RunId) => boolean;
  readonly onRun: (run: RunId) => void;
  /** Called for a run that is closed and still holds claims. */
  readonly onClaims: (run: RunId) => Promise<void>;
}

export class OrphanDetector {
  readonly #config: OrphanDetectorConfig;
  readonly #looking: Alarm;
  #isLooking = false;
  /**
   * Suspects of the last check. A run that is being admitted is in the database a moment before this server knows the
   * run.
   */
  #suspects = new Set<RunId>();

  constructor(config: OrphanDetectorConfig) {
    this.#config = config;
    this.#looking = every(config.clock, LOOK_MS, () => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      this.#look()
        // The database is away: the next check finds the same.
        .catch(() => {})
        .finally(() => {
          this.#isLooking = false;
        });
    });
  }
  stop(): void {
    this.#looking.cancel();
  }
  async #look(): Promise<void> {
    const { db, has, onRun, onClaims, log } = this.#config;
    const open = new Set((await listUnfinishedRuns(db)).map(({ id }) => id));
    const found = new Set([...open, ...(await listClaims(db)).map(({ run }) => run)].filter((id) => !has(id)));
    const twice = [...found].filter((id) => this.#suspects.has(id));
    this.#suspects = found;
    for (const id of twice)
      if (open.has(id)) onRun(id);
      else await onClaims(id).catch(logFailure(log, `${id}: freeing its claims`));
  }
}
