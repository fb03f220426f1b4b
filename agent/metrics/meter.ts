/**
 * Meter of an edge: counts exchanges for the pulse and shows them to the watches, outside the loop of the data path.
 */
import type { EdgeId } from "../../experiments/model/names.ts";
import type { EdgeCount } from "../contract/messages.ts";
import { createLatencyHistogram } from "./latency-histogram.ts";
import { EXHAUSTIONS, type Observer, type Outcome } from "./observer.ts";
import type { Refusals } from "./refusals.ts";
import type { Watches } from "./watches.ts";

/** Counts the traffic of an edge. */
export interface Meter extends Observer {
  /** Exchanges under way. */
  readonly open: number;
  /** Exchanges begun so far. */
  readonly begun: number;
  /** Exchanges that are over. */
  readonly passed: number;
  /** Number of changes of the counts so far: the same number means the same counts, and no latencies since. */
  readonly changes: number;
  /**
   * Counts, cumulative except the latencies, which are taken. An open exchange counts as untreated: the group shows at
   * the end.
   */
  counts(): readonly EdgeCount[];
}

const createTrafficGroup = (protocol: "http" | "tcp") => {
  const latencies = createLatencyHistogram();
  const byClass = [0, 0, 0, 0, 0, 0];
  let exchanges = 0;
  let cancelled = 0;
  let bytesIn = 0;
  let bytesOut = 0;
  return {
    get exchanges() {
      return exchanges;
    },
    add(outcome: Outcome): void {
      exchanges++;
      if (outcome.cancelled === true) cancelled++;
      bytesIn += outcome.bytesIn;
      bytesOut += outcome.bytesOut;
      byClass[classOf(protocol, outcome)]!++;
      latencies.record(outcome.endedMs - outcome.startedMs);
    },
    count: (edge: EdgeId, group: EdgeCount["group"], open: number): EdgeCount => ({
      edge,
      group,
      exchanges,
      cancelled,
      byClass: [...byClass],
      bytesIn,
      bytesOut,
      open,
      latencies: latencies.take(),
    }),
  };
};
/** Status class of an exchange. A caller that gave up got no answer (class 0), whatever answer was under way. */
const classOf = (protocol: "http" | "tcp", { status, end, cancelled }: Outcome): number => {
  if (cancelled === true) return 0;
  if (protocol === "tcp") return end === "clean" ? 2 : 0;
  return status >= 100 && status < 600 ? Math.floor(status / 100) : 0;
};

export const createMeter = (edge: EdgeId, protocol: "http" | "tcp", watches: Watches, refusals: Refusals): Meter => {
  const treated = createTrafficGroup(protocol);
  const untreated = createTrafficGroup(protocol);
  let open = 0;
  let begun = 0;
  let changes = 0;
  return {
    get open() {
      return open;
    },
    get begun() {
      return begun;
    },
    get passed() {
      return treated.exchanges + untreated.exchanges;
    },
    get changes() {
      return changes;
    },
    began(request, nowMs) {
      changes++;
      open++;
      begun++;
      return watches.began(edge, request, nowMs);
    },
    ended(watched, outcome) {
      changes++;
      open--;
      (outcome.treated ? treated : untreated).add(outcome);
      if (watched !== null) watches.ended(watched, outcome);
    },
    unread(outcome) {
      changes++;
      treated.add(outcome);
      watches.unread(edge, outcome);
    },
    refused(code, reason) {
      changes++;
      refusals.add(code, reason);
    },
    turnedAway(exhaustion) {
      changes++;
      refusals.add(exhaustion, EXHAUSTIONS[exhaustion]);
      watches.turnedAway(edge, exhaustion);
    },
    counts() {
      const { counts: refused } = refusals;
      const rest = untreated.count(edge, "untreated", open);
      return [treated.count(edge, "treated", 0), refused.length === 0 ? rest : { ...rest, refused }];
    },
  };
};
