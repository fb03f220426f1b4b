/** Displayed moment of a run: the newest, a chosen moment, or a moving moment. Pure. */

export const SPEEDS = [1, 4, 16] as const;
export type Speed = (typeof SPEEDS)[number];

/** Step of an arrow key, ms; the timeline ends at a multiple of this step. */
export const STEP_MS = 250;

export type Playhead =
  /** The newest moment: live with the run, or at the run's end. */
  | { readonly is: "newest" }
  | { readonly is: "still"; readonly atMs: number }
  /** `fromMs`: run time at the start of the movement; `sinceMs`: monotonic time of that start. */
  | { readonly is: "moving"; readonly fromMs: number; readonly sinceMs: number; readonly speed: Speed };
export const NEWEST: Playhead = { is: "newest" };

/** Displayed run time, ms; null: the newest. A moving playhead that reaches the end stays there. */
export const shownAt = (playhead: Playhead, nowMs: number, newestMs: number): number | null => {
  if (playhead.is === "newest") return null;
  const atMs =
    playhead.is === "still" ? playhead.atMs : playhead.fromMs + Math.max(0, nowMs - playhead.sinceMs) * playhead.speed;
  return playhead.is === "moving" && atMs >= newestMs ? null : Math.min(Math.max(0, atMs), newestMs);
};
/** Playhead from an address; an invalid value means the newest. */
export const playheadOf = (at: string | null): Playhead =>
  at !== null && /^\d{1,9}$/.test(at) ? { is: "still", atMs: Number(at) } : NEWEST;
/** Address value of the playhead; undefined: no value. */
export const addressOf = (atMs: number | null): string | undefined =>
  atMs === null ? undefined : String(Math.round(atMs));

/** Nearest moment before or after a run time, from sorted moments; null: none. */
export const stepFrom = (moments: readonly number[], atMs: number, by: -1 | 1): number | null =>
  (by === 1 ? moments.find((ms) => ms > atMs) : moments.findLast((ms) => ms < atMs)) ?? null;
