/** Leaks as findings for the verdict, and the part of the mesh that was measured. */

import { detectableRate } from "../blast-radius/leak.ts";
import { leakable } from "../blast-radius/planned.ts";
import type { Leak } from "../blast-radius/radius-facts.ts";
import { type EdgeId, pairOf, spellEdge } from "../names.ts";
import { list, spellCount } from "../text/words.ts";
import { sayOffset } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./verdict.ts";

const ABOUT_LEAKS: readonly Finding["because"][] = ["leak", "unclaimed-damage"];
/** Leaks that have no finding yet; none where the file sets `limits.leak: report`. */
export const freshLeaks = ({ plan, radius, findings }: Facts): readonly Leak[] =>
  plan.mode !== "full" || plan.limits.leak === "report"
    ? []
    : radius.leaks.slice(findings.filter(({ because }) => ABOUT_LEAKS.includes(because)).length);

export const leakFindings = (run: Facts): readonly Finding[] =>
  freshLeaks(run).map((leak) => ({ ...verdictOn(run, leak), sequence: run.sequence }));
const verdictOn = ({ spans }: Facts, { reason, sinceMs, unclaimed }: Leak): Omit<Finding, "sequence"> => {
  const since = `${reason}, since ${sayOffset(Math.max(0, sinceMs - (spans.during?.fromMs ?? 0)))}.`;
  return unclaimed === undefined
    ? { verdict: "BROKEN", because: "leak", reason: since }
    : {
        verdict: "HALTED",
        because: "unclaimed-damage",
        reason: `Several runs had live faults, and none declares this: ${since}`,
      };
};

/** Coverage: the measured part of the edges that could leak; the two places of a pair count as a single edge. */
export interface RadiusCoverage {
  /** Edges beyond the radius. */
  readonly of: number;
  readonly measured: readonly { readonly edge: EdgeId; readonly detectable: number }[];
  readonly unseen: readonly EdgeId[];
}
/** null: leaks were not judged. */
export const radiusCoverage = ({ plan, radius }: Facts): RadiusCoverage | null => {
  const { radius: planned } = plan;
  if (planned === undefined) return null;
  const beyond = [...leakable({ ...plan, radius: planned }).keys()];
  const places = new Map(planned.edges.map((edge, place) => [edge, place]));
  const seen = new Map<EdgeId, RadiusCoverage["measured"][number]>();
  for (const edge of beyond) {
    const test = radius.edges[places.get(edge) ?? -1]?.tests.failed;
    const detectable = test === undefined ? null : detectableRate(test);
    const other = seen.get(pairOf(edge));
    if (detectable !== null && (other === undefined || detectable < other.detectable))
      seen.set(pairOf(edge), { edge, detectable });
  }
  const outside = new Set(beyond.map(pairOf));
  // An unseen pair is named by an edge that the mesh has.
  const unseen = [...outside].flatMap((pair) =>
    seen.has(pair) ? [] : [beyond.find((edge) => pairOf(edge) === pair)!],
  );
  return { of: outside.size, measured: [...seen.values()], unseen };
};

/**
 * Sentence for HELD: the number of edges on which damage could be seen, and the edges where only great damage could; ""
 * where leaks were not judged.
 */
export const sayCoverage = (run: Facts): string => {
  const sight = radiusCoverage(run);
  if (sight === null || sight.of === 0) return "";
  const { of, measured } = sight;
  const [dullest] = measured.toSorted((a, b) => b.detectable - a.detectable);
  const told = `Radius measured on ${measured.length} of ${spellCount(of, "edge")}`;
  if (dullest === undefined) return ` ${told}.`;
  return ` ${told}; below ${formatShare(dullest.detectable)} errors nothing could be seen on ${spellEdge(dullest.edge)}.`;
};
/**
 * Reason for `limits.leak: require`: an edge that could leak and was not measured; null: there is none, or the limit is
 * not `require`.
 */
export const unseenReason = (run: Facts): string | null => {
  const { unseen = [] } = run.plan.limits.leak === "require" ? (radiusCoverage(run) ?? {}) : {};
  if (unseen.length === 0) return null;
  const edges = list(unseen.slice(0, 5).map(spellEdge));
  const more = unseen.length > 5 ? ` and ${unseen.length - 5} more` : "";
  return `limits.leak: require, but too little passed ${edges}${more} to see damage there: give them traffic, or a longer baseline.`;
};
