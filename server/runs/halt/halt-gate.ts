/**
 * Halt gate of this server's runs: the row in the store, which outlives every server, and what this one knows of it. Shut
 * in memory first and opened in memory last, so that a store that does not answer never lets anything through.
 */
import type { Kysely } from "kysely";
import { type Clock, sleep } from "../../clock.ts";
import { isTransient } from "../../store/database-failure.ts";
import { Fenced } from "../../store/errors.ts";
import { closeGate, type GateHalt, type GateState, lockGate, readGate, releaseGate } from "../../store/gate.ts";
import { lockEpoch } from "../../store/leader-row.ts";
import type { Schema, Tx } from "../../store/schema.ts";
import type { PendingHalt } from "./pending-halt.ts";

/** Between two tries to write a halt down. */
const AGAIN_MS = 500;

export class HaltGate {
  readonly #clock: Clock;
  readonly #db: Kysely<Schema>;
  readonly #epoch: number;
  readonly #owed: PendingHalt;
  /** Until the row was read, nobody knows that it is open. */
  #shut = true;
  /** Why the gate was shut here, in case the store loses the row. */
  #last: GateHalt | null = null;
  /** Counts the halts: what began before one must not open the gate after it. */
  #halts = 0;
  /** Writes go one after the other, as they were asked for: a release that is on its way must not undo a later halt. */
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
  /** As starts are told: a row that was lost with a standby that lagged behind opens nothing here. */
  async read(): Promise<GateState> {
    return (await readGate(this.#db)) ?? (this.#shut ? this.#last : null);
  }
  /** At once, before any database is asked. */
  shut(): void {
    this.#shut = true;
    this.#halts++;
  }
  /**
   * Durable, while this server leads. Tried again while the store is locked or away. Throws Fenced, and what does not pass by
   * itself. A halt that another server's lead overtook is written all the same, later: that server finds it (`look`).
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
  /** Writes what is owed without leading: a halt too many can be released, a halt too few cannot be made up for. */
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
   * Whether the row still says what this server believes. A halt that another server wrote shuts the gate here too, and is the
   * answer; the row of a halt that the store lost (with a standby that lagged behind) is written again. null: nothing is new.
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
  /** Answers what it was shut for; null: it was open. Throws Fenced. */
  async release(): Promise<GateState> {
    const halts = this.#halts;
    const before = await this.#write(releaseGate);
    // A halt that came meanwhile has its own row to write, and shuts it for good.
    if (halts !== this.#halts) return before ?? this.#last;
    const last = before ?? this.#last;
    this.#owed.clear();
    [this.#shut, this.#last] = [false, null];
    return last;
  }
}
