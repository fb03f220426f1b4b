/**
 * Open loop: requests leave at random times (Poisson), whether or not earlier answers have come, each on a connection
 * that rests; so a slow answer delays no other request, and hides none.
 */
import { performance } from "node:perf_hooks";
import { sleep } from "../../waiting.ts";
import { Caller } from "../caller.ts";
import { seededChance } from "../statistics.ts";
import { BODY } from "../upstream.ts";

/** Times of a request, ms of the bench's clock. */
export interface Exchange {
  readonly sentMs: number;
  readonly answeredMs: number;
}
const REQUEST = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

export class OpenLoop {
  readonly exchanges: Exchange[] = [];
  readonly #port: number;
  readonly #resting: Caller[];
  readonly #underWay = new Set<Promise<void>>();
  #failure: Error | null = null;
  #isSending = true;
  readonly #sending: Promise<void>;

  private constructor(port: number, resting: Caller[], perSecond: number) {
    this.#port = port;
    this.#resting = resting;
    this.#sending = this.#send(perSecond);
  }
  /** `connections` are opened before the first request; more are opened where all are in use. */
  static async start(port: number, perSecond: number, connections: number): Promise<OpenLoop> {
    const resting: Caller[] = [];
    for (let i = 0; i < connections; i++) resting.push(await Caller.open(port));
    return new OpenLoop(port, resting, perSecond);
  }

  /** Ends the load once all answers have come; returns all exchanges. Rejects: an answer was wrong. */
  async stop(): Promise<readonly Exchange[]> {
    this.#isSending = false;
    await this.#sending;
    await Promise.all(this.#underWay);
    for (const caller of this.#resting) caller.close();
    if (this.#failure !== null) throw this.#failure;
    return this.exchanges;
  }

  async #send(perSecond: number): Promise<void> {
    const chance = seededChance(perSecond);
    let dueMs = performance.now();
    while (this.#isSending) {
      dueMs += (-Math.log(1 - chance()) * 1_000) / perSecond;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const exchange = this.#exchange().finally(() => this.#underWay.delete(exchange));
      this.#underWay.add(exchange);
    }
  }
  async #exchange(): Promise<void> {
    try {
      const caller = this.#resting.pop() ?? (await Caller.open(this.#port));
      const sentMs = performance.now();
      const { status, body } = await caller.ask(REQUEST);
      this.exchanges.push({ sentMs, answeredMs: performance.now() });
      if (status !== 200 || body.toString() !== BODY) throw new Error(`wrong answer: ${status} ${body}`);
      this.#resting.push(caller);
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }
}
