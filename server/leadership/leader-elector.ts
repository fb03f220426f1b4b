/**
 * Leader elector: acquires the leader's row, renews the row, and calls back when the lead is won and lost. The rules
 * are in `election.ts`.
 */
import { within } from "../clock.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import { ClockOffset } from "../store/clock-offset.ts";
import {
  acquireLeaderRow,
  acquireLeaderRowAlone,
  raiseLeaderEpoch,
  readLeaderRow,
  releaseLeaderRow,
  renewLeaderRow,
} from "../store/leader-row.ts";
import {
  type ClockReading,
  ELECTION_TIMING,
  isLeadLost,
  isLeadValid,
  mayAcquire,
  observeRow,
  POLL_MS,
  RENEW_MS,
  type RowObservation,
} from "./election.ts";
import type { Leader, LeaderElection, LeaderElectionConfig, Leadership } from "./leader.ts";

/** Time that a server which resigned, or failed as leader, leaves the other servers to take over. */
const RESPITE_MS = 5_000;
/**
 * Shortest time between raises of the epoch. Agents may report a later epoch as often as they like, but must not end
 * terms that way.
 */
const RAISE_MS = 60_000;
/** Largest believed lead of an epoch that an agent reports. The column holds 2^31 - 1, and a restore adds a million. */
const MOST_AHEAD = 100_000_000;
/**
 * Age up to which a database failure counts as an outage. A leader that cannot renew has lost the lead after 4 s, and
 * the row may be taken after 8 s at the latest.
 */
const OUTAGE_MS = 20_000;
/** Pause after a renewal that was not answered. */
const RETRY_MS = 250;

interface HeldLead {
  readonly leadership: Leadership;
  /** Reading before the request of the last answered election or renewal. null: no renewal is needed. */
  asked: ClockReading | null;
  /** Reason why the lead is over, though the row may not show that yet. */
  over: string | null;
  /** True if the lead ends only to begin again at once. */
  again: boolean;
}
interface WonElection {
  readonly epoch: number;
  readonly asked: ClockReading | null;
}

export class LeaderElector implements LeaderElection {
  /** Resolves once this server stands by, or the owner has taken up the lead; rejects if that failed. */
  readonly settled: Promise<void>;
  readonly #config: LeaderElectionConfig;
  readonly #done: Promise<void>;
  #settle!: { resolve: () => void; reject: (error: Error) => void };
  #sight: RowObservation | null = null;
  #held: HeldLead | null = null;
  #stopped = false;
  #wake: () => void = () => {};
  #failure: string | null = null;
  /** Last failure of the database. */
  #outage: { readonly why: string; readonly atMs: number } | null = null;
  #raisedMs = Number.NEGATIVE_INFINITY;
  /** Log limited to once a minute for unanswered queries: the database is asked several times a second. */
  readonly #sparse: RateLimitedLog;
  readonly #offset: ClockOffset;

  constructor(config: LeaderElectionConfig) {
    this.#config = config;
    this.#sparse = new RateLimitedLog(config.log, config.clock);
    this.#offset = new ClockOffset(config.clock, this.#sparse);
    this.settled = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#done = this.#run();
  }

