/** The leader lifecycle of this server: starts the control plane at each election, stops it when leadership is lost, drains it at the end. */
import type { Clock } from "./clock.ts";
import type { ControlPlane } from "./control-plane.ts";
import { notLeader } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Leader, LeaderElection, Leadership } from "./store/leader.ts";
import { startLeaderElection } from "./store/leader-elector.ts";
import type { Store } from "./store/open.ts";

export interface LeaderLifecycleConfig {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  /** This process: no two ever have the same. */
  readonly holder: string;
  /** Where clients and agents reach this server. */
  readonly url: string;
  readonly startControlPlane: (leadership: Leadership) => Promise<ControlPlane>;
}

const CLOSING = "the server is closing";

export class LeaderLifecycle {
  readonly #config: LeaderLifecycleConfig;
  #election: LeaderElection | null = null;
  #controlPlane: ControlPlane | null = null;
  #closing: Promise<void> | null = null;
  /** Of the newest leadership. */
  #epoch = 0;

  constructor(config: LeaderLifecycleConfig) {
    this.#config = config;
  }
  /**
   * Resolves once it is settled whether this server leads or stands by, and the control plane has started if it does; rejects when
   * that first control plane could not start.
   */
  async start(): Promise<void> {
    const { startControlPlane, ...config } = this.#config;
    this.#election = await startLeaderElection({
      ...config,
      onElected: async (leadership) => {
        this.#epoch = leadership.epoch;
        config.log.info("this server leads", { epoch: leadership.epoch, url: config.url });
        this.#controlPlane = await startControlPlane(leadership);
      },
      onLost: (why) => {
        const leader = this.leader()?.url ?? null;
        config.log.warn("this server lost the lead", { epoch: this.#epoch, because: why, leader });
        return this.#stopControlPlane(why, leader);
      },
    });
    if (this.#controlPlane === null) config.log.info("this server stands by", { leader: this.leader()?.url ?? null });
  }

  /** null: this server does not lead. */
  get current(): ControlPlane | null {
    return this.#controlPlane;
  }
  /** Throws the Refusal for whoever asks a server that does not lead. */
  controlPlane(): ControlPlane {
    if (this.#controlPlane !== null) return this.#controlPlane;
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

  /** Drains and stops the control plane, then resigns, so that another server takes over at once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  async #close(): Promise<void> {
    if (this.#controlPlane !== null) {
      await this.#controlPlane.drain();
      this.#config.log.info("this server gives up the lead", { epoch: this.#epoch, because: CLOSING });
    }
    await this.#stopControlPlane(CLOSING, null);
    await this.#election?.stop();
  }
  async #stopControlPlane(why: string, leaderUrl: string | null): Promise<void> {
    const ending = this.#controlPlane;
    this.#controlPlane = null;
    await ending?.end(why, leaderUrl);
  }
}
