/**
 * Large messages are heard one in a turn of the loop, whichever connection they come over: reading megabytes takes tens
 * of milliseconds, and a few dozen connections could otherwise hold up everybody else for seconds.
 */
import { turn } from "../../store/turn.ts";

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTurning = false;

  /** Calls in a turn of its own, after all that came before. */
  next(hear: () => void): void {
    this.#waiting.push(hear);
    // Nothing in it rejects: `hear` does not throw.
    if (!this.#isTurning) this.#turn().catch(() => {});
  }
  async #turn(): Promise<void> {
    this.#isTurning = true;
    try {
      for (let hear = this.#waiting.shift(); hear !== undefined; hear = this.#waiting.shift()) {
        await turn();
        hear();
      }
    } finally {
      this.#isTurning = false;
    }
  }
}
