/** Next start of a schedule, and the outcome of the last instants. */
import type { ScheduleInstant, ScheduleNext } from "../../server/contract/index.ts";
import { runHref } from "../route.ts";
import { Badge } from "../ui/badge.tsx";
import { Time } from "../ui/time.tsx";
import { agoOf, type Headline } from "../ui/words.ts";
import { elsewhereOf, OUTCOMES, SKIPPED, untilOf } from "./moment.ts";

interface InstantsProps {
  readonly next: readonly ScheduleNext[];
  readonly timeZone: string;
  readonly wallMs: number;
}
export const Instants = ({ next, timeZone, wallMs }: InstantsProps) =>
  next.length === 0 ? (
    <p className="small">At no time.</p>
  ) : (
    <ol className="instants">
      {next.map(({ at, startAt, skipped }) => (
        <li key={at} className={skipped === null ? undefined : "skipped"}>
          <span>
            <Time iso={startAt} /> <span className="small">{elsewhereOf(startAt, timeZone)}</span>
          </span>
          <span className="small">
            {skipped === null ? untilOf(Date.parse(startAt) - wallMs) : (SKIPPED[skipped] ?? skipped)}
          </span>
        </li>
      ))}
    </ol>
  );

const VERDICTS: readonly Headline[] = ["HELD", "BROKEN", "INVALID", "INCONCLUSIVE", "HALTED", "RESIDUE"];
const headlineIn = (verdict: string | null): Headline | null => VERDICTS.find((one) => one === verdict) ?? null;

const Outcome = ({ instant: { run, verdict, outcome, reason } }: { readonly instant: ScheduleInstant }) => {
  const headline = headlineIn(verdict);
  const word = OUTCOMES[outcome] ?? outcome;
  if (run === null)
    return (
      <span className="small">
        {word}
        {reason !== "" && `: ${reason}`}
      </span>
    );
  return (
    <a className="outcome" href={runHref(run)}>
      {headline === null ? "Look at its run" : <Badge headline={headline} />} <span className="small">{word}</span>
    </a>
  );
};
interface LastProps {
  readonly last: readonly ScheduleInstant[];
  readonly wallMs: number;
}
export const Last = ({ last, wallMs }: LastProps) =>
  last.length === 0 ? (
    <p className="small">Nothing yet.</p>
  ) : (
    <ol className="instants">
      {last.map((instant) => (
        <li key={`${instant.at} ${instant.outcome} ${instant.run}`}>
          <Time iso={instant.at}>{agoOf(wallMs - Date.parse(instant.at))}</Time>
          <Outcome instant={instant} />
        </li>
      ))}
    </ol>
  );
