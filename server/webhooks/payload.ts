/** Payloads of webhooks, as JSON. `text` carries the same message for people: chat systems show that field. */
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { LifecycleEvent } from "../runs/lifecycle-events.ts";
import type { Principal } from "../security/roles.ts";
import type { WebhookEvent } from "./webhook.ts";

/** Webhook event of a lifecycle event; null: no webhook wants the event. */
export const eventOf = ({ what }: LifecycleEvent): Exclude<WebhookEvent, "preflight"> | null => {
  if (what === "started") return "start";
  if (what === "halted") return "halt";
  return what === "finished" ? "verdict" : null;
};

const textOf = ({ what, id, experiment, by, verdict, reason }: LifecycleEvent): string => {
  if (what === "finished") return `${experiment} ended ${verdict ?? "without a verdict"} (run ${id}): ${reason}`;
  if (what === "halted") return `${experiment} is being halted (run ${id}): ${reason}`;
  return `${experiment} was started by ${by} (run ${id})`;
};

/** `atMs`: Unix ms. */
export const runEventBody = (event: WebhookEvent, news: LifecycleEvent, atMs: number): string => {
  const { id, experiment, labels, by, schedule, instantMs, verdict, because, reason } = news;
  const instant = instantMs === null ? null : new Date(instantMs).toISOString();
  const run = { id, experiment, labels, by, schedule, instant, verdict, because, reason };
  return JSON.stringify({ event, at: new Date(atMs).toISOString(), text: textOf(news), run });
};
export const preflightBody = (plan: Plan, { name, role }: Principal, atMs: number): string =>
  JSON.stringify({
    ...{ event: "preflight", at: new Date(atMs).toISOString() },
    text: `May ${name} start ${plan.experiment}?`,
    ...{ by: { name, role }, plan },
  });
