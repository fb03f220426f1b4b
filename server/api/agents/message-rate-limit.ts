/**
 * Message budget of an agent connection: many times the rate of a real agent, and too little to fill the event loop.
 */
import type { Clock } from "../../clock.ts";

/** A token bucket. */
class TokenBucket {
  readonly #most: number;
  readonly #perMs: number;
  #left: number;
  #atMs: number;

  constructor(most: number, perSecond: number, nowMs: number) {
    this.#most = most;
    this.#perMs = perSecond / 1_000;
    this.#left = most;
    this.#atMs = nowMs;
  }
  /** Takes an amount; false: not enough left. */
  take(amount: number, nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
/** Budget in messages. An agent pulses once a second and answers orders: ten messages a second under twenty runs. */
const MESSAGES = { most: 200, perSecond: 100 };
const BYTES = { most: 8 * 2 ** 20, perSecond: 2 * 2 ** 20 };

export class MessageRateLimit {
  readonly #clock: Clock;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(clock: Clock) {
    const nowMs = clock.nowMs();
    this.#clock = clock;
    this.#messages = new TokenBucket(MESSAGES.most, MESSAGES.perSecond, nowMs);
    this.#bytes = new TokenBucket(BYTES.most, BYTES.perSecond, nowMs);
  }
  /** Takes a message, or a ping, of so many bytes; false: the budget is used up. */
  take(bytes: number): boolean {
    const nowMs = this.#clock.nowMs();
    return this.#messages.take(1, nowMs) && this.#bytes.take(bytes, nowMs);
  }
}
