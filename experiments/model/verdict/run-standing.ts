/** Standing of each expectation of a run, by the facts of the run. */

import { seriesOf } from "../evidence/tally.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import { sayBound } from "./bounds.ts";
import { duringSeries, marksOf } from "./counted-samples.ts";
import type { ExposureEvidence } from "./exposure.ts";
import type { Facts } from "./facts.ts";
import { type Standing, standingOf } from "./standing.ts";

/** Exchanges of each edge of the mesh, as recorded in the radius. */
const passedOf = ({ plan, radius }: Facts): ExposureEvidence["passed"] =>
  Object.fromEntries(
    (plan.radius?.edges ?? []).flatMap((edge, place) => {
      const before = radius.edges[place]?.before;
      const { n = 0, seconds = 0 } = radius.during[place] ?? {};
      return before === undefined ? [] : [[edge, { perSecond: before.perSecond, during: n, seconds }]];
    }),
  );

/** null: the expectation does not count in `during`. */
export const standIn = (run: Facts, expectation: PlannedExpectation): Standing | null =>
  expectation.objective.during === undefined
    ? null
    : standingOf(run.plan, expectation, {
        series: duringSeries(run, expectation),
        baseline: seriesOf(run.told, expectation.name, "baseline"),
        marks: marksOf(run, expectation),
        receipts: run.receipts,
        hits: run.hits,
        duringMs: run.spans.during?.fromMs ?? 0,
        passed: passedOf(run),
      });

/** Bound that the samples of a judged expectation show, with a leading space; empty for an `eventually`. */
export const boundIn = (
  run: Facts,
  expectation: PlannedExpectation,
  { exposure: { by, struck } }: Standing,
): string => {
  if (expectation.eventuallyMs !== null) return "";
  const bound = sayBound(duringSeries(run, expectation), by === "mark" || by === "agents" ? struck : null);
  return bound === "" ? "" : ` ${bound}`;
};
