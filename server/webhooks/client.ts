/**
 * Webhook client: sends a signed request to a webhook, never to a denied address, never along a redirect, never longer
 * than the time limit.
 */
import type { Dispatcher, Pool } from "undici";
import type { Clock } from "../clock.ts";
import { type DenyList, guardedConnector } from "../security/deny.ts";
import { undici } from "../undici.ts";
import { signatureOf } from "./signature.ts";
import type { WebhookConfig, WebhookEvent } from "./webhook.ts";

export interface WebhookRequest {
  readonly event: WebhookEvent;
  /** Same id at each attempt: a receiver recognises a repeated delivery. */
  readonly id: string;
  readonly body: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
}
export type DeliveryStatus = { readonly status: number } | { readonly problem: string };
export type WebhookResponse = { readonly status: number; readonly body: string } | { readonly problem: string };

/** Longest response body that is read. */
const MAX_RESPONSE_BYTES = 64 * 1_024;

const drain = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    kept.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) throw new Error(`it answered with more than ${MAX_RESPONSE_BYTES / 1_024} KiB`);
  }
  return Buffer.concat(kept).toString("utf8");
};

export class WebhookClient {
  readonly #webhook: WebhookConfig;
  readonly #clock: Clock;
  readonly #target: URL;
  readonly #pool: Pool;

  /** `most`: concurrent connections. */
  constructor(
    webhook: WebhookConfig,
    { clock, denied, most }: { readonly clock: Clock; readonly denied: DenyList; readonly most: number },
  ) {
    this.#webhook = webhook;
    this.#clock = clock;
    this.#target = new URL(webhook.url);
    // The clock ends a request; undici's own timers would end the request by another clock.
    const connect = guardedConnector(denied);
    const { Pool } = undici();
    this.#pool = new Pool(this.#target.origin, { connections: most, headersTimeout: 0, bodyTimeout: 0, connect });
  }

  /** Sends a request and reads the response body. Never throws. */
  request(request: WebhookRequest): Promise<WebhookResponse> {
    return this.#send(request, async (status, body) => ({ status, body: await drain(body) }));
  }
  /** Delivers an event. The status is the whole answer: the body can neither be too long nor too late. Never throws. */
  deliver(request: WebhookRequest): Promise<DeliveryStatus> {
    return this.#send(request, async (status, body) => {
      // Drain a little of the body, so that the connection can be reused.
      body.dump({ limit: MAX_RESPONSE_BYTES }).catch(() => {});
      return { status };
    });
  }
  async #send<T>(
    { event, id, body, attempt }: WebhookRequest,
    read: (status: number, body: Dispatcher.ResponseData["body"]) => Promise<T>,
  ): Promise<T | { readonly problem: string }> {
    const { secret, timeoutMs } = this.#webhook;
    const abort = new AbortController();
    const alarm = this.#clock.wake(this.#clock.nowMs() + timeoutMs, () => abort.abort());
    const headers = {
      ...{ "content-type": "application/json", "user-agent": "squall" },
      ...{ "squall-event": event, "squall-delivery": id, "squall-attempt": String(attempt) },
      "squall-signature": signatureOf(secret, body, this.#clock.wallMs()),
    };
    const path = `${this.#target.pathname}${this.#target.search}`;
    try {
      const answer = await this.#pool.request({ method: "POST", path, headers, body, signal: abort.signal });
      const { statusCode: status } = answer;
      if (status >= 300 && status < 400) {
        answer.body.dump({ limit: MAX_RESPONSE_BYTES }).catch(() => {});
        return { problem: `it answered ${status}, and redirects are not followed` };
      }
      return await read(status, answer.body);
    } catch (error) {
      return { problem: abort.signal.aborted ? `it gave no answer within ${timeoutMs} ms` : (error as Error).message };
    } finally {
      alarm.cancel();
    }
  }
  /** Aborts the requests under way. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
