/**
 * Worker pool: a limited number of jobs at work, however many wait. A thousand schedules due in the same minute neither
 * block the event loop nor flood the database.
 */
import { yieldToEventLoop } from "../yield-to-event-loop.ts";

export class WorkerPool {
  readonly #size: number;
  readonly #report: (error: unknown) => void;
  #queue: (() => Promise<void>)[] = [];
  #working = 0;

  constructor(most: number, report: (error: unknown) => void) {
    this.#size = most;
    this.#report = report;
  }
  /** Adds a job. Jobs begin in the order of arrival. */
  add(work: () => Promise<void>): void {
    this.#queue.push(work);
    if (this.#working < this.#size) this.#work().catch(this.#report);
  }
  /** Drops the waiting jobs; jobs under way go on. */
  clear(): void {
    this.#queue = [];
  }
  async #work(): Promise<void> {
    this.#working++;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        await yieldToEventLoop();
        await next().catch(this.#report);
      }
    } finally {
      this.#working--;
    }
  }
}
