/**
 * The gate of this server's runs: the row in the store, which outlives every server, and what this one knows of it. Shut
 * in memory first and opened in memory last, so that a store that does not answer never lets anything through.
 */
import type { Kysely } from "kysely";
import { type Clock, sleep } from "../clock.ts";
import { type Gate, type Halted, haltGate, lockGate, readGate, releaseGate } from "../store/gate.ts";
import { lockEpoch } from "../store/leader-row.ts";
import type { Schema, Tx } from "../store/schema.ts";
import { mayPass } from "../store/trouble.ts";

/** Between two tries to write a halt down. */
const AGAIN_MS = 500;

export class Gatekeeper {
  readonly #clock: Clock;
  readonly #db: Kysely<Schema>;
  readonly #epoch: number;
  /** Until the row was read, nobody knows that it is open. */
  #shut = true;
  /** Why the gate was shut here, in case the store loses the row. */
  #last: Halted | null = null;
  /** Counts the halts: what began before one must not open the gate after it. */
  #halts = 0;
  /** Writes go one after the other, as they were asked for: a release that is on its way must not undo a later halt. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(db: Kysely<Schema>, epoch: number, clock: Clock) {
    this.#clock = clock;
    this.#db = db;
    this.#epoch = epoch;
  }
  get isShut(): boolean {
    return this.#shut;
  }

  async begin(): Promise<Gate> {
    const gate = await readGate(this.#db);
    this.#shut = gate !== null;
    this.#last = gate;
    return gate;
  }
  /** As starts are told: a row that was lost with a standby that lagged behind opens nothing here. */
  async read(): Promise<Gate> {
    return (await readGate(this.#db)) ?? (this.#shut ? this.#last : null);
  }
  /** At once, before any database is asked. */
  shut(): void {
    this.#shut = true;
    this.#halts++;
  }
  /**
   * Durable, and only while this server leads: else the server that does would not know of it. Tried again while the store is
   * locked or away. Throws Fenced, and what does not pass by itself.
   */
  async latch(halted: Halted): Promise<Halted> {
    this.#last ??= halted;
    for (;;) {
      try {
        return await this.#write(async (tx) => {
          await lockGate(tx);
          return haltGate(tx, halted);
        });
      } catch (error) {
        if (!mayPass(error) || !this.#shut) throw error;
        await sleep(this.#clock, AGAIN_MS);
      }
    }
  }
  #write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const write = () =>
      this.#db.transaction().execute(async (tx) => {
        await lockEpoch(tx, this.#epoch);
        return work(tx);
      });
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => {});
    return written;
  }
  /** Answers what it was shut for; null: it was open. Throws Fenced. */
  async release(): Promise<Gate> {
    const halts = this.#halts;
    const before = await this.#write(releaseGate);
    // A halt that came meanwhile has its own row to write, and shuts it for good.
    if (halts !== this.#halts) return before ?? this.#last;
    const last = before ?? this.#last;
    [this.#shut, this.#last] = [false, null];
    return last;
  }
}
