/** Webhook of a server: the receiver, and the events that the receiver is sent. */

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
