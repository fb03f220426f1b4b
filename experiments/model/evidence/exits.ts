/** Services of an embedded mesh that ended by themselves while a run was under way. */

import type { FaultName, ServiceName } from "../names.ts";
import { list } from "../text/words.ts";
import { type Spans, sayMoment } from "./moment.ts";

export interface ServiceExit {
  readonly service: ServiceName;
  /** `exited with code 1`, `was ended by SIGKILL`. */
  readonly how: string;
  /** Run time. */
  readonly atMs: number;
  /** Faults that were ordered at that moment. */
  readonly live: readonly FaultName[];
}

/** Most services that a reason names: a mesh that falls apart loses all of its services. */
const MOST_NAMED = 5;

const besideOf = ({ live }: ServiceExit, injectedBefore: boolean): string => {
  if (live.length > 0)
    return `while ${list(live.map((name) => JSON.stringify(name)))} ${live.length === 1 ? "was" : "were"} live`;
  return injectedBefore ? "when no fault was live" : "before any fault";
};
/** `payments exited with code 1 at +3.2 s of during, while "payments is slow" was live.` Empty: no service ended. */
export const spellExits = (exits: readonly ServiceExit[], spans: Spans): string => {
  const firstMs = Math.min(Number.POSITIVE_INFINITY, spans.during?.fromMs ?? Number.POSITIVE_INFINITY);
  const named = exits
    .slice(0, MOST_NAMED)
    .map(
      (exit) => `${exit.service} ${exit.how} ${sayMoment(exit.atMs, spans)}, ${besideOf(exit, exit.atMs >= firstMs)}.`,
    );
  const more = exits.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more services ended.`] : [])].join(" ");
};
