/** Sends what one webhook is to be told, oldest first, again and again until it took it or it is of no use any more. */
import { chance } from "../../experiments/model/chance.ts";
import type { Alarm, Clock } from "../clock.ts";
import type { WebhookEvent } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { Attempt } from "../metrics.ts";
import { type DeliveryRow, dueDeliveries, nextDeliveryMs, settleDelivery } from "../store/deliveries.ts";
import type { Db } from "../store/schema.ts";
import type { Answer, Letter } from "./post.ts";

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
/** The last attempt comes after about twelve hours. */
const MOST_ATTEMPTS = 20;
const AT_A_TIME = 20;
/** After the database could not be asked. */
const AGAIN_MS = 5_000;

/**
 * Exponential backoff with equal jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), drawn
 * from the delivery. `attempts`: those that failed so far, from 1.
 */
export const waitMs = (id: string, attempts: number): number => {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
  return Math.round(longest * (0.5 + chance(0, "delivery", id, attempts) / 2));
};

/** Why an attempt failed; null: it did not. `final`: no other will do better. */
const failureOf = (answer: Answer): { readonly problem: string; readonly final: boolean } | null => {
  if ("problem" in answer) return { problem: answer.problem, final: false };
  const { status } = answer;
  return status < 300 ? null : { problem: `it answered ${status}`, final: status === 410 };
};

export interface OutboxConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  /** Of the webhook. */
  readonly name: string;
  readonly send: (letter: Letter) => Promise<Answer>;
  readonly onAttempt?: (attempt: Attempt) => void;
}

export class Outbox {
  readonly #config: OutboxConfig;
  #alarm: Alarm = { cancel() {} };
  #working: Promise<void> | null = null;
  /** Something was put in while the last round was under way. */
  #again = false;
  #ended = true;

  constructor(config: OutboxConfig) {
    this.#config = config;
  }
  begin(): void {
    this.#ended = false;
    this.wake();
  }
  async end(): Promise<void> {
    this.#ended = true;
    this.#alarm.cancel();
    await this.#working;
  }
  /** There may be something to send. */
  wake(): void {
    if (this.#ended) return;
    this.#again = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      if (this.#again) this.wake();
    });
  }

  async #work(): Promise<void> {
    const { clock, db, log, name } = this.#config;
    this.#alarm.cancel();
    try {
      while (this.#again && !this.#ended) {
        this.#again = false;
        const due = await dueDeliveries(db, clock.wallMs(), AT_A_TIME, name);
        for (const row of due) if (!this.#ended) await this.#deliver(row);
        if (due.length === AT_A_TIME) this.#again = true;
      }
      const nextMs = await nextDeliveryMs(db, name);
      if (nextMs !== null) this.#wakeIn(Math.max(0, nextMs - clock.wallMs()));
    } catch (error) {
      this.#again = false;
      log.warn(`the outbox of webhook ${name} cannot be read: ${(error as Error).message}`);
      this.#wakeIn(AGAIN_MS);
    }
  }
  #wakeIn(ms: number): void {
    const { clock } = this.#config;
    if (!this.#ended) this.#alarm = clock.wake(clock.nowMs() + ms, () => this.wake());
  }
  async #deliver({ id, event, body, attempts }: DeliveryRow): Promise<void> {
    const { clock, db, log, name, send, onAttempt = () => {} } = this.#config;
    const failure = failureOf(await send({ id, event: event as WebhookEvent, body }));
    // What was given up because this server ends is no attempt.
    if (failure !== null && this.#ended) return;
    const nowMs = clock.wallMs();
    if (failure === null) {
      onAttempt("delivered");
      return settleDelivery(db, id, { doneMs: nowMs, problem: null });
    }
    const { problem, final } = failure;
    const tried = attempts + 1;
    if (final || tried >= MOST_ATTEMPTS) {
      onAttempt("given-up");
      log.error(`webhook ${name} was not told of ${event} (delivery ${id}): given up: ${problem}`);
      return settleDelivery(db, id, { doneMs: nowMs, problem });
    }
    onAttempt("failed");
    log.warn(`webhook ${name} could not be told of ${event} (delivery ${id}), attempt ${tried}: ${problem}`);
    return settleDelivery(db, id, { nextMs: nowMs + waitMs(id, tried), problem });
  }
}
