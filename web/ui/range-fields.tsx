/** Fields for a range of time. */
import { useState } from "react";
import { ALWAYS, isSpan, localOf, type Range, type Span } from "./range.ts";

const WORDS: Readonly<Record<Span, string>> = { hour: "Last hour", day: "Last day", week: "Last week" };
const offsetOf = (iso: string): number => new Date(iso).getTimezoneOffset();
const isoOf = (local: string): string => (local === "" ? "" : new Date(local).toISOString());

interface MomentProps {
  readonly word: string;
  readonly iso: string;
  readonly onChange: (iso: string) => void;
}
/** Takes effect when the field loses focus or on Enter: while a year is typed its values are 2, 20 and 202. */
const Moment = ({ word, iso, onChange }: MomentProps) => {
  const commit = ({ value }: HTMLInputElement) => {
    if (isoOf(value) !== iso) onChange(isoOf(value));
  };
  return (
    <label>
      {word}
      <input
        key={iso}
        type="datetime-local"
        defaultValue={localOf(iso, offsetOf(iso))}
        onBlur={(event) => commit(event.currentTarget)}
        onKeyDown={(event) => event.key === "Enter" && commit(event.currentTarget)}
      />
    </label>
  );
};

export interface RangeFieldsProps {
  /** Label of the range: `Started`. */
  readonly label: string;
  readonly range: Range;
  readonly onChange: (range: Range) => void;
}
export const RangeFields = ({ label, range, onChange }: RangeFieldsProps) => {
  const [wanted, setWanted] = useState(false);
  const between = typeof range === "string" ? { since: "", until: "" } : range;
  const given = between.since !== "" || between.until !== "";
  const open = typeof range !== "string" && (wanted || given);
  const choose = (word: string) => {
    setWanted(word === "between");
    onChange(isSpan(word) ? word : ALWAYS);
  };
  return (
    <>
      <label>
        {label}
        <select
          value={typeof range === "string" ? range : open ? "between" : ""}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">Any time</option>
          {Object.entries(WORDS).map(([span, word]) => (
            <option key={span} value={span}>
              {word}
            </option>
          ))}
          <option value="between">Between…</option>
        </select>
      </label>
      {open && <Moment word="Since" iso={between.since} onChange={(since) => onChange({ ...between, since })} />}
      {open && <Moment word="Until" iso={between.until} onChange={(until) => onChange({ ...between, until })} />}
    </>
  );
};
