/** Webhook of a server: the receiver, the events that the receiver is sent, and the outcomes of an attempt to send. */

export const WEBHOOK_EVENTS = ["start", "halt", "verdict", "preflight"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
export interface WebhookConfig {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Key of the HMAC-SHA256 signature. */
  readonly secret: string;
  readonly timeoutMs: number;
  /** Decision when the preflight webhook is unreachable; default `refuse`. */
  readonly unreachable: "refuse" | "allow";
}
/** Outcomes of one attempt to call a webhook: `failed` is tried again. */
export const ATTEMPTS = ["delivered", "failed", "given-up"] as const;
export type Attempt = (typeof ATTEMPTS)[number];
