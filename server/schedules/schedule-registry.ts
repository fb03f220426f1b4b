/** Schedule registry: every stored schedule with a mutex and the time of the next due check. */
import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import { ApiError } from "../errors.ts";
import type { DocumentRecord } from "../store/documents.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import { Mutex } from "./mutex.ts";
import { readEntry, type ScheduleEntry } from "./schedule-entry.ts";

export interface RegisteredSchedule {
  readonly entry: ScheduleEntry;
  readonly mutex: Mutex;
  /** Time of the next check, Unix ms; 0: at once. */
  nextCheckMs: number;
}
/** Documents read between two yields to the event loop: reading a document takes about a millisecond. */
const READS_PER_TURN = 20;

export class ScheduleRegistry {
  readonly #byName = new Map<string, RegisteredSchedule>();

  /**
   * Replaces the registered schedules. An unchanged schedule keeps its due time, and a mutex outlives the versions of
   * the schedule.
   */
  async load(documents: readonly DocumentRecord[]): Promise<void> {
    const names = new Set(documents.map(({ name }) => name));
    for (const name of this.#byName.keys()) if (!names.has(name)) this.#byName.delete(name);
    for (const [i, document] of documents.entries()) {
      if (i % READS_PER_TURN === READS_PER_TURN - 1) await yieldToEventLoop();
      const known = this.#byName.get(document.name);
      if (known?.entry.version === document.version) continue;
      this.#byName.set(document.name, {
        entry: readEntry(document),
        mutex: known?.mutex ?? new Mutex(),
        nextCheckMs: 0,
      });
    }
  }
  get all(): readonly RegisteredSchedule[] {
    return [...this.#byName.values()];
  }
  get names(): readonly string[] {
    return [...this.#byName.keys()].sort();
  }
  find(name: string): RegisteredSchedule | undefined {
    return this.#byName.get(name);
  }
  /** True if this entry is still registered under the name: the schedule may have been changed or deleted meanwhile. */
  isCurrent(registered: RegisteredSchedule): boolean {
    return this.#byName.get(registered.entry.name) === registered;
  }
  /** Throws ApiError `no-such-schedule`. */
  get(name: string): RegisteredSchedule {
    const registered = this.#byName.get(name);
    if (registered === undefined)
      throw new ApiError("no-such-schedule", `there is no schedule ${JSON.stringify(name)}`);
    return registered;
  }
  /** Returns a schedule that can be used; throws ApiError. */
  getValid(name: string): { readonly registered: RegisteredSchedule; readonly schedule: Schedule } {
    const registered = this.get(name);
    const { read } = registered.entry;
    if ("problem" in read) throw new ApiError("invalid-document", `schedule ${name} cannot be used: ${read.problem}`);
    return { registered, schedule: read.schedule };
  }
}
