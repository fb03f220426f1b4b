/** Whether this server leads: begins a term with each election, ends it when leadership is lost, drains it at the end. */

import type { Clock } from "./clock.ts";
import { notLeader } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Leader, LeaderElection, Leadership } from "./store/leader.ts";
import { startLeaderElection } from "./store/leader-elector.ts";
import type { Store } from "./store/open.ts";
import type { Term } from "./term.ts";

export interface OfficeConfig {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  /** This process: no two ever have the same. */
  readonly holder: string;
  /** Where clients and agents reach this server. */
  readonly url: string;
  readonly begin: (leadership: Leadership) => Promise<Term>;
}

const CLOSING = "the server is closing";

export class Office {
  readonly #config: OfficeConfig;
  #election: LeaderElection | null = null;
  #term: Term | null = null;
  #closing: Promise<void> | null = null;
  /** Of the newest leadership. */
  #epoch = 0;

  constructor(config: OfficeConfig) {
    this.#config = config;
  }
  /**
   * Resolves once it is settled whether this server leads or stands by, and the term has begun if it does; rejects when
   * that first term could not begin.
   */
  async stand(): Promise<void> {
    const { begin, ...config } = this.#config;
    this.#election = await startLeaderElection({
      ...config,
      onElected: async (leadership) => {
        this.#epoch = leadership.epoch;
        config.log.info("this server leads", { epoch: leadership.epoch, url: config.url });
        this.#term = await begin(leadership);
      },
      onLost: (why) => {
        const leader = this.leader()?.url ?? null;
        config.log.warn("this server lost the lead", { epoch: this.#epoch, because: why, leader });
        return this.#endTerm(why, leader);
      },
    });
    if (this.#term === null) config.log.info("this server stands by", { leader: this.leader()?.url ?? null });
  }

  /** null: this server does not lead. */
  get current(): Term | null {
    return this.#term;
  }
  /** Throws the Refusal for whoever asks a server that does not lead. */
  term(): Term {
    if (this.#term !== null) return this.#term;
    // Elected, and not ready yet: nobody else leads either.
    throw notLeader(this.isElected ? null : (this.leader()?.url ?? null));
  }
  /** It has the lead, or is taking it up. */
  get isElected(): boolean {
    return this.leader()?.holder === this.#config.holder;
  }
  /** Who leads, this server or another; null: nobody, as far as it knows. */
  leader(): Leader | null {
    return this.#election?.leader() ?? null;
  }
  /** What to add to this machine's wall time to have the database's. */
  clockOffsetMs(): number {
    return this.#election?.clockOffsetMs() ?? 0;
  }
  /** Why the database does not answer; null: it does. */
  trouble(): string | null {
    return this.#election?.databaseFailure() ?? null;
  }
  get isClosing(): boolean {
    return this.#closing !== null;
  }

  /** Drains and ends the term, then resigns, so that another server takes over at once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  async #close(): Promise<void> {
    if (this.#term !== null) {
      await this.#term.drain();
      this.#config.log.info("this server gives up the lead", { epoch: this.#epoch, because: CLOSING });
    }
    await this.#endTerm(CLOSING, null);
    await this.#election?.stop();
  }
  async #endTerm(why: string, leaderUrl: string | null): Promise<void> {
    const ending = this.#term;
    this.#term = null;
    await ending?.end(why, leaderUrl);
  }
}
