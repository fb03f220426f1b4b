/** Events in words; each entry leads to the event's moment. */
import { memo } from "react";
import { Clock } from "../ui/time.tsx";
import { momentOf } from "../ui/words.ts";
import { Sign } from "./sign.tsx";
import { gathered, type TimelineEvent } from "./timeline-events.ts";

export interface EventsProps {
  /** Up to the moment that is shown. */
  readonly moments: readonly TimelineEvent[];
  readonly onPick: (atMs: number) => void;
}
/** A guardrail that looks bad each second for an hour would be all there is. */
const MOST = 200;

export const Events = memo(({ moments, onPick }: EventsProps) => {
  const lines = gathered(moments);
  return (
    <section className="card">
      <h2>Events</h2>
      {lines.length === 0 ? (
        <p className="small">Nothing has happened yet.</p>
      ) : (
        <ol className="events">
          {lines.length > MOST && (
            <li className="small">{lines.length - MOST} earlier ones are in the journal below.</li>
          )}
          {lines.slice(-MOST).map(({ sequence, atMs, wallMs, kind, says, times, lastMs }, i) => (
            // A record may bring several, and the list only grows.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={`${sequence} ${i}`}>
              <button
                type="button"
                className="quiet moment"
                aria-label={`Go to ${momentOf(atMs)}`}
                onClick={() => onPick(atMs)}
              >
                {momentOf(atMs)}
              </button>
              <Clock wallMs={wallMs} />
              <Sign kind={kind} />
              <span>
                {says}
                {times > 1 && (
                  <span className="small">
                    {" "}
                    ({times} times, until {momentOf(lastMs)})
                  </span>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
});
