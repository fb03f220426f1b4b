/** Orders for an agent: edges, faults, watches and marks, the server's desired state. */
import { z } from "zod";
import type { Share } from "../../../experiments/model/faults/share.ts";
import { HEADER_KEY } from "../forms.ts";
import { LONGEST_FAULT_MS, LONGEST_HEADER_NAME, LONGEST_LIST } from "../limits.ts";
import { action } from "./action.ts";
import { criteria, match } from "./match.ts";
import { duration, edgeId, faultId, listOf, name, protocol, runId, share, typed } from "./values.ts";

const maybe = duration.exactOptional();
const edgeLimits = z.strictObject({
  ...{ connectMs: maybe, headMs: maybe, idleMs: maybe, stallMs: maybe, tunnelMs: maybe, halfClosedMs: maybe },
  ...{ lingerMs: maybe, headBytes: z.int().min(1_024).max(1_048_576).exactOptional() },
});

export const edgeOrder = z.strictObject({
  id: edgeId,
  listen: name,
  protocol,
  endpoints: listOf(name),
  /**
   * Place at which the agent carries the edge; absent: at the caller. At the callee, connections come by the redirect
   * of the callee's machine. Only for agents with the capability `redirect`: others refuse the key.
   */
  at: z.literal("callee").exactOptional(),
  /**
   * Hosts (IP addresses or names, without ports) from which the caller's connections come: those of the caller
   * service's endpoints. Only at the callee; absent at the caller. Empty: no address of the caller is known.
   */
  callers: listOf(name).exactOptional(),
  /** Requests for exactly this path are never hit, unless a fault's match names a `path`. null: none. */
  healthPath: name.nullable(),
  /** Choice of an endpoint for a connection; absent: by the protocol. */
  balance: z.enum(["turn", "client"]).exactOptional(),
  /** Limits that differ from the defaults (`experiments/model/mesh/edge-limits.ts`); absent: none. */
  limits: edgeLimits.exactOptional(),
});

/** A template literal of zod has no bounds in JSON Schema; a pattern and a length have. */
const headerKey = z
  .string()
  .regex(HEADER_KEY)
  .max("header:".length + LONGEST_HEADER_NAME) as unknown as z.ZodType<`header:${string}`>;
const steps = z.array(share).min(1).max(LONGEST_LIST);
const faultShare = typed<Share>()(
  z.strictObject({ steps, eachMs: duration, by: z.union([z.enum(["request", "connection", "trace"]), headerKey]) }),
);

/** Order for a fault on an edge: the server's desired state. */
export const faultOrder = z.strictObject({
  id: faultId,
  run: runId,
  name,
  edge: edgeId,
  /** Callee addresses that the fault applies to; null: all. */
  endpoints: listOf(name).nullable(),
  action,
  match: match.nullable(),
  share: faultShare,
  pulse: z.strictObject({ liveMs: duration.min(1), restMs: duration }).nullable(),
  seed: z.number(),
  stealth: z.boolean(),
  /** A shadow fault matches and counts exchanges, and never touches any. */
  shadow: z.boolean(),
  /**
   * The fault ends by itself at sentAt[basis] + notAfterMs. Two orders that differ only here are the same order; a new
   * value never moves an end later.
   */
  notAfterMs: z.number().min(0).max(LONGEST_FAULT_MS),
  /**
   * Treatment of connections that are older than the redirect when the fault begins, and so pass it by: reset. Absent:
   * left alone, and counted as escaped. Only for agents with the capability `redirect`: others refuse the key.
   */
  existing: z.literal("reset").exactOptional(),
});

/** Watch of an edge: while the watch is listed, the agent counts good and bad exchanges by the time each exchange began. */
export const watch = z.strictObject({
  /** `${run}/${expectation}/${phase}`. */
  id: name,
  edge: edgeId,
  match: match.nullable(),
  of: z.enum(["all", "treated", "untreated"]),
  good: criteria,
  /** True: reasons quote header values; absent: no header value is quoted. */
  capture: z.literal(true).exactOptional(),
  /**
   * Verdict on an exchange that the caller gave up. Absent: bad if the caller had waited longer than `good.withinMs`,
   * or, without that limit, than the 99th percentile of the baseline; otherwise left out. An agent that does not know
   * this key refuses the order.
   */
  cancelled: z.enum(["bad", "ignore", "judge"]).exactOptional(),
});

/**
 * A fault whose marked exchanges a run asks for, whether or not the fault is live: the matching exchanges are noted
 * from the baseline on.
 */
export const markedFault = z.strictObject({
  id: faultId,
  edge: edgeId,
  match: match.nullable(),
  /** Callee addresses, as in a fault order. */
  endpoints: listOf(name).nullable(),
});
/**
 * Key that identifies the probe requests of a run (`experiments/model/probes/mark.ts`). Key and tag are never logged.
 */
export const markOrder = z.strictObject({
  run: runId,
  /** 32 hexadecimal digits. */
  key: z.string().length(32),
  tag: z.int().min(0).max(65_535),
  faults: listOf(markedFault),
});
