/** The journal of one live run: numbers, chains, writes and tells its records. What could not be written is kept and tried again. */
import type { Entry, JournalRecord } from "../../../experiments/model/journal.ts";
import { type Clock, sleep, within } from "../../clock.ts";
import { chainRecord } from "../../store/chain.ts";
import { isTransient } from "../../store/database-failure.ts";
import { Fenced, JournalGap } from "../../store/errors.ts";

/** A commit that takes longer counts as failed (SAFETY.md 1). */
const DURABLE_MS = 2_000;
/** Between two tries of a write, while that may still succeed in time: a connection was reset, the database restarts. */
const AGAIN_MS = 50;

export interface JournalAppenderConfig {
  readonly clock: Clock;
  readonly last: JournalRecord | null;
  /** All of them durably, or none. Rejects with Fenced once another server leads, with JournalGap once records are lost. */
  readonly write: (records: readonly JournalRecord[]) => Promise<void>;
  /** The journal belongs to another server now: nothing was written, and nothing more will be. Called once. */
  readonly onFenced?: () => void;
}
type JournalListener = (record: JournalRecord) => void;
interface DurabilityWaiter {
  readonly sequence: number;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}
/** Records in one commit: it is one turn of the loop. */
const MOST_AT_ONCE = 250;

export class JournalAppender {
  readonly #config: JournalAppenderConfig;
  readonly #listeners = new Set<JournalListener>();
  #last: JournalRecord | null;
  #unwritten: JournalRecord[] = [];
  #writing: Promise<void> | null = null;
  /** Those who wait for a record to be durable, in the order of their records. */
  #waiting: DurabilityWaiter[] = [];
  /** Once a record could not be made durable in time, nobody waits for the disk any more. */
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
  /** Records that were durable are no longer in the store: nothing is written any more. */
  get gap(): JournalGap | null {
    return this.#gap;
  }
  /** Why a write failed, the last time that one did. */
  get trouble(): Error | null {
    return this.#trouble;
  }

  /** True once the entry is durable; false when it could not be made so. Never throws. */
  async append(entry: Entry): Promise<boolean> {
    if (this.#fenced) return false;
    const before = this.#last;
    const wasWhole = this.#gap === null;
    const record = chainRecord(before, this.#config.clock.wallMs(), entry);
    this.#last = record;
    if (wasWhole) this.#unwritten.push(record);
    const written = wasWhole && (await this.#flush(record));
    // What another server's journal will never hold is told to nobody.
    if (this.#fenced) return false;
    if (entry.kind === "closed" && wasWhole && this.#gap !== null) {
      // The run is not over with this: that its journal is lost comes before the last record.
      this.#last = before;
      return false;
    }
    for (const tell of [...this.#listeners]) tell(record);
    return written;
  }
  /** The last record of all. */
  close(): Promise<boolean> {
    const { sequence, hash } = this.#last!;
    return this.append({ kind: "closed", count: sequence, head: hash });
  }
  /** Tries again to write what is left; true when nothing is, or never will be. */
  async retry(): Promise<boolean> {
    // A write that is under way began before what made it worth trying again.
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
  /** One write at a time: a second one beside a slow first would number records twice. */
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
  /** What failed is tried again for as long as somebody can still be told in time; a record that is there already is no other. */
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
      // What is appended in the same turn goes with it.
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
      // In the same turn as the last look for more: what is appended after it begins a write of its own.
      this.#writing = null;
    }
  }
}
