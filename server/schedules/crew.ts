/** So many at work at once, however many wait: a thousand schedules of one minute neither hold up the loop nor flood the database. */
import { yieldToEventLoop } from "../store/yield-to-event-loop.ts";

export class Crew {
  readonly #most: number;
  readonly #report: (error: unknown) => void;
  #waiting: (() => Promise<void>)[] = [];
  #working = 0;

  constructor(most: number, report: (error: unknown) => void) {
    this.#most = most;
    this.#report = report;
  }
  /** In the order they came. */
  add(work: () => Promise<void>): void {
    this.#waiting.push(work);
    if (this.#working < this.#most) this.#work().catch(this.#report);
  }
  /** Whoever still waits is sent home. */
  dismiss(): void {
    this.#waiting = [];
  }
  async #work(): Promise<void> {
    this.#working++;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await yieldToEventLoop();
        await next().catch(this.#report);
      }
    } finally {
      this.#working--;
    }
  }
}