  leader(): Leader | null {
    const { holder, url } = this.#config;
    if (this.#held !== null) return { epoch: this.#held.leadership.epoch, holder, url };
    const row = this.#sight?.row;
    if (row === undefined || row.holder === null || row.holder === holder) return null;
    return { epoch: row.epoch, holder: row.holder, url: row.url ?? "" };
  }
  leadership(): Leadership | null {
    return this.#held?.leadership ?? null;
  }
  clockOffsetMs(): number {
    return this.#offset.ms;
  }
  databaseFailure(): string | null {
    return this.#failure;
  }
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#held?.leadership.resign();
    this.#wake();
    await this.#done;
    this.#sparse.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const elected = await this.#answered(this.#tryAcquire()).catch((error: Error) => {
        // No other process can have the file: this failure does not pass by itself.
        if (this.#config.store.dialect === "sqlite") this.#settle.reject(error);
        return this.#unanswered("the leader's row cannot be read or taken", error);
      });
      if (elected === null) {
        this.#settle.resolve();
        if (!this.#stopped) await this.#pause(POLL_MS);
      } else await this.#term(elected);
    }
    this.#settle.resolve();
  }
  /** Reads the row, and takes the row if the rules allow. */
  async #tryAcquire(): Promise<WonElection | null> {
    const { store, clock, holder, url } = this.#config;
    if (store.dialect === "sqlite") return { epoch: await acquireLeaderRowAlone(store.db, holder, url), asked: null };
    const askedMs = clock.nowMs();
    const looking = () => readLeaderRow(store.leaderDb);
    const { row, databaseMs } = await this.#offset.measure(looking, (seen) => seen.databaseMs);
    this.#sight = observeRow(this.#sight, row, clock.nowMs());
    if (!mayAcquire(this.#sight, { holder, askedMs, databaseMs, timing: ELECTION_TIMING })) return null;
    const asked = this.#read();
    const { lifeMs } = ELECTION_TIMING;
    const epoch = await acquireLeaderRow(store.leaderDb, row, { holder, url, lifeMs });
    return epoch === null ? null : { epoch, asked };
  }
  /** Term from the election until the owner has let go. */
  async #term(elected: WonElection): Promise<void> {
    const { log, onElected, onLost } = this.#config;
    const held = this.#openLead(elected);
    if (this.#stopped) return held.leadership.resign();
    const taking = Promise.resolve()
      .then(() => onElected(held.leadership))
      .then(this.#settle.resolve)
      .catch((error: Error) => {
        this.#settle.reject(error);
        log.error(`this server could not take up the lead: ${error.message}`, { epoch: elected.epoch });
        return held.leadership.resign();
      });
    const why = await this.#keepLead(held);
    this.#held = null;
    await taking;
    if (this.#stopped) return;
    await Promise.resolve(onLost(why)).catch((error: Error) => this.#warn("the term did not end well", error));
    if (held.over !== null && !held.again) await this.#pause(RESPITE_MS);
  }
  #openLead({ epoch, asked }: WonElection): HeldLead {
    const { store, holder } = this.#config;
    const resign = async () => {
      if (held.over !== null) return;
      held.over = "it resigned";
      await releaseLeaderRow(store.leaderDb, { epoch, holder }).catch((error) =>
        this.#warn("the row was not given up", error),
      );
      this.#wake();
    };
    const raiseEpoch = async (above: number) => {
      const { clock, log } = this.#config;
      if (held.over !== null || above <= epoch) return;
      if (above - epoch > MOST_AHEAD) {
        log.error("agents tell of an epoch that no server can have come to; they refuse every fault", { epoch, above });
        return;
      }
      if (clock.nowMs() - this.#raisedMs < RAISE_MS) return;
      this.#raisedMs = clock.nowMs();
      held.over = `agents know the later epoch ${above}: this server leads again above it`;
      held.again = true;
      await raiseLeaderEpoch(store.leaderDb, { epoch, holder }, above).catch((error) =>
        this.#warn("the epoch could not be raised", error),
      );
      this.#wake();
    };
    const leads = () =>
      held.over === null &&
      held === this.#held &&
      (held.asked === null || isLeadValid(held.asked, this.#read(), ELECTION_TIMING));
    const held: HeldLead = {
      leadership: {
        epoch,
        leads,
        resign,
        raiseEpoch,
        clockOffsetMs: () => this.#offset.ms,
        outage: this.#recentOutage(),
      },
      asked,
      over: null,
      again: false,
    };
    this.#held = held;
    this.#sight = null;
    return held;
  }
  /** Renews the lead until lost; returns the reason for the loss. */
  async #keepLead(held: HeldLead): Promise<string> {
    let waitMs = held.asked === null ? Number.POSITIVE_INFINITY : RENEW_MS;
    while (held.over === null) {
      await this.#pause(waitMs);
      if (held.over !== null) break;
      const asked = this.#read();
      const renewed = await this.#answered(this.#renew(held.leadership.epoch)).catch((error) =>
        this.#unanswered("leadership could not be renewed", error),
      );
      if (renewed) held.asked = asked;
      else if (held.over === null && renewed === false) return "another server took over";
      else if (isLeadLost(held.asked!, this.#read(), ELECTION_TIMING)) return "the database did not answer in time";
      waitMs = renewed ? Math.max(0, asked.nowMs + RENEW_MS - this.#config.clock.nowMs()) : RETRY_MS;
    }
    return held.over;
  }
  async #renew(epoch: number): Promise<boolean> {
    const { store, clock, holder } = this.#config;
    const late = () => new Error(`the database did not answer within ${RENEW_MS} ms`);
    const { lifeMs } = ELECTION_TIMING;
    const renewing = () => within(clock, RENEW_MS, renewLeaderRow(store.leaderDb, { epoch, holder, lifeMs }), late);
    return (await this.#offset.measure(renewing, (databaseMs) => databaseMs)) !== null;
  }

  #read(): ClockReading {
    const { clock } = this.#config;
    return { nowMs: clock.nowMs(), uptimeMs: clock.uptimeMs() };
  }
  /** Pauses until the time is over, or until a change wakes the elector. */
  #pause(ms: number): Promise<void> {
    const { clock } = this.#config;
    return new Promise((resolve) => {
      const alarm = clock.wake(clock.nowMs() + ms, resolve);
      this.#wake = () => {
        alarm.cancel();
        resolve();
      };
    });
  }
  async #answered<T>(asking: Promise<T>): Promise<T> {
    const answer = await asking;
    if (this.#failure !== null) this.#config.log.info("the database answers again");
    this.#failure = null;
    return answer;
  }
  #unanswered(what: string, error: Error): null {
    this.#sparse.warn(what, `${what}: ${error.message}`);
    this.#failure = error.message;
    this.#outage = { why: error.message, atMs: this.#config.clock.nowMs() };
    return null;
  }
  #recentOutage(): string | null {
    if (this.#outage === null || this.#config.clock.nowMs() - this.#outage.atMs > OUTAGE_MS) return null;
    return this.#outage.why;
  }
  #warn(what: string, error: Error): null {
    this.#config.log.warn(`${what}: ${error.message}`);
    return null;
  }
}
/**
 * Starts leader election. SQLite: leads at once, for as long as the store is open. PostgreSQL: leads on winning the
 * row, or stands by. Resolves once that is settled, and `onElected` has been awaited; rejects if `onElected` failed at
 * this first time.
 */
export const startLeaderElection = async (config: LeaderElectionConfig): Promise<LeaderElection> => {
  const elector = new LeaderElector(config);
  try {
    await elector.settled;
    return elector;
  } catch (error) {
    await elector.stop();
    throw error;
  }
};
