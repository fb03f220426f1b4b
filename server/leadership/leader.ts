/**
 * Types of leader election: a leadership, the leader as every server knows it, and an election that a server takes part
 * in.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/open.ts";

/**
 * Leadership of this server. From the beginning of the leadership no earlier leader grants faults. Earlier grants may
 * live for a further lease (with drift: `surelyOverMs`); until then only an agent that attested in this epoch may be
 * granted faults.
 */
export interface Leadership {
  /** Epoch of this leadership: the journal, starts and agents refuse writes and messages of an earlier epoch. */
  readonly epoch: number;
  /** True if this server may grant now, by the server's own clocks: to be asked before each grant. */
  leads(): boolean;
  /** Resigns, so that another server takes over at once. Granted faults must be gone before. */
  resign(): Promise<void>;
  /**
   * Raises the epoch: another server led in a later epoch, as agents report, though the database does not know that
   * epoch, since the database failed over to a standby that lagged behind, or was restored. Agents refuse all messages
   * of this epoch, so the leadership ends, and begins again above the reported epoch.
   */
  raiseEpoch(above: number): Promise<void>;
  /** Milliseconds to add to this machine's wall time to get the database's, which all servers share. */
  clockOffsetMs(): number;
  /**
   * Reason why the database did not answer this server shortly before the election, so that the earlier leader may have
   * lost the lead by that; null: the database answered.
   */
  readonly outage: string | null;
}
export interface LeaderElectionConfig {
  readonly store: Store;
  readonly clock: Clock;
  /** Holder id of this process: no two processes ever share an id. */
  readonly holder: string;
  /** URL at which clients and agents reach this server. */
  readonly url: string;
  readonly log: Log;
  /**
   * Called when this server leads. No other callback comes before this has resolved; on a failure the server resigns.
   */
  onElected(leadership: Leadership): void | Promise<void>;
  /** Called when this server leads no more; once this has resolved, the server stands for election again. */
  onLost(why: string): void | Promise<void>;
}
export interface Leader {
  readonly epoch: number;
  readonly holder: string;
  readonly url: string;
}
export interface LeaderElection {
  /** Leader as far as this server knows; null: none. */
  leader(): Leader | null;
  /** Milliseconds to add to this machine's wall time to get the database's. SQLite: 0. */
  clockOffsetMs(): number;
  /** Reason why the database did not answer the last query; null: the database answered. */
  databaseFailure(): string | null;
  /** Leadership of this server, until lost: possibly invalid for the moment. */
  leadership(): Leadership | null;
  /** Resigns, if leading, and stands for election no more. */
  stop(): Promise<void>;
}
