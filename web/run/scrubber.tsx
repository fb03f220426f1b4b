/** Control to seek and play a run. */
import { useId } from "react";
import { Clock } from "../ui/time.tsx";
import { momentOf } from "../ui/words.ts";
import { SPEEDS, type Speed, STEP_MS, stepFrom } from "./playhead.ts";
import type { TimelineEvent } from "./timeline-events.ts";
import type { Player } from "./use-playhead.ts";

export interface ScrubberProps {
  readonly player: Player;
  /** Run time of the newest there is, and of the right end of the timeline, ms. */
  readonly newestMs: number;
  readonly endMs: number;
  /** Moments of the whole run. */
  readonly moments: readonly TimelineEvent[];
  readonly finished: boolean;
  /** True while the server is heard, so that new records appear. */
  readonly isLive: boolean;
  /** Wall time of the displayed moment, Unix ms. */
  readonly wallMs: number;
}

export const Scrubber = ({ player, newestMs, endMs, moments, finished, isLive, wallMs }: ScrubberProps) => {
  const id = useId();
  const { atMs, moving, speed } = player;
  const shownMs = Math.min(atMs ?? newestMs, endMs);
  const times = moments.map((moment) => moment.atMs);
  const [before, after] = [stepFrom(times, shownMs - 1, -1), stepFrom(times, shownMs + 1, 1)];
  const says = atMs === null ? (finished ? "the end" : isLive ? "live" : "last known") : momentOf(shownMs);
  return (
    <div className="scrubber">
      <label className="visually-hidden" htmlFor={`${id}-at`}>
        Moment of the run
      </label>
      <input
        id={`${id}-at`}
        type="range"
        min={0}
        max={endMs}
        step={STEP_MS}
        value={atMs === null && finished ? endMs : shownMs}
        aria-valuetext={says}
        onChange={(event) => {
          const ms = Number(event.target.value);
          // The right end means the newest: the future cannot be shown.
          if (ms >= newestMs) player.newest();
          else player.seek(ms);
        }}
      />
      <div className="play">
        <button type="button" onClick={moving ? player.pause : player.play}>
          {moving ? "Pause" : "Play"}
        </button>
        <label className="pace">
          <span className="visually-hidden">Speed</span>
          <select value={speed} onChange={(event) => player.pace(Number(event.target.value) as Speed)}>
            {SPEEDS.map((times) => (
              <option key={times} value={times}>
                {times}×
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={before === null} onClick={() => before !== null && player.seek(before)}>
          ‹ Event
        </button>
        <button type="button" disabled={after === null} onClick={() => after !== null && player.seek(after)}>
          Event ›
        </button>
        <button type="button" aria-pressed={atMs === null} onClick={player.newest}>
          {finished ? "End" : isLive ? "Live" : "Newest"}
        </button>
        <output className="now" htmlFor={`${id}-at`}>
          {momentOf(shownMs)} {atMs === null ? `(${says})` : `of ${momentOf(newestMs)}`}
        </output>
        <Clock wallMs={wallMs} />
      </div>
    </div>
  );
};
