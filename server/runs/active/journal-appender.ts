/**
 * Journal appender of an active run: numbers, chains, writes and publishes the run's records. Records that could not be
 * written are kept and retried.
 */
import type { Entry, JournalRecord } from "../../../experiments/model/journal/journal.ts";
import { type Clock, sleep, within } from "../../clock.ts";
import { chainRecord } from "../../store/chain.ts";
import { isTransient } from "../../store/database-failure.ts";
import { Fenced, JournalGap } from "../../store/errors.ts";

/** Longest time of a commit: a slower commit counts as failed (SAFETY.md 1). */
const DURABLE_MS = 2_000;
/** Pause between two tries of a write that may still succeed in time: a connection was reset, the database restarts. */
const AGAIN_MS = 50;

export interface JournalAppenderConfig {
  readonly clock: Clock;
  readonly last: JournalRecord | null;
  /**
   * Writes all records durably, or none. Rejects with Fenced once another server leads, with JournalGap once records
   * are lost.
   */
  readonly write: (records: readonly JournalRecord[]) => Promise<void>;
  /** Called once when the journal belongs to another server: no record was written, and none will be. */
  readonly onFenced?: () => void;
}
type JournalListener = (record: JournalRecord) => void;
interface DurabilityWaiter {
  readonly sequence: number;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}
/** Most records in a commit: a commit takes a single turn of the loop. */
const MOST_AT_ONCE = 250;

export class JournalAppender {
  readonly #config: JournalAppenderConfig;
  readonly #listeners = new Set<JournalListener>();
  #last: JournalRecord | null;
  #unwritten: JournalRecord[] = [];
  #writing: Promise<void> | null = null;
  /** Callers that wait for a record to be durable, in the order of the records. */
  #waiting: DurabilityWaiter[] = [];
  /** Set once a record could not be made durable in time: from then on no caller waits for the disk. */
  #lost = false;
  #fenced = false;
  #gap: JournalGap | null = null;
  #trouble: Error | null = null;

  constructor(config: JournalAppenderConfig) {
    this.#config = config;
    this.#last = config.last;
  }
  get last(): JournalRecord | null {
    return this.#last;
  }
  /** Records that exist only in memory. */
  get unwritten(): readonly JournalRecord[] {
    return this.#unwritten;
  }
  /** Gap in the store's journal: durable records have vanished from the store, and no more are written. */
  get gap(): JournalGap | null {
    return this.#gap;
  }
  /** Error of the last write that failed. */
  get trouble(): Error | null {
    return this.#trouble;
  }

  /** Appends an entry. True once the entry is durable; false if the store did not take the entry. Never throws. */
  async append(entry: Entry): Promise<boolean> {
    if (this.#fenced) return false;
    const before = this.#last;
    const wasWhole = this.#gap === null;
    const record = chainRecord(before, this.#config.clock.wallMs(), entry);
    this.#last = record;
    if (wasWhole) this.#unwritten.push(record);
    const written = wasWhole && (await this.#flush(record));
    // A record that another server's journal will never hold is not published to listeners.
    if (this.#fenced) return false;
    if (entry.kind === "closed" && wasWhole && this.#gap !== null) {
      // The run is not over yet: the loss of the journal is recorded before the last record.
      this.#last = before;
      return false;
    }
    for (const tell of [...this.#listeners]) tell(record);
    return written;
  }
  /** Writes the last record of the journal. */
  close(): Promise<boolean> {
    const { sequence, hash } = this.#last!;
    return this.append({ kind: "closed", count: sequence, head: hash });
  }
  /** Retries the unwritten records; true once none is left, or none ever will be. */
  async retry(): Promise<boolean> {
    // A write under way began before the event that made this retry worthwhile.
    await this.#writing?.catch(() => {});
    await this.#write().catch(() => {});
    return this.#unwritten.length === 0;
  }
  listen(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  get listeners(): number {
    return this.#listeners.size;
  }

  async #flush({ sequence }: JournalRecord): Promise<boolean> {
    const { clock } = this.#config;
    const late = () => new Error(`not durable within ${DURABLE_MS} ms`);
    if (this.#lost) {
      this.#write().catch(() => {});
      return false;
    }
    let waiting: DurabilityWaiter | null = null;
    const durable = new Promise<void>((written, failed) => {
      waiting = { sequence, written, failed };
      this.#waiting.push(waiting);
    });
    this.#write().catch(() => {});
    try {
      await within(clock, DURABLE_MS, durable, late);
      return true;
    } catch (error) {
      this.#lost = true;
      this.#trouble ??= error as Error;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      return false;
    }
  }
  /** Serializes writes: a second write beside a slow first would number records twice. */
  #write(): Promise<void> {
    if (this.#writing === null && this.#unwritten.length > 0) this.#writing = this.#writeAll();
    return this.#writing ?? Promise.resolve();
  }
  #fence(): void {
    if (this.#fenced) return;
    this.#fenced = true;
    this.#unwritten = [];
    this.#config.onFenced?.();
  }
  /**
   * Retries a failed write for as long as a waiting caller can still be informed in time; a record that is stored
   * already is not stored twice.
   */
  async #writeSome(): Promise<readonly JournalRecord[]> {
    for (;;) {
      const batch = this.#unwritten.slice(0, MOST_AT_ONCE);
      try {
        await this.#config.write(batch);
        this.#trouble = null;
        return batch;
      } catch (error) {
        this.#trouble = error as Error;
        if (!isTransient(error) || this.#waiting.length === 0) throw error;
        await sleep(this.#config.clock, AGAIN_MS);
        if (this.#waiting.length === 0) throw error;
      }
    }
  }
  async #writeAll(): Promise<void> {
    try {
      // Records appended in the same turn go into the same write.
      await null;
      while (this.#unwritten.length > 0) {
        const batch = await this.#writeSome();
        this.#unwritten = this.#unwritten.slice(batch.length);
        const last = batch.at(-1)!.sequence;
        while (this.#waiting[0] !== undefined && this.#waiting[0].sequence <= last) this.#waiting.shift()!.written();
      }
    } catch (error) {
      if (error instanceof Fenced) this.#fence();
      if (error instanceof JournalGap) {
        this.#gap = error;
        this.#unwritten = [];
      }
      for (const { failed } of this.#waiting.splice(0)) failed(error);
      throw error;
    } finally {
      // Cleared in the turn of the last check for more records: a record appended later begins a write of its own.
      this.#writing = null;
    }
  }
}
