/** Reports of an agent: receipts, counts, stalls and marks, each within `limits.ts`. */
import { z } from "zod";
import type { Receipt } from "../../../experiments/model/evidence/receipt.ts";
import type { BadSample } from "../../../experiments/model/evidence/tally.ts";
import { LIMITS } from "../limits.ts";
import { count, elapsed, holding, listOf, typed } from "./values.ts";

export const id = z.string().min(1).max(LIMITS.idLength);
export const faultIdText = id.brand<"FaultId">();
const runIdText = id.brand<"RunId">();
export const edgeIdText = id.brand<"EdgeId">();
export const why = z.string().max(LIMITS.whyLength);

/** Counts by address. */
const byEndpoint = holding(z.record(z.string().min(1).max(LIMITS.addressLength), count), "fewEndpoints");
const exhaustion = z.strictObject({
  of: z.enum(["descriptors", "ports"]),
  refused: count,
  limit: count.exactOptional(),
});
const absence = z.strictObject({ fromMs: elapsed, toMs: elapsed.exactOptional() });
export const receipt = typed<Receipt>()(
  z.strictObject({
    ...{ id: faultIdText, fault: id, edge: edgeIdText, unit: z.enum(["exchange", "connection"]), liveMs: elapsed },
    ...{ seen: count, matched: count, injected: count, spared: count, capped: count, untouched: count },
    ordinals: listOf(z.int().min(1), LIMITS.ordinals),
    markedHits: count.exactOptional(),
    requests: count.exactOptional(),
    markedRequests: count.exactOptional(),
    unread: count.exactOptional(),
    endpoints: byEndpoint.exactOptional(),
    exhausted: listOf(exhaustion, LIMITS.exhausted).exactOptional(),
    escaped: count.exactOptional(),
    escapedBy: z.literal("redirect").exactOptional(),
    absences: listOf(absence, LIMITS.absences).exactOptional(),
    squeezed: count.exactOptional(),
    firstHitMs: elapsed.exactOptional(),
    firstCappedMs: elapsed.exactOptional(),
  }),
);

const badSample = typed<BadSample>()(
  z.strictObject({
    atMs: z.number(),
    why,
    latencyMs: z.number().exactOptional(),
    status: z.int().exactOptional(),
  }),
);
export const watchCount = z.strictObject({
  id,
  good: count,
  bad: count,
  /** Exchanges begun under this watch that are not over yet (and not already bad by elapsed time). */
  open: count,
  /** Exchanges that the callers gave up in time: not judged. Absent: the agent does not separate these (minor 0). */
  left: count.exactOptional(),
  /** Exchanges that a fault has hit, among good and bad, and among the open exchanges. Absent: as for `left`. */
  struck: count.exactOptional(),
  openStruck: count.exactOptional(),
  /** Exchanges bad only through the agent's own stalls: not judged; and the reason for the first. Absent: none. */
  errored: count.exactOptional(),
  firstErrored: why.exactOptional(),
  /**
   * Exchanges among `errored` that the callers gave up during a stall, so that the outcome without the stall is
   * unknown. Absent: none, or the agent does not say (minor 1).
   */
  unknown: count.exactOptional(),
  /** The first 5; `atMs` is ms since the watch was first listed here. */
  firstBad: listOf(badSample, 5),
});

/** Refusals of an edge by code, cumulative per boot. */
export const refusalCount = z.strictObject({ code: z.string().min(1).max(LIMITS.labelLength), count });
/** Counts of an edge and a group, cumulative per boot. */
export const edgeCount = z.strictObject({
  edge: edgeIdText,
  group: z.enum(["treated", "untreated"]),
  exchanges: count,
  /**
   * Exchanges among `exchanges` that the callers gave up, counted at index 0 of `byClass`. Absent: the agent does not
   * say (minor 0).
   */
  cancelled: count.exactOptional(),
  /** Index 1..5: status class; index 0: no answer. TCP: 0 broken, 2 clean. */
  byClass: listOf(count, 6),
  bytesIn: count,
  bytesOut: count,
  open: count,
  /**
   * Callers that the agent itself refused, or answered in the callee's place, by the code of `x-squall-refused`; in the
   * row of the untreated. Absent: none, or the agent does not say (minor 2).
   */
  refused: listOf(refusalCount, LIMITS.refusals).exactOptional(),
  /**
   * Open connections of callers by endpoint, of an edge with several endpoints; in the row of the untreated. Absent: a
   * single endpoint, too many endpoints, or the agent does not say (minor 3).
   */
  connections: byEndpoint.exactOptional(),
  /** HdrHistogram of latencies in µs since the last pulse, V2 compressed, base64; "" when empty. */
  latencies: z.string().max(LIMITS.latenciesLength),
});

/** Interval in which the agent's event loop did not turn. Each pulse carries the last 20; `n` rises. */
export const stall = z.strictObject({
  n: z.int().min(1),
  /** Ms from the end of the stall until this pulse was sent. */
  agoMs: elapsed,
  lengthMs: elapsed,
  /** Time in which the CPU limit of the agent's cgroup kept the agent from running meanwhile; absent: unknown. */
  throttledMs: elapsed.exactOptional(),
});

/** Marked exchanges of a fault that the server has not noted yet, coded by `sightings.ts`. */
export const markReport = z.strictObject({
  fault: faultIdText,
  coded: z.string().max(LIMITS.marksLength),
  /** The agent had no room to keep every marked exchange. */
  atLeast: z.literal(true).exactOptional(),
});
/** Mark reports, present in each pulse while a run asks for marks. */
export const markReports = holding(
  z.strictObject({
    /**
     * Time at which this pulse was made, ms of the agent's own clock: only differences between such times have meaning.
     */
    sentMs: elapsed,
    reports: listOf(markReport, LIMITS.markReports),
    /** True: some reports had no room in this pulse, and follow in later pulses. */
    more: z.literal(true).exactOptional(),
  }),
  "fewMarks",
);

/**
 * Remainder of faults in this process; the audit requires 0 everywhere. `held`: bytes held back. `wounded`: streams
 * that lost bytes and are not closed yet.
 */
export const remains = z.object({
  ...{ live: count, held: count, wounded: count, external: count },
  /** Runs to which the external effects belong, one for each; absent: none, or the agent does not say (minor 5). */
  externalRuns: listOf(runIdText, LIMITS.faults).exactOptional(),
});
