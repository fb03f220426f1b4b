/** The journal of one live run: numbers, chains, writes and tells its records. What could not be written is kept and tried again. */
import type { Entry, JournalRecord } from "../../experiments/model/journal.ts";
import { type Clock, within } from "../clock.ts";
import { chained } from "../store/chain.ts";

/** A commit that takes longer counts as failed (SAFETY.md 1). */
const DURABLE_MS = 2_000;

export interface JournalConfig {
  readonly clock: Clock;
  readonly last: JournalRecord | null;
  /** All of them durably, or none. */
  readonly write: (records: readonly JournalRecord[]) => Promise<void>;
}
type Listener = (record: JournalRecord) => void;

export class Journal {
  readonly #config: JournalConfig;
  readonly #listeners = new Set<Listener>();
  #last: JournalRecord | null;
  #unwritten: JournalRecord[] = [];
  #writing: Promise<void> | null = null;
  /** Once a record could not be made durable in time, nobody waits for the disk any more. */
  #lost = false;

  constructor(config: JournalConfig) {
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

  /** True once the entry is durable; false when it could not be made so. Never throws. */
  async append(entry: Entry): Promise<boolean> {
    const record = chained(this.#last, this.#config.clock.wallMs(), entry);
    this.#last = record;
    this.#unwritten.push(record);
    const written = await this.#flush();
    for (const tell of [...this.#listeners]) tell(record);
    return written;
  }
  /** The last record of all. */
  close(): Promise<boolean> {
    const { sequence, hash } = this.#last!;
    return this.append({ kind: "closed", count: sequence, head: hash });
  }
  /** Tries again to write what is left; true when nothing is. */
  async retry(): Promise<boolean> {
    // A write that is under way began before what made it worth trying again.
    await this.#writing?.catch(() => {});
    await this.#write().catch(() => {});
    return this.#unwritten.length === 0;
  }
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  get listeners(): number {
    return this.#listeners.size;
  }

  async #flush(): Promise<boolean> {
    const { clock } = this.#config;
    const late = () => new Error(`not durable within ${DURABLE_MS} ms`);
    if (this.#lost) {
      void this.#write().catch(() => {});
      return false;
    }
    try {
      await within(clock, DURABLE_MS, this.#write(), late);
      return true;
    } catch {
      this.#lost = true;
      return false;
    }
  }
  /** One write at a time: a second one beside a slow first would number records twice. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }
  async #writeAll(): Promise<void> {
    while (this.#unwritten.length > 0) {
      const batch = [...this.#unwritten];
      await this.#config.write(batch);
      this.#unwritten = this.#unwritten.slice(batch.length);
    }
  }
}
