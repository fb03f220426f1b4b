/**
 * Queue of orphaned runs: each is taken over and finished as soon as the store allows, with a backoff between tries.
 */
import type { RunId } from "../../../experiments/model/names.ts";
import { type LossReason, type TakeoverConfig, takeOver } from "./takeover.ts";

/** First wait after a failed attempt; each further wait is twice as long. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

interface PendingTakeover {
  readonly why: LossReason;
  waitMs: number;
  nextMs: number;
}
export class TakeoverQueue {
  readonly #config: TakeoverConfig;
  readonly #takeovers = new Map<RunId, PendingTakeover>();
  #taking = false;

  constructor(config: TakeoverConfig) {
    this.#config = config;
  }
  /** Adds a run for the next tick. `why`: reason in the verdict. A run that is not in the store is ignored. */
  add(id: RunId, why: LossReason): void {
    this.#takeovers.set(id, { why, waitMs: FIRST_MS, nextMs: this.#config.runs.clock.nowMs() });
  }
  has(id: RunId): boolean {
    return this.#takeovers.has(id);
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
    for (const [id, stray] of this.#takeovers) {
      // The run in memory asks for the residue already; the store may not even know of the agent.
      if (clock.nowMs() < stray.nextMs || residue.has(id)) continue;
      // Set before the attempt: an attempt that throws must not be retried at each tick, nor keep the others waiting.
      stray.nextMs = clock.nowMs() + stray.waitMs;
      stray.waitMs = Math.min(LONGEST_MS, 2 * stray.waitMs);
      if (await takeOver(id, stray.why, this.#config)) this.#takeovers.delete(id);
    }
  }
  stop(): void {
    this.#takeovers.clear();
  }
}
