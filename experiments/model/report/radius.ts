/**
 * Measured blast radius in a report: damaged services and since when, places where the damage stopped, leaks, and
 * edges without a measurement.
 */

import type { DeclaredDamage } from "../blast-radius/declared.ts";
import type { DamagedServiceFacts, Leak } from "../blast-radius/radius-facts.ts";
import type { EdgeId, ServiceName } from "../names.ts";
import type { Run } from "../run/run.ts";
import { radiusCoverage } from "../verdict/leaks.ts";

export interface RadiusReport {
  /**
   * Services in the order of the mesh, each in the worst state; times are run times. `may`: declared damage; absent:
   * none.
   */
  readonly services: readonly (DamagedServiceFacts & {
    readonly leak: boolean;
    readonly may?: DeclaredDamage["may"];
  })[];
  readonly leaks: readonly Pick<Leak, "service" | "edge" | "how" | "sinceMs" | "atMs" | "reason">[];
  /** Edges beyond the declared radius; `measured`: the least share of errors that would have been seen on each. */
  readonly beyond: number;
  readonly measured: readonly { readonly edge: EdgeId; readonly detectable: number }[];
  readonly unseen: readonly EdgeId[];
}

/** Counts of the report for a line of a list. `beyond`: damaged services that are not declared, without proof of a leak. */
export interface RadiusCounts {
  readonly affected: number;
  readonly contained: number;
  readonly beyond: number;
  readonly leaks: readonly ServiceName[];
}
/** Counts of a run; null: no exchange was hit, or the plan does not say which services are declared to be affected. */
export const countRadius = (run: Run): RadiusCounts | null => {
  const report = radiusReport(run);
  if (report === null) return null;
  const damaged = report.services.filter(({ state, leak }) => state !== "contained" && !leak);
  const affected = damaged.filter(({ may }) => may !== undefined).length;
  return {
    ...{ affected, beyond: damaged.length - affected, leaks: [...new Set(report.leaks.map(({ service }) => service))] },
    contained: report.services.filter(({ state, leak }) => state === "contained" && !leak).length,
  };
};

/** Report of a run; null: the plan does not say which services are declared to be affected, or no exchange was hit. */
export const radiusReport = (run: Run): RadiusReport | null => {
  const sight = radiusCoverage(run);
  const { plan, radius } = run;
  if (sight === null || plan.radius === undefined || radius.hitMs === null) return null;
  const leakedMs = (name: ServiceName) =>
    Math.min(
      Number.POSITIVE_INFINITY,
      ...radius.leaks.flatMap((leak) => (leak.service === name ? [leak.sinceMs] : [])),
    );
  const declared = new Map(plan.radius.declared.map(({ service, may }) => [service, may]));
  return {
    services: plan.radius.services.flatMap((name) => {
      const felt = radius.services[name];
      // A leak becomes certain some seconds after the begin of the damage.
      const since = Math.min(felt?.sinceMs ?? 0, leakedMs(name));
      const may = declared.get(name);
      return felt === undefined
        ? []
        : [
            {
              ...{ ...felt, sinceMs: since, leak: leakedMs(name) < Number.POSITIVE_INFINITY },
              ...(may === undefined ? {} : { may }),
            },
          ];
    }),
    leaks: radius.leaks.map(({ service, edge, how, sinceMs, atMs, reason }) => ({
      ...{ service, edge, how, sinceMs, atMs, reason },
    })),
    ...{ beyond: sight.of, measured: sight.measured, unseen: sight.unseen },
  };
};
