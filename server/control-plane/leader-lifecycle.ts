/**
 * The leader lifecycle of this server: starts the control plane at each election, stops the control plane when
 * leadership is lost, drains the control plane at the end.
 */
import type { Clock } from "../clock.ts";
import { notLeader } from "../errors.ts";
import type { Leader, LeaderElection, Leadership } from "../leadership/leader.ts";
import { startLeaderElection } from "../leadership/leader-elector.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/open.ts";
import type { ControlPlane } from "./control-plane.ts";

export interface LeaderLifecycleConfig {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  /** Unique id of this process: no other process ever has the same id. */
  readonly holder: string;
  /** URL at which clients and agents reach this server. */
  readonly url: string;
  readonly startControlPlane: (leadership: Leadership) => Promise<ControlPlane>;
}

const CLOSING = "the server is closing";

export class LeaderLifecycle {
  readonly #config: LeaderLifecycleConfig;
  #election: LeaderElection | null = null;
  #controlPlane: ControlPlane | null = null;
  #closing: Promise<void> | null = null;
  /** Epoch of the newest leadership. */
  #epoch = 0;

  constructor(config: LeaderLifecycleConfig) {
    this.#config = config;
  }
  /**
   * Resolves once the election is settled: this server stands by, or leads and has started the control plane. Rejects
   * when that first control plane could not start.
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

  /** The control plane; null: this server does not lead. */
  get current(): ControlPlane | null {
    return this.#controlPlane;
  }
  /** Returns the control plane; throws an ApiError when this server does not lead. */
  controlPlane(): ControlPlane {
    if (this.#controlPlane !== null) return this.#controlPlane;
    // Elected, and not ready yet: no other server leads either.
    throw notLeader(this.isElected ? null : (this.leader()?.url ?? null));
  }
  /** True when this server leads, or is taking up the lead. */
  get isElected(): boolean {
    return this.leader()?.holder === this.#config.holder;
  }
  /** The leader, this server or another; null: no known leader. */
  leader(): Leader | null {
    return this.#election?.leader() ?? null;
  }
  /** Offset to add to this machine's wall time for the database's wall time. */
  clockOffsetMs(): number {
    return this.#election?.clockOffsetMs() ?? 0;
  }
  /** Reason why the database does not answer; null: the database answers. */
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
