/** Share of exchanges that a fault hits, and the draw that decides. Free of zod: agents decide each exchange here. */

/**
 * Key on which the share is drawn. `request`: a new draw for each request; the other keys always give the same draw.
 */
export type ShareKey = "request" | "connection" | "trace" | `header:${string}`;
/**
 * Share of exchanges that a fault hits. A single step that lasts for ever is a plain share; with several steps, the
 * last step stays.
 */
export interface Share {
  readonly steps: readonly number[];
  /** Duration of each step; 0 with a single step. */
  readonly eachMs: number;
  readonly by: ShareKey;
}

/** The share in force so long after the fault went live. */
export const shareAt = (share: Share, elapsedMs: number): number => {
  const step = share.eachMs > 0 ? Math.floor(Math.max(0, elapsedMs) / share.eachMs) : 0;
  return share.steps[Math.min(step, share.steps.length - 1)] ?? 0;
};

/** True: `share` contains the draw. A larger share contains all draws of a smaller share; 0 contains none, 1 all. */
export const decides = (share: number, draw: number): boolean => draw < share;
