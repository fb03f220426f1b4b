/** Runs that stand in the store and that nobody has: each is finished as soon as the store lets it be taken over. */
import { type Leaving, type SuccessionConfig, takeOver } from "./succession.ts";

/** After a try that failed; each further one waits twice as long. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

interface Stray {
  readonly why: Leaving;
  waitMs: number;
  nextMs: number;
}
export class Strays {
  readonly #config: SuccessionConfig;
  readonly #strays = new Map<string, Stray>();
  #taking = false;

  constructor(config: SuccessionConfig) {
    this.#config = config;
  }
  /** For the next tick. `why`: what its verdict says. Where there is no such run in the store, nothing comes of it. */
  add(id: string, why: Leaving): void {
    this.#strays.set(id, { why, waitMs: FIRST_MS, nextMs: this.#config.runs.clock.nowMs() });
  }
  has(id: string): boolean {
    return this.#strays.has(id);
  }
  async tick(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    try {
      await this.#takeDue();
    } finally {
      this.#taking = false;
    }
  }
  async #takeDue(): Promise<void> {
    const { residue } = this.#config;
    const { clock } = this.#config.runs;
    for (const [id, stray] of this.#strays) {
      // What it holds is asked for by the run that is in memory; the store may not even know of the agent.
      if (clock.nowMs() < stray.nextMs || residue.has(id)) continue;
      // Before the try: one that throws must not be tried again at each tick, nor keep the others waiting.
      stray.nextMs = clock.nowMs() + stray.waitMs;
      stray.waitMs = Math.min(LONGEST_MS, 2 * stray.waitMs);
      if (await takeOver(id, stray.why, this.#config)) this.#strays.delete(id);
    }
  }
  stop(): void {
    this.#strays.clear();
  }
}
