/**
 * Webhooks: lifecycle events of runs for other systems, signed and repeated until accepted; and preflight questions
 * before a start.
 */
import { randomUUID } from "node:crypto";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LifecycleEvent } from "../runs/lifecycle-events.ts";
import type { Preflight } from "../runs/preflight.ts";
import type { DenyList } from "../security/deny.ts";
import type { Principal } from "../security/roles.ts";
import { countPending, enqueueDelivery, listDueDeliveries, recordDeliveryOutcome } from "../store/deliveries.ts";
import type { Db } from "../store/schema.ts";
import { inTransaction } from "../store/transaction.ts";
import { WebhookClient } from "./client.ts";
import { Outbox } from "./delivery.ts";
import { eventOf, preflightBody, runEventBody } from "./payload.ts";
import { decidePreflight } from "./preflight.ts";
import type { Attempt, WebhookConfig } from "./webhook.ts";

export interface WebhooksConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  readonly denied: DenyList;
  readonly webhooks: readonly WebhookConfig[];
  /** Called with the outcome of each delivery attempt. */
  readonly onAttempt?: (webhook: string, attempt: Attempt) => void;
}
export interface Webhooks {
  /** Asks every preflight webhook at once. `plan`: as recorded, free of secrets. Never throws. */
  preflight(plan: Plan, by: Principal): Promise<Preflight>;
  /**
   * Puts the event into the outbox; `db` is the surrounding transaction, if any. Rejects when the outbox could not be
   * written.
   */
  enqueue(news: LifecycleEvent, db?: Db): Promise<void>;
  /**
   * Puts the event into the outbox and sends at once; resolves once the event is durable. Never throws: a lost event is
   * logged.
   */
  notify(news: LifecycleEvent): Promise<void>;
  /** Number of deliveries still to be tried, by webhook. */
  pending(): Promise<Readonly<Record<string, number>>>;
  /** Begins to send the deliveries of the outbox. */
  begin(): void;
  /** Stops sending; deliveries under way are aborted and stay in the outbox. */
  end(): Promise<void>;
}
interface WebhookChannel {
  readonly config: WebhookConfig;
  readonly client: WebhookClient;
  /** Connections for halts alone, which do not wait for each other: a receiver may be slow. */
  readonly haltClient: WebhookClient;
  readonly outboxes: readonly Outbox[];
}
/** Connections to a receiver: for preflights and events in sequence; `HALT_CONNECTIONS` for halts. */
const CONNECTIONS = 4;
const HALT_CONNECTIONS = 32;
/** Deliveries to webhooks that are no longer configured, settled at once at the start. */
const MAX_ORPHANS = 10_000;
const FOREVER = Number.MAX_SAFE_INTEGER;

export const openWebhooks = ({ clock, db, log, denied, webhooks, onAttempt = () => {} }: WebhooksConfig): Webhooks => {
  const channels = webhooks.map((config): WebhookChannel => {
    const client = new WebhookClient(config, { clock, denied, most: CONNECTIONS });
    const haltClient = new WebhookClient(config, { clock, denied, most: HALT_CONNECTIONS });
    const deps = { clock, db, log, onAttempt: (attempt: Attempt) => onAttempt(config.name, attempt) };
    const outboxes = [
      new Outbox({
        ...{ ...deps, lane: { webhook: config.name, halts: true }, most: HALT_CONNECTIONS },
        send: (request) => haltClient.deliver(request),
      }),
      new Outbox({
        ...{ ...deps, lane: { webhook: config.name, halts: false }, most: 1 },
        send: (request) => client.deliver(request),
      }),
    ];
    return { config, client, haltClient, outboxes };
  });
  const listening = (event: string) => channels.filter(({ config }) => config.events.some((each) => each === event));

  const enqueue = async (news: LifecycleEvent, into: Db = db): Promise<void> => {
    const event = eventOf(news);
    if (event === null || listening(event).length === 0) return;
    const atMs = clock.wallMs();
    const body = runEventBody(event, news, atMs);
    await inTransaction(into, async (tx) => {
      for (const { config } of listening(event)) await enqueueDelivery(tx, { webhook: config.name, event, body, atMs });
    });
  };
  const dropOrphans = async (): Promise<void> => {
    const known = new Set(webhooks.map(({ name }) => name));
    for (const { id, webhook } of await listDueDeliveries(db, FOREVER, MAX_ORPHANS))
      if (!known.has(webhook))
        await recordDeliveryOutcome(db, id, { doneMs: clock.wallMs(), problem: "this webhook is configured no more" });
  };

  return {
    enqueue,
    async notify(news) {
      try {
        await enqueue(news);
        for (const { outboxes } of channels) for (const outbox of outboxes) outbox.wake();
      } catch (error) {
        log.error(`webhooks were not told that run ${news.id} was ${news.what}: ${(error as Error).message}`);
      }
    },
    async preflight(plan, by) {
      const body = preflightBody(plan, by, clock.wallMs());
      const id = randomUUID();
      const answers = await Promise.all(
        listening("preflight").map(async ({ config, client }) =>
          decidePreflight(config, await client.request({ event: "preflight", id, body, attempt: 1 }), (problem) =>
            log.warn(`webhook ${config.name} could not be asked about ${plan.run}, which counts as a yes: ${problem}`),
          ),
        ),
      );
      return answers.find(({ allowed }) => !allowed) ?? { allowed: true };
    },
    async pending() {
      const counts = await countPending(db);
      return Object.fromEntries(webhooks.map(({ name }) => [name, counts.get(name) ?? 0]));
    },
    begin() {
      for (const { outboxes } of channels) for (const outbox of outboxes) outbox.begin();
      dropOrphans().catch((error: Error) => log.warn(`old deliveries could not be settled: ${error.message}`));
    },
    async end() {
      const ended = channels.flatMap(({ outboxes }) => outboxes.map((outbox) => outbox.end()));
      await Promise.all(channels.flatMap(({ client, haltClient }) => [client.close(), haltClient.close()]));
      await Promise.all(ended);
    },
  };
};
