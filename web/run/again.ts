/** Request that repeats a run with the same seed, or the reason why no repeat is possible. Pure. */

import type { RunCreated } from "../../experiments/model/journal/journal.ts";
import type { HowMany } from "../../experiments/model/mesh/selector.ts";
import type { Callers } from "../../experiments/model/mesh/targets.ts";
import { edgeEnds } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { REDACTED } from "../../experiments/model/secrets/redact.ts";
import type { Api } from "../../server/contract/index.ts";

type Body = Api["POST /api/v1/runs"]["body"];
type Select = NonNullable<Body["select"]>;
export type Again = { readonly can: true; readonly body: Body } | { readonly can: false; readonly why: string };

const isShare = (many: HowMany): many is Extract<HowMany, { readonly share: number }> => "share" in many;
const spelled = (many: HowMany): number | string =>
  isShare(many) ? `${Number((many.share * 100).toFixed(9))}%` : many.count;
const amountOf = (many: HowMany): number => (isShare(many) ? many.share : many.count);

/** Selector that all callers of a service share; null: no single selector expresses the callers. */
const narrowing = (callers: readonly Callers[]): Select[string] | null => {
  const [first, ...rest] = callers;
  if (first === undefined) return {};
  const labels = Object.fromEntries(
    Object.entries(first.labels).filter(([key, value]) => rest.every((one) => one.labels[key] === value)),
  );
  const known = Object.keys(labels).length === 0 ? {} : { labels };
  const amounts = callers.flatMap(({ instances }) => instances ?? []);
  // Where a fault strikes all instances, only the file's own selectors narrowed the other faults.
  if (amounts.length < callers.length) return known;
  if (amounts.some((one) => isShare(one) !== isShare(amounts[0]!))) return null;
  const most = amounts.reduce((a, b) => (amountOf(a) >= amountOf(b) ? a : b));
  return { ...known, instances: spelled(most) };
};

/**
 * Selector of the struck instances, which the file does not hold: a run that an operator narrowed must not strike more
 * instances the second time. Repeating the file's own selectors is harmless. null: not expressible.
 */
const selectOf = ({ faults }: Plan): Select | null => {
  const targets = faults.flatMap((fault) => fault.targets);
  const select: Record<string, Select[string]> = {};
  for (const service of new Set(targets.map(({ edge }) => edgeEnds(edge)[0]))) {
    const mine = targets.filter(({ edge }) => edgeEnds(edge)[0] === service);
    if (mine.some(({ callers }) => callers === undefined)) continue;
    const one = narrowing(mine.map(({ callers }) => callers!));
    if (one === null) return null;
    if (Object.keys(one).length > 0) select[service] = one;
  }
  return select;
};

/** `version`: of the stored experiment that was run; null: the experiment came with the request. */
export const againOf = ({ plan, source, file, labels }: RunCreated, version: number | null): Again => {
  const hidden = JSON.stringify(source)?.includes(REDACTED) ?? true;
  if (hidden && version === null)
    return {
      can: false,
      why: "Secrets were redacted from the file as it was run, so it cannot be run again from here; run it again from where its variables are set.",
    };
  const select = selectOf(plan);
  if (select === null)
    return { can: false, why: "Its faults struck chosen instances in a way that cannot be asked for again." };
  const open = Object.entries(labels).filter((pair) => !pair.join().includes(REDACTED));
  const from = version === null ? { experiment: source } : { stored: { name: plan.experiment, version } };
  return {
    can: true,
    body: {
      ...from,
      ...{ file, seed: plan.seed, mode: plan.mode, labels: Object.fromEntries(open), static: plan.static ?? false },
      ...(Object.keys(select).length === 0 ? {} : { select }),
    },
  };
};
