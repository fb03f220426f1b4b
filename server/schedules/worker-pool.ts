/** So many at work at once, however many wait: a thousand schedules of one minute neither hold up the loop nor flood the database. */
import { yieldToEventLoop } from "../store/yield-to-event-loop.ts";

export class WorkerPool {
  readonly #size: number;
  readonly #report: (error: unknown) => void;
  #queue: (() => Promise<void>)[] = [];
  #working = 0;

  constructor(most: number, report: (error: unknown) => void) {
    this.#size = most;
    this.#report = report;
  }
  /** In the order they came. */
  add(work: () => Promise<void>): void {
    this.#queue.push(work);
    if (this.#working < this.#size) this.#work().catch(this.#report);
  }
  /** Drops the work that still waits; what is under way goes on. */
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
