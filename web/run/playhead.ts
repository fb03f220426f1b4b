/** Which moment of a run the page shows: the newest, one that was chosen, or one that moves by itself. Pure. */

export const SPEEDS = [1, 4, 16] as const;
export type Speed = (typeof SPEEDS)[number];

/** One press of an arrow key, ms; the timeline ends at a multiple of it. */
export const STEP_MS = 250;

export type Playhead =
  /** With the run, or at its end. */
  | { readonly is: "newest" }
  | { readonly is: "still"; readonly atMs: number }
  /** `fromMs`: run time when it began to move; `sinceMs`: monotonic time of that. */
  | { readonly is: "moving"; readonly fromMs: number; readonly sinceMs: number; readonly speed: Speed };
export const NEWEST: Playhead = { is: "newest" };

/** Run time, ms; null: the newest that there is. What moves and has come to the end stays there. */
export const shownAt = (playhead: Playhead, nowMs: number, newestMs: number): number | null => {
  if (playhead.is === "newest") return null;
  const atMs =
    playhead.is === "still" ? playhead.atMs : playhead.fromMs + Math.max(0, nowMs - playhead.sinceMs) * playhead.speed;
  return playhead.is === "moving" && atMs >= newestMs ? null : Math.min(Math.max(0, atMs), newestMs);
};
/** What an address says; nonsense is the newest. */
export const playheadOf = (at: string | null): Playhead =>
  at !== null && /^\d{1,9}$/.test(at) ? { is: "still", atMs: Number(at) } : NEWEST;
/** What an address is to say; undefined: nothing. */
export const addressOf = (atMs: number | null): string | undefined =>
  atMs === null ? undefined : String(Math.round(atMs));

/** The nearest of some moments before or after a run time; null: there is none. They come in order. */
export const stepFrom = (moments: readonly number[], atMs: number, by: -1 | 1): number | null =>
  (by === 1 ? moments.find((ms) => ms > atMs) : moments.findLast((ms) => ms < atMs)) ?? null;
