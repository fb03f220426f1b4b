/** Limits of an edge: the times after which an agent ends connections or exchanges, and the longest request head. */

/** Times are ms, 0: no limit. A limit that the edge's protocol does not have is ignored. */
export interface EdgeLimits {
  /** Longest dial of an endpoint. */
  readonly connectMs: number;
  /** Longest time from the first byte of a request head to the last. */
  readonly headMs: number;
  /** Longest time without a moving byte of a connection with no request in flight; on `tcp`, of any connection. */
  readonly idleMs: number;
  /** Longest time without a moving byte in an exchange that no fault holds. */
  readonly stallMs: number;
  /** Longest time without a moving byte in a tunnel, such as WebSocket. */
  readonly tunnelMs: number;
  /** Longest time without a moving byte after FIN from a caller that still waits for an answer. */
  readonly halfClosedMs: number;
  /** Longest time for a caller to take the last bytes of a connection that the agent ends. */
  readonly lingerMs: number;
  /** Longest request head, bytes. */
  readonly headBytes: number;
}

/**
 * Defaults: only times that bound what is surely dead. Connections that rest, long polls and slow heads are ended by
 * caller or callee, as without an agent; hosts that vanished are found by TCP keep-alive.
 */
export const EDGE_LIMITS: EdgeLimits = {
  connectMs: 10_000,
  headMs: 0,
  idleMs: 0,
  stallMs: 0,
  tunnelMs: 0,
  halfClosedMs: 60_000,
  lingerMs: 2_000,
  headBytes: 65_536,
};

/** The limits that differ from the defaults; null: none does. */
export const ownLimits = (limits: EdgeLimits): Partial<EdgeLimits> | null => {
  const own = Object.entries(limits).filter(([key, value]) => value !== EDGE_LIMITS[key as keyof EdgeLimits]);
  return own.length === 0 ? null : (Object.fromEntries(own) as Partial<EdgeLimits>);
};
