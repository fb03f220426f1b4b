/** Sends the deliveries of a lane of a webhook, oldest first, each again and again until taken or given up. */
import { chance } from "../../experiments/model/statistics/random.ts";
import type { Alarm, Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import {
  type DeliveryLane,
  type DeliveryRow,
  listDueDeliveries,
  nextDeliveryMs,
  recordDeliveryOutcome,
} from "../store/deliveries.ts";
import type { Db } from "../store/schema.ts";
import type { DeliveryStatus, WebhookRequest } from "./client.ts";
import type { Attempt, WebhookEvent } from "./webhook.ts";

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
/** Most attempts: the last attempt comes after about twelve hours. */
const MAX_ATTEMPTS = 20;
/** Retry interval after the database could not be queried. */
const RETRY_MS = 5_000;

/**
 * Exponential backoff with equal jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), drawn
 * from the delivery. `attempts`: those that failed so far, from 1.
 */
export const backoffMs = (id: string, attempts: number): number => {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
  return Math.round(longest * (0.5 + chance(0, "delivery", id, attempts) / 2));
};

/** RFC 9110, 15.5.9 and RFC 6585, 4: of the client errors only these permit another attempt. */
const RETRYABLE_STATUSES = new Set([408, 429]);
/** Reason why an attempt failed; null: no failure. `final`: no further attempt will do better. */
const failureOf = (answer: DeliveryStatus): { readonly problem: string; readonly final: boolean } | null => {
  if ("problem" in answer) return { problem: answer.problem, final: false };
  const { status } = answer;
  const final = status >= 400 && status < 500 && !RETRYABLE_STATUSES.has(status);
  return status < 300 ? null : { problem: `it answered ${status}`, final };
};

export interface OutboxConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  readonly lane: DeliveryLane;
  /** Most deliveries under way at once. */
  readonly most: number;
  readonly send: (request: WebhookRequest) => Promise<DeliveryStatus>;
  readonly onAttempt?: (attempt: Attempt) => void;
}

export class Outbox {
  readonly #config: OutboxConfig;
  #alarm: Alarm = { cancel() {} };
  #working: Promise<void> | null = null;
  /** Deliveries under way, by id. */
  readonly #sending = new Map<string, Promise<void>>();
  /** A delivery was put in, or has been sent, while the last query was under way. */
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
    await Promise.all(this.#sending.values());
  }
  /** Wakes the outbox: a delivery may be due. */
  wake(): void {
    if (this.#ended) return;
    this.#again = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      if (this.#again) this.wake();
    });
  }

  async #work(): Promise<void> {
    const { clock, db, log, lane, most } = this.#config;
    this.#alarm.cancel();
    try {
      while (this.#again && !this.#ended) {
        this.#again = false;
        if (this.#sending.size >= most) return;
        // Deliveries under way are due as well.
        const due = await listDueDeliveries(db, clock.wallMs(), most + this.#sending.size, lane);
        const waiting = due.filter(({ id }) => !this.#sending.has(id));
        for (const row of waiting.slice(0, most - this.#sending.size)) if (!this.#ended) this.#begin(row);
      }
      const nowMs = clock.wallMs();
      const nextMs = await nextDeliveryMs(db, nowMs, lane);
      if (nextMs !== null) this.#wakeIn(nextMs - nowMs);
    } catch (error) {
      this.#again = false;
      log.warn(`the outbox of a webhook cannot be read: ${(error as Error).message}`, { webhook: lane.webhook });
      this.#wakeIn(RETRY_MS);
    }
  }
  #wakeIn(ms: number): void {
    const { clock } = this.#config;
    if (!this.#ended) this.#alarm = clock.wake(clock.nowMs() + ms, () => this.wake());
  }
  #begin(row: DeliveryRow): void {
    const { log, lane } = this.#config;
    const sent = this.#deliver(row)
      .then(() => true)
      .catch((error: Error) => {
        log.warn(`what became of a delivery cannot be written down: ${error.message}`, { webhook: lane.webhook });
        return false;
      })
      .then((isWritten) => {
        this.#sending.delete(row.id);
        // The delivery is still due: an immediate retry would repeat the send again and again while the database is
        // away.
        if (isWritten) this.wake();
        else this.#wakeIn(RETRY_MS);
      });
    this.#sending.set(row.id, sent);
  }
  async #deliver({ id, event, body, attempts }: DeliveryRow): Promise<void> {
    const { clock, db, log, lane, send, onAttempt = () => {} } = this.#config;
    const attempt = attempts + 1;
    const failure = failureOf(await send({ id, event: event as WebhookEvent, body, attempt }));
    // A delivery aborted because this server ends is not counted as an attempt.
    if (failure !== null && this.#ended) return;
    const nowMs = clock.wallMs();
    if (failure === null) {
      onAttempt("delivered");
      return recordDeliveryOutcome(db, id, { doneMs: nowMs, problem: null });
    }
    const { problem, final } = failure;
    const fields = { webhook: lane.webhook, delivery: id, event, attempt };
    if (final || attempt >= MAX_ATTEMPTS) {
      onAttempt("given-up");
      log.error(`a webhook was not told, and is not told again: ${problem}`, fields);
      return recordDeliveryOutcome(db, id, { doneMs: nowMs, problem });
    }
    onAttempt("failed");
    log.warn(`a webhook could not be told: ${problem}`, fields);
    return recordDeliveryOutcome(db, id, { nextMs: nowMs + backoffMs(id, attempt), problem });
  }
}
