/** What the splices tell about each exchange, and who counts it: metrics wrap the data path, they are not in its loop. */
import type { RequestView } from "../experiments/model/match/match.ts";
import type { EdgeId } from "../experiments/model/names.ts";
import type { EdgeCount } from "./contract/messages.ts";
import { createLatencies } from "./latencies.ts";
import type { Watches } from "./watches.ts";

/** Watches that matched an exchange at its begin, with the state that its end needs. */
export interface Watched {
  /** Whether a fault has acted on the exchange by now; the splice says so once it knows who carries it. null: not yet. */
  isTreated: (() => boolean) | null;
  /** Time of the FIN of a caller, which may be gone or wait for its answer. null: no FIN. Absent: unknown. */
  callerEndedMs?: () => number | null;
}

/** How an exchange ended. TCP: a connection is the exchange, `status` is 0 and `request` was null. */
export interface Outcome {
  readonly treated: boolean;
  readonly startedMs: number;
  readonly endedMs: number;
  /** 0: no answer came. */
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly end: "clean" | "reset" | "timeout";
  /** TCP: how long the dial took. */
  readonly connectMs?: number;
  /** The caller went away before the answer was whole; `endedMs` is when it did. */
  readonly cancelled?: boolean;
  /** Of an answer that is a stream without an end in sight the head and a first message had passed. */
  readonly streamed?: boolean;
  /** Of the response; absent when there was none. */
  header?(name: string): string | undefined;
}
/** One an edge. Never throws. */
export interface Observer {
  /** null while no watch of this edge matches: then nothing is allocated. `request` is borrowed until this returns. */
  began(request: RequestView | null, nowMs: number): Watched | null;
  ended(watched: Watched | null, outcome: Outcome): void;
  /** HTTP: a fault cut a connection before a request came on it, which nothing `began`. */
  unread(outcome: Outcome): void;
}

/** Counts one edge. */
export interface Meter extends Observer {
  /** Exchanges under way. */
  readonly open: number;
  /** Cumulative, but for the latencies: those are taken. `open` stands with the untreated: the group shows at the end. */
  counts(): readonly EdgeCount[];
}

const createGroup = (protocol: "http" | "tcp") => {
  const latencies = createLatencies();
  const byClass = [0, 0, 0, 0, 0, 0];
  let exchanges = 0;
  let cancelled = 0;
  let bytesIn = 0;
  let bytesOut = 0;
  return {
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
/** Whose caller gave up got no answer, whatever was under way to it. */
const classOf = (protocol: "http" | "tcp", { status, end, cancelled }: Outcome): number => {
  if (cancelled === true) return 0;
  if (protocol === "tcp") return end === "clean" ? 2 : 0;
  return status >= 100 && status < 600 ? Math.floor(status / 100) : 0;
};

export const createMeter = (edge: EdgeId, protocol: "http" | "tcp", watches: Watches): Meter => {
  const treated = createGroup(protocol);
  const untreated = createGroup(protocol);
  let open = 0;
  return {
    get open() {
      return open;
    },
    began(request, nowMs) {
      open++;
      return watches.began(edge, request, nowMs);
    },
    ended(watched, outcome) {
      open--;
      (outcome.treated ? treated : untreated).add(outcome);
      if (watched !== null) watches.ended(watched, outcome);
    },
    unread(outcome) {
      treated.add(outcome);
      watches.unread(edge, outcome);
    },
    counts: () => [treated.count(edge, "treated", 0), untreated.count(edge, "untreated", open)],
  };
};
