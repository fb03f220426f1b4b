/** Types of leader election: a leadership, the leader as every server knows it, and an election that a server takes part in. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Store } from "./open.ts";

/**
 * From its beginning no earlier leader grants anything. What they had granted may live for one lease more (with drift:
 * `surelyOverMs`); until then only an agent that attested in this epoch may be granted anything.
 */
export interface Leadership {
  /** Of this leadership: the journal, starts and agents refuse what an earlier one writes or sends. */
  readonly epoch: number;
  /** Whether this server may grant now, by its own clocks: to be asked before each grant. */
  leads(): boolean;
  /** Leads no more, so that another takes over at once. What it had granted must be gone before. */
  resign(): Promise<void>;
  /**
   * Somebody led in a later epoch, as agents tell, though the database does not know of it: it failed over to a standby that
   * lagged behind, or was restored. Agents refuse all that comes from this epoch, so the leadership ends, and begins again
   * above that one.
   */
  raiseEpoch(above: number): Promise<void>;
  /** What to add to this machine's wall time to have that of the database, which all servers share. */
  clockOffsetMs(): number;
  /**
   * Why the database did not answer this server shortly before the election, so that the leader before may have lost its lead
   * by that; null: it answered.
   */
  readonly outage: string | null;
}
export interface LeaderElectionConfig {
  readonly store: Store;
  readonly clock: Clock;
  /** This process: no two ever have the same. */
  readonly holder: string;
  /** Where clients and agents reach this server. */
  readonly url: string;
  readonly log: Log;
  /** It leads. Nothing else is told before this has resolved; where it fails, the server resigns. */
  onElected(leadership: Leadership): void | Promise<void>;
  /** It leads no more; once this has resolved it stands again. */
  onLost(why: string): void | Promise<void>;
}
export interface Leader {
  readonly epoch: number;
  readonly holder: string;
  readonly url: string;
}
export interface LeaderElection {
  /** Who leads, as far as this server knows; null: nobody. */
  leader(): Leader | null;
  /** What to add to this machine's wall time to have the database's. SQLite: 0. */
  clockOffsetMs(): number;
  /** Why the database did not answer when it was asked last; null: it did. */
  databaseFailure(): string | null;
  /** Of this server, while it has it: it may be valid no more, but is not lost. */
  leadership(): Leadership | null;
  /** Resigns, if it leads, and stands no more. */
  stop(): Promise<void>;
}
