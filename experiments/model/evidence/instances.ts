/** Instances of services that came and went while a run was under way. */

import type { InstanceChange } from "../mesh/instances.ts";
import { list } from "../text/words.ts";
import { type Spans, sayMoment } from "./moment.ts";

export interface InstanceNews extends InstanceChange {
  /** Run time. */
  readonly atMs: number;
}

/** Most addresses that a sentence names on each side: a deployment may replace hundreds. */
const MOST_NAMED = 5;
const some = (addresses: readonly string[]): string =>
  addresses.length <= MOST_NAMED
    ? list(addresses)
    : `${addresses.slice(0, MOST_NAMED).join(", ")} and ${addresses.length - MOST_NAMED} more`;

/** `payments: 10.0.0.1:80 went, 10.0.0.2:80 came` */
export const spellInstances = ({ service, came, went }: InstanceChange): string => {
  const parts = [
    ...(went.length === 0 ? [] : [`${some(went)} went`]),
    ...(came.length === 0 ? [] : [`${some(came.map(({ address }) => address))} came`]),
  ];
  return `${service}: ${parts.join(", ")}`;
};
/** `payments: 10.0.0.1:80 went, 10.0.0.2:80 came at +4.2 s of during` */
export const spellInstancesAt = (news: InstanceNews, spans: Spans): string =>
  `${spellInstances(news)} ${sayMoment(news.atMs, spans)}`;
