/** Preflight: asks a webhook for permission to start a plan. Only a plain yes permits the start. */

import type { Preflight } from "../runs/preflight.ts";
import type { WebhookResponse } from "./client.ts";
import type { WebhookConfig } from "./webhook.ts";

type PreflightAnswer = { readonly allow: boolean; readonly reason: string } | { readonly problem: string };

const MAX_REASON_LENGTH = 500;
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
const fieldsOf = (body: string): { readonly allow: unknown; readonly reason: string } => {
  const value = jsonOf(body);
  const { allow, reason } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return { allow, reason: typeof reason === "string" && reason !== "" ? reason.slice(0, MAX_REASON_LENGTH) : "" };
};

/**
 * Reads a decision. 4xx is a refusal with the answer's own reason; any other answer without a decision counts as no
 * answer.
 */
const readAnswer = (answer: WebhookResponse): PreflightAnswer => {
  if ("problem" in answer) return answer;
  const { status } = answer;
  const { allow, reason } = fieldsOf(answer.body);
  if (status >= 400 && status < 500) return { allow: false, reason: reason || `it answered ${status}` };
  if (status >= 500) return { problem: `it answered ${status}` };
  if (typeof allow !== "boolean") return { problem: 'its answer has no `"allow": true` or `"allow": false`' };
  return { allow, reason: reason || "it gave no reason" };
};

/** `onIgnored`: called when the webhook could not be asked, and the webhook's configuration takes that as a yes. */
export const decidePreflight = (
  { name, unreachable }: Pick<WebhookConfig, "name" | "unreachable">,
  answer: WebhookResponse,
  onIgnored: (problem: string) => void,
): Preflight => {
  const decision = readAnswer(answer);
  if ("allow" in decision)
    return decision.allow ? { allowed: true } : { allowed: false, webhook: name, reason: decision.reason };
  if (unreachable === "refuse") return { allowed: false, webhook: name, reason: decision.problem };
  onIgnored(decision.problem);
  return { allowed: true };
};
