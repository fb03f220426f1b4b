/** Messages of the server to an agent, plain JSON over the single WebSocket that the agent opens (SAFETY.md 1). */
import { z } from "zod";
import { edgeOrder, faultOrder, markOrder, watch } from "./orders.ts";
import { count, listOf, name, runId } from "./values.ts";

/** Position of an agent's fault table. The table starts empty; (epoch, gen) stays as a high-water mark when emptied. */
export const mark = { epoch: count, gen: count };
/** `basis`: the pulse that this message answers; the lease counts from when that pulse was sent. */
const grant = { session: name, ...mark, basis: count, leaseMs: z.number().min(1).max(60_000) };

/**
 * Frozen for all versions, like `drop`: a key that a later version adds to these messages is passed over. `edges`: the
 * whole set that the agent serves from here on; null: the edges already served.
 */
const welcome = z.object({
  type: z.literal("welcome"),
  session: name,
  epoch: count,
  leaseMs: grant.leaseMs,
  edges: listOf(edgeOrder).nullable(),
  /** The server's `CONTRACT_MINOR`; absent: 0. */
  minor: count.exactOptional(),
  /** Cluster that the epochs belong to: servers that share a database share a cluster. Absent: the server does not say. */
  cluster: name.exactOptional(),
});
/** The mesh has changed: the whole set of edges again. An unchanged edge keeps connections, faults and counts. */
const edges = z.strictObject({ type: z.literal("edges"), session: name, edges: listOf(edgeOrder) });
/** The whole desired state of this agent, merged over all runs. */
const apply = z.strictObject({
  type: z.literal("apply"),
  ...grant,
  faults: listOf(faultOrder),
  watches: listOf(watch),
  /** The agent's part of each run's `limits.requests`, over the whole run; keyed by run. */
  allotments: z.record(runId, count),
  /** Sent only to agents with the capability `marks`, like `noted` messages: other agents refuse an unknown key. */
  marks: listOf(markOrder).exactOptional(),
});
const renew = z.strictObject({ type: z.literal("renew"), ...grant });
/** The server has the mark reports of pulse `n`: the agent need not send those again. */
const noted = z.strictObject({ type: z.literal("noted"), session: name, n: count });
/** Frozen for all versions: `{"type":"drop","nonce":"…"}`. Accepted at any time, in any epoch. */
const drop = z.object({ type: z.literal("drop"), nonce: name });

export const toAgent = z.discriminatedUnion("type", [welcome, edges, apply, renew, noted, drop]);
/** Faults of a local order, which come without a lease. */
export const localFaults = listOf(faultOrder);
