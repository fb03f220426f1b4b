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
    if (!this.#isTurning) void this.#turn();
  }
  /** Never rejects: `hear` does not throw. */
  async #turn(): Promise<void> {
    this.#isTurning = true;
    for (let hear = this.#waiting.shift(); hear !== undefined; hear = this.#waiting.shift()) {
      await turn();
      hear();
    }
    this.#isTurning = false;
  }
}
