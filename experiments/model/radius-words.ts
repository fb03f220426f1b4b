/** Words for the measured blast radius: the same in text, Markdown and the dashboard. */
import { edgeEnds } from "./names.ts";
import type { RadiusReport } from "./radius-report.ts";
import type { RunReport } from "./report.ts";
import { formatShare } from "./units.ts";
import { list, spellCount, spellOffset } from "./words.ts";

type Service = RadiusReport["services"][number];
/** `failing (leak)`; `contains (timeout)`. */
export const sufferingOf = ({ state, leak, stop }: Service): string => {
  const more = leak ? "leak" : stop;
  return more === undefined ? state : `${state} (${more})`;
};
/** From the beginning of `during`. */
export const sufferingSince = ({ spans }: RunReport, { sinceMs }: Service): string =>
  spellOffset(Math.max(0, sinceMs - (spans.during?.fromMs ?? 0)));

const MOST = 5;
const arrow = (edge: string): string => edgeEnds(edge).join(" → ");
/** Where nothing could be seen, and from which share of errors on it could be seen elsewhere. */
export const radiusSight = ({ beyond, measured, unseen }: RadiusReport): string => {
  if (beyond === 0) return "No edge lies beyond the declared blast radius.";
  const [dullest] = measured.toSorted((a, b) => b.detectable - a.detectable);
  const from =
    dullest === undefined
      ? ""
      : `, from ${formatShare(dullest.detectable)} errors on at the latest (${arrow(dullest.edge)})`;
  const some = unseen.slice(0, MOST).map(arrow);
  const rest = unseen.length > MOST ? ` and ${unseen.length - MOST} more` : "";
  const blind = unseen.length === 0 ? "" : ` Too little passed ${list(some)}${rest}.`;
  return `Leaks would show on ${measured.length} of ${spellCount(beyond, "edge")} beyond the declared radius${from}.${blind}`;
};
