/** Rules of time zones, windows and freezes beyond well-formed fields. */

import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { nearest } from "../document/suggestion.ts";
import { isTimeZone, timeZones } from "../schedule/local-time.ts";
import type { LocalDate } from "../schedule/window.ts";
import { toLocalDate } from "./window.ts";

const entries = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);

const ofTimeZone = (spec: unknown): Issue[] => {
  const given = fieldOf(spec, "timeZone");
  if (typeof given !== "string" || isTimeZone(given)) return [];
  const issue = { path: ["spec", "timeZone"], message: `unknown time zone ${quote(given)}` };
  const suggestion = nearest(given, timeZones());
  return [
    suggestion === undefined
      ? { ...issue, message: `${issue.message}; write an IANA name such as "Europe/Berlin"` }
      : { ...issue, suggestion },
  ];
};

const ofWindow = (raw: unknown, path: DocumentPath): Issue[] => {
  const [from, to] = [fieldOf(raw, "from"), fieldOf(raw, "to")];
  if (from === "24:00")
    return [
      { path: [...path, "from"], message: 'a window opens at "23:59" at the latest: write "00:00" of the next day' },
    ];
  if (typeof from !== "string" || from !== to) return [];
  return [
    {
      path: [...path, "to"],
      message: `opens and closes at ${quote(from)}: for the whole day write "00:00" to "24:00"`,
    },
  ];
};

/** Days of a month; a date without a year uses 2001, a common year, so that a yearly 29 February is reported. */
const daysIn = ({ year, month }: LocalDate) => new Date(Date.UTC(year ?? 2001, month, 0)).getUTCDate();
const ofDay = (date: LocalDate, path: DocumentPath): Issue[] => {
  if (date.day <= daysIn(date)) return [];
  const each = date.year === null ? "not every year has" : "there is no";
  return [{ path, message: `${each} day ${date.day} in month ${date.month}` }];
};
const orderOf = ({ year, month, day, minute }: LocalDate) => Date.UTC(year ?? 2001, month - 1, day) + minute * 60_000;
const ofFreeze = (raw: unknown, path: DocumentPath): Issue[] => {
  const [from, to] = (["from", "to"] as const).map((key) => {
    const text = fieldOf(raw, key);
    return typeof text === "string" ? toLocalDate(text, { end: key === "to" }) : null;
  });
  if (from == null || to == null) return [];
  const days = [...ofDay(from, [...path, "from"]), ...ofDay(to, [...path, "to"])];
  if (days.length > 0) return days;
  if ((from.year === null) !== (to.year === null))
    return [{ path: [...path, "to"], message: "give both ends a year, or neither: then it is frozen each year" }];
  if (from.year !== null && orderOf(to) <= orderOf(from))
    return [{ path: [...path, "to"], message: "ends before it begins" }];
  return [];
};

/** Issues of `spec` as written, in a schedule or a policy. */
export const windowIssues = (spec: unknown): Issue[] => [
  ...ofTimeZone(spec),
  ...entries(fieldOf(spec, "windows")).flatMap((raw, i) => ofWindow(raw, ["spec", "windows", i])),
  ...entries(fieldOf(spec, "freezes")).flatMap((raw, i) => ofFreeze(raw, ["spec", "freezes", i])),
];
