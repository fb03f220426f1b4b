/**
 * Halt gate of this server's runs: the row in the store, which outlives every server, and this server's memory of the
 * row. Shut in memory first and opened in memory last, so that a store that does not answer never lets a run through.
 */
import type { Kysely } from "kysely";
import { type Clock, sleep } from "../../clock.ts";
import { ApiError } from "../../errors.ts";
import { isTransient } from "../../store/database-failure.ts";
import { Fenced } from "../../store/errors.ts";
import { closeGate, type GateHalt, type GateState, lockGate, readGate, releaseGate } from "../../store/gate.ts";
import { lockEpoch } from "../../store/leader-row.ts";
import type { Schema, Tx } from "../../store/schema.ts";
import type { PendingHalt } from "./pending-halt.ts";

/** Pause between two tries to write a halt. */
const AGAIN_MS = 500;

/** Refusal of a start while the gate is shut. */
export const haltedError = ({ reason, by }: NonNullable<GateState>): ApiError =>
  new ApiError(
    "halted",
    `everything was halted${by === "" ? "" : ` by ${by}`}, and nothing starts until it is released: ${reason}`,
  );

export class HaltGate {
  readonly #clock: Clock;
  readonly #db: Kysely<Schema>;
  readonly #epoch: number;
  readonly #owed: PendingHalt;
  /** Shut until the row has been read: before that the gate cannot be known to be open. */
  #shut = true;
  /** Last reason for which this server shut the gate, in case the store loses the row. */
  #last: GateHalt | null = null;
  /** Counts the halts: a release begun before a halt must not open the gate afterwards. */
  #halts = 0;
  /** Writes run in sequence, in the order of the requests: a release on the way must not undo a later halt. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(db: Kysely<Schema>, epoch: number, clock: Clock, owed: PendingHalt) {
    this.#owed = owed;
    this.#clock = clock;
    this.#db = db;
    this.#epoch = epoch;
  }
  get isShut(): boolean {
    return this.#shut;
  }

  async begin(): Promise<GateState> {
    const gate = (await readGate(this.#db)) ?? this.#owed.halted;
    this.#shut = gate !== null;
    this.#last = gate;
    return gate;
  }
  /** State that a start is shown. A row lost with a standby that lagged behind does not open the gate here. */
  async read(): Promise<GateState> {
    return (await readGate(this.#db)) ?? (this.#shut ? this.#last : null);
  }
  /** Shuts the gate at once, before any database is asked. */
  shut(): void {
    this.#shut = true;
    this.#halts++;
  }
  /**
   * Writes the halt durably, while this server leads. Retries while the store is locked or away. Throws Fenced, and
   * permanent store errors. A halt overtaken by another server's lead is still written, later: that server finds the
   * row (`Halts.look`).
   */
  async closeDurably(halted: GateHalt): Promise<GateHalt> {
    this.#last ??= halted;
    this.#owed.keep(halted);
    for (;;) {
      try {
        const written = await this.#halt(halted);
        this.#owed.clear();
        return written;
      } catch (error) {
        if (error instanceof Fenced) this.#hand().catch(() => this.#owed.clear());
        else if (!isTransient(error)) this.#owed.clear();
        if (!isTransient(error) || !this.#shut) throw error;
        await sleep(this.#clock, AGAIN_MS);
      }
    }
  }
  #halt(halted: GateHalt): Promise<GateHalt> {
    return this.#write(async (tx) => {
      await lockGate(tx);
      return closeGate(tx, halted);
    });
  }
  /** Writes a pending halt without leading: a needless halt can be released, a missing halt cannot be made up for. */
  async #hand(): Promise<void> {
    for (;;) {
      const { halted } = this.#owed;
      if (halted === null) return;
      try {
        await closeGate(this.#db, halted);
        return this.#owed.clear();
      } catch (error) {
        if (!isTransient(error)) throw error;
        await sleep(this.#clock, AGAIN_MS);
      }
    }
  }
  /**
   * Compares the row with this server's belief. A halt written by another server shuts the gate here too, and is
   * returned; the row of a halt that the store lost (with a standby that lagged behind) is written again. null: no new
   * halt.
   */
  refresh(): Promise<GateHalt | null> {
    return this.#inTurn(async () => {
      const gate = await readGate(this.#db);
      if (gate !== null && !this.#shut) {
        this.shut();
        this.#last = gate;
        return gate;
      }
      const last = this.#shut && this.#owed.halted === null ? this.#last : null;
      if (gate === null && last !== null) await this.#transact((tx) => closeGate(tx, last));
      return null;
    });
  }
  #write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#transact(work));
  }
  #transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(async (tx) => {
      await lockEpoch(tx, this.#epoch);
      return work(tx);
    });
  }
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => {});
    return done;
  }
  /** Opens the gate. Returns the halt that had shut the gate; null: the gate was open. Throws Fenced. */
  async release(): Promise<GateState> {
    const halts = this.#halts;
    const before = await this.#write(releaseGate);
    // A halt that came meanwhile has a row of its own to write, and keeps the gate shut.
    if (halts !== this.#halts) return before ?? this.#last;
    const last = before ?? this.#last;
    this.#owed.clear();
    [this.#shut, this.#last] = [false, null];
    return last;
  }
}
