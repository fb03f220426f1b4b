/** Stops of damage, and the reason: a service's own calls got worse while the service's answers did not. */

import { type EdgeId, edgeEnds, type ServiceName } from "../names.ts";
import type { Harm } from "./harm.ts";
import { type EdgeHarm, sayOutgoing } from "./reason.ts";

export interface DamageStop {
  readonly service: ServiceName;
  readonly edge: EdgeId;
  /**
   * Reason of the stop. `timeout`: the service gives up. `fallback`: the service answers without the callee.
   * `nothing-sent`: the service stops calling. `absorbed`: the service waits, and has the time.
   */
  readonly why: "timeout" | "fallback" | "nothing-sent" | "absorbed";
  readonly reason: string;
}

/** Least extra time of a caller that waited in vain: a refusal arrives at once. */
const WAITED_MS = 10;
const whyOf = ({ how, errors, unanswered, p95Ms }: Harm): DamageStop["why"] => {
  if (how === "quiet") return "nothing-sent";
  if (how === "slow") return "absorbed";
  const isMostlySilence = unanswered.now > unanswered.before && unanswered.now >= errors.now / 2;
  // A reset and a timeout both leave no answer; only a caller that gave up has waited first.
  return isMostlySilence && p95Ms.now >= p95Ms.before + WAITED_MS ? "timeout" : "fallback";
};
const because = (why: DamageStop["why"], to: ServiceName): string =>
  ({
    timeout: `it gives up on ${to} in time`,
    fallback: `it answers without ${to}`,
    "nothing-sent": `it asks ${to} no more`,
    absorbed: `it has the time to wait for ${to}`,
  })[why];

/** Stop at a service. `worst`: the worst harm among the service's own calls. */
export const stopAt = (service: ServiceName, worst: EdgeHarm): DamageStop => {
  const why = whyOf(worst.harm);
  const reason = `${sayOutgoing(worst)}: ${because(why, edgeEnds(worst.edge)[1])}, and what it answers is as before`;
  return { service, edge: worst.edge, why, reason };
};
