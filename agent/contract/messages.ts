/**
 * Types of the messages between server and agent (SAFETY.md 1), inferred from `schemas/`, where each field is described.
 * Free of zod at run time: of the schemas only the types are imported.
 */
import type * as counts from "./schemas/counts.ts";
import type { Value } from "./schemas/frozen.ts";
import type { criteria } from "./schemas/match.ts";
import type * as orders from "./schemas/orders.ts";
import type * as fromServer from "./schemas/to-agent.ts";
import type * as fromAgent from "./schemas/to-server.ts";

/**
 * Version of the contract. Between different versions only the messages marked as frozen are believed, and unknown keys
 * in frozen messages are passed over: `welcome`, `drop`, the core of `hello` and of `attest`. An agent of another
 * version keeps the edges already served, gets no faults, and can be audited.
 */
export const CONTRACT_VERSION = 2;
/**
 * Count of additions to this version. A server says in `welcome` up to which addition the server knows, and an agent
 * sends no later additions. 1: `firstHitMs`, `firstCappedMs`, `cancelled`, `left`, `struck`, `openStruck`, `errored`,
 * `firstErrored`, `stalls`. 2: `unknown`. 3: `refused`. 4: `endpoints`, `exhausted`,
 * `escaped`, `connections`. 5: `squeezed`, `unchanged`. 6: `leaving`, `absences`.
 * 7: `escapedBy`, `calleeOffers`; to agents that know `redirect`: `at` and `callers` of an edge, `existing` of a fault.
 * 8: `clock` of a hello. 9: `strangers`.
 */
export const CONTRACT_MINOR = 9;
/** Addition from which on a server knows pulses that leave out unchanged edges. */
export const MINOR_OF_UNCHANGED = 5;
/** Addition from which on a server knows agents that end in order. */
export const MINOR_OF_LEAVING = 6;
export const LEASE_MS = 5_000;
export const PULSE_MS = 1_000;
/** WebSocket close codes that the server sends. After any other code the agent may try again. */
export const CLOSED = {
  /** A second connection of the same process has taken over. */
  replaced: 4001,
  /** The agent sent a message that the contract does not allow. */
  misspoke: 4002,
  /** Another server leads; the close reason is the leader's URL, or empty. */
  notLeader: 4003,
  /** The agent was silent for too long, or did not read the server's messages. */
  stalled: 4004,
  /** The agent's credential names another instance or service than the agent's hello. */
  impostor: 4005,
} as const;

/**
 * Parts of the contract that were added after version 2 began, and that an agent announces. `draws`: a share by request
 * draws a sample's requests by the sample's mark, so that the server can work out whether a request that never came
 * would have been hit. `endpoints`: faults stay on an edge while the set of its endpoints changes, and a fault may name
 * addresses that the edge has not. `redirect`: the kernel sends connections to this agent (`squall agent --intercept`),
 * so that the agent carries edges at the callee, and resets connections that are older than the redirect.
 */
export type Capability = "marks" | "draws" | "endpoints" | "redirect";

export type ToAgent = Value<typeof fromServer.toAgent>;
export type EdgeOrder = Value<typeof orders.edgeOrder>;
export type FaultOrder = Value<typeof orders.faultOrder>;
export type WatchCriteria = Value<typeof criteria>;
export type Watch = Value<typeof orders.watch>;
export type MarkedFault = Value<typeof orders.markedFault>;
export type MarkOrder = Value<typeof orders.markOrder>;

export type ToServer = Value<typeof fromAgent.toServer>;
export type ForeignHello = Value<typeof fromAgent.foreignHello>;
export type ForeignAttest = Value<typeof fromAgent.foreignAttest>;
export type TableMark = Value<typeof fromAgent.tableMark>;
export type EdgeOffer = Value<typeof fromAgent.edgeOffer>;
export type TransportReport = Value<typeof fromAgent.transport>;
export type Labels = Value<typeof fromAgent.labels>;
export type WatchCount = Value<typeof counts.watchCount>;
export type RefusalCount = Value<typeof counts.refusalCount>;
export type EdgeCount = Value<typeof counts.edgeCount>;
export type Stall = Value<typeof counts.stall>;
export type MarkReport = Value<typeof counts.markReport>;
export type MarkReports = Value<typeof counts.markReports>;
export type Remains = Value<typeof counts.remains>;
