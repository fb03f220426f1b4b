/** Words for the measured blast radius: the same in text, Markdown and the dashboard. */

import { type DamagePart, sayState } from "../blast-radius/service-state.ts";
import { spellEdge } from "../names.ts";
import { list, spellCount } from "../text/words.ts";
import { sayOffset } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";
import type { RadiusCounts, RadiusReport } from "./radius.ts";
import type { RunReport } from "./report.ts";

type Service = RadiusReport["services"][number];
export const damagePartOf = ({ state, leak, may, stop }: Service): DamagePart => ({
  ...{ leak, affected: state !== "contained" && may !== undefined, stop: stop ?? null },
});
/** `failing (leak)`, `slow (affected)`, `contained (timeout)`. */
export const sayDamage = (service: Service): string => sayState(service.state, damagePartOf(service));
/** From the beginning of `during`. */
export const sayDamagedSince = ({ spans }: RunReport, { sinceMs }: Service): string =>
  sayOffset(Math.max(0, sinceMs - (spans.during?.fromMs ?? 0)));

/** `3 affected, 1 contained, 0 leaks`; `2 affected, 0 contained, leak: inventory; 1 beyond, not proven`. */
export const sayCounts = ({ affected, contained, beyond, leaks }: RadiusCounts): string => {
  const leaked = leaks.length === 0 ? "0 leaks" : `leak: ${list(leaks)}`;
  return `${affected} affected, ${contained} contained, ${leaked}${beyond === 0 ? "" : `; ${beyond} beyond, not proven`}`;
};

const MOST = 5;
/**
 * Sentence on the edges where no damage could be seen, and on the share of errors from which damage was visible
 * elsewhere.
 */
export const sayRadiusCoverage = ({ beyond, measured, unseen }: RadiusReport): string => {
  if (beyond === 0) return "No edge lies beyond the declared blast radius.";
  const [dullest] = measured.toSorted((a, b) => b.detectable - a.detectable);
  const from =
    dullest === undefined
      ? ""
      : `, from ${formatShare(dullest.detectable)} errors on at the latest (${spellEdge(dullest.edge)})`;
  const some = unseen.slice(0, MOST).map(spellEdge);
  const rest = unseen.length > MOST ? ` and ${unseen.length - MOST} more` : "";
  const blind = unseen.length === 0 ? "" : ` Too little passed ${list(some)}${rest}.`;
  return `Leaks would show on ${measured.length} of ${spellCount(beyond, "edge")} beyond the declared radius${from}.${blind}`;
};
