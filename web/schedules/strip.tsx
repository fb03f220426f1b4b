/** The next 24 hours over all schedules, as far as the next five instants of each reach. */
import type { ScheduleView } from "../../server/contract/index.ts";
import { Time } from "../ui/time.tsx";
import { hoursOf, SKIPPED, ticksOf } from "./moment.ts";

interface StripProps {
  readonly schedules: readonly ScheduleView[];
  readonly wallMs: number;
}
const percent = (place: number) => `${(100 * place).toFixed(2)}%`;

export const Strip = ({ schedules, wallMs }: StripProps) => {
  const rows = schedules
    .map(({ name, next }) => ({ name, ticks: ticksOf(next, wallMs) }))
    .filter(({ ticks }) => ticks.length > 0);
  if (rows.length === 0) return <p className="small">Nothing starts within the next 24 hours.</p>;
  return (
    <section className="card strip live-data" aria-label="The next 24 hours">
      <h2>
        The next 24 hours <span className="small">the next five instants of each</span>
      </h2>
      <div className="hours" aria-hidden="true">
        {hoursOf(wallMs, 6).map(({ place, word }) => (
          <span key={word} style={{ left: percent(place) }}>
            {word}
          </span>
        ))}
      </div>
      <ul>
        {rows.map(({ name, ticks }) => (
          <li key={name}>
            <span className="named">{name}</span>
            <ol className="day">
              {ticks.map(({ at, place, skipped }) => (
                <li key={at} className={skipped === null ? undefined : "skipped"} style={{ left: percent(place) }}>
                  <span className="visually-hidden">
                    <Time iso={at} /> {skipped !== null && (SKIPPED[skipped] ?? skipped)}
                  </span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
      <p className="small">
        <span className="key" aria-hidden="true" /> starts <span className="key skipped" aria-hidden="true" /> is
        skipped
      </p>
    </section>
  );
};
