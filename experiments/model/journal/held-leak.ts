/**
 * Leak check of a HELD, computed from the events alone for `held-invariant.ts`: written apart from
 * `blast-radius/leak.ts`, with sums over a grid of rates and products over trials in place of the beta function, so that
 * an error in either shows in the other.
 */

import { type EdgeId, edgeEnds } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import type { RunEvent } from "../run/event.ts";
import { ofType } from "./held-participants.ts";

interface Second {
  readonly n: number;
  readonly bad: number;
}
type Passed = Extract<RunEvent, { type: "passed" }>;

/** `revertMs`: run time at which the faults were removed. */
export const leakViolations = (plan: Plan, events: readonly RunEvent[], revertMs: number): readonly string[] => {
  const { radius, limits } = plan;
  if (radius === undefined || limits.leak === "report") return [];
  const passed = ofType(events, "passed");
  const befores = passed.find(({ before }) => before !== undefined)?.before ?? [];
  const hit = ofType(events, "receipts").find(({ receipts }) => receipts.some(({ injected }) => injected > 0));
  const told = passed.slice(passed.findIndex(({ before }) => before !== undefined) + 1);
  const firstMs = (hit?.atMs ?? Number.POSITIVE_INFINITY) - 1_000;
  const live = told.filter(({ fromMs, toMs, stalled }) => fromMs >= firstMs && toMs <= revertMs && !stalled);
  const struck = plan.faults.flatMap(({ targets }) => targets.map(({ edge }) => edge));
  const outside = radius.edges.flatMap((edge, place) => {
    const may = radius.declared.find(({ service }) => service === edgeEnds(edge)[1])?.may;
    const before = befores.find((sums) => sums.edge === place);
    const isSame = (other: EdgeId) => callsOf(other) === callsOf(edge);
    const isInside = struck.some(isSame) || radius.path.some((way) => isSame(way.edge)) || may === "fail";
    return isInside || before === undefined || before.n === 0 ? [] : [{ edge, place, may, before }];
  });
  const streams = 2 * outside.length;
  return outside.flatMap(({ edge, place, may, before }) => {
    const { n, failed, quiet, slow } = before;
    const all = { n: n + (quiet?.n ?? 0), bad: failed + (quiet?.failed ?? 0) };
    const mine = live.filter(({ claimed = [], late = [] }) => ![...claimed, ...late].includes(place));
    const isFailing = isLeak(all, secondsOf(mine, place, 2), limits.harm.errors, streams);
    const isSlow =
      may === undefined &&
      slow !== undefined &&
      isLeak({ n: slow.timed, bad: slow.over }, secondsOf(mine, place, 3), 0.05, streams);
    return [...(isFailing ? [`errors leaked to ${edge}`] : []), ...(isSlow ? [`slowness leaked to ${edge}`] : [])];
  });
};

/** The calls of an edge, whichever of the two places counts them. */
const callsOf = (edge: EdgeId): string => edgeEnds(edge).join();
const secondsOf = (passed: readonly Passed[], place: number, column: 2 | 3): readonly Second[] =>
  passed.map(({ edges }) => {
    const row = edges.find(([edge]) => edge === place);
    const n = row?.[1] ?? 0;
    return { n, bad: Math.min(n, row?.[column] ?? 0) };
  });

/** Rate at which so few bad samples would have a chance of 0.005 / streams: by halving, with the terms added up. */
const greatestRate = ({ n, bad }: Second, streams: number): number => {
  if (bad >= n) return 1;
  const chanceAt = (rate: number): number => {
    let log = n * Math.log1p(-rate);
    let sum = Math.exp(log);
    for (let i = 1; i <= bad; i++) {
      log += Math.log((n - i + 1) / i) + Math.log(rate) - Math.log1p(-rate);
      sum += Math.exp(log);
    }
    return sum;
  };
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (chanceAt(middle) > 0.005 / streams) low = middle;
    else high = middle;
  }
  return high;
};

/** Rates over which the likelihood is averaged. */
const GRID = 400;
/** Difference that two ways to integrate may have; a leak within this slack is left to the state machine. */
const SLACK = 0.5;
const isLeak = (before: Second, seconds: readonly Second[], margin: number, streams: number): boolean => {
  const allowed = greatestRate(before, streams) + margin;
  const isDamaged = ({ n, bad }: Second) => bad > allowed * n;
  const busy = seconds.flatMap((second, at) => (second.n === 0 ? [] : [{ ...second, at }]));
  if (allowed >= 1 || busy.filter(isDamaged).length < 5) return false;
  const begins = busy.flatMap((second, i) => (i === 0 || (isDamaged(second) && !isDamaged(busy[i - 1]!)) ? [i] : []));
  return begins.some((from) =>
    busy.some((_, to) => to >= from + 4 && evidenceIn(busy.slice(from, to + 1)) >= Math.log(streams / 0.005) + SLACK),
  );

  function evidenceIn(part: readonly (Second & { readonly at: number })[]): number {
    if (part.filter(isDamaged).length < 5 || part.reduce((sum, { bad }) => sum + bad, 0) <= 20) return 0;
    const weighed = part.map(({ n, bad }) => ({ n: Math.min(n, 20), bad: bad * Math.min(1, 20 / n) }));
    const [n, bad] = [weighed.reduce((sum, one) => sum + one.n, 0), weighed.reduce((sum, one) => sum + one.bad, 0)];
    const mixed = mixtureOver(before, { n, bad }, margin);
    if (mixed === null) return 0;
    const mean = (bad + 0.5) / (n + 1);
    const spread = weighed.reduce((sum, one) => sum + (one.bad - (one.n * bad) / n) ** 2 / one.n, 0);
    const dispersion = Math.max(1, (spread / (mean * (1 - mean)) + 5) / (part.length - 1 + 5));
    const at = part[0]?.at ?? 0;
    return mixed / dispersion - Math.log((at + 1) * (at + 2));
  }
};

const logLikelihood = ({ n, bad }: Second, rate: number): number =>
  (bad === 0 ? 0 : bad * Math.log(rate)) + (n <= bad ? 0 : (n - bad) * Math.log(1 - rate));
/** ln of the mixture over both rates, less that of the likeliest pair without damage; null: the test's rate is no damage. */
const mixtureOver = (before: Second, during: Second, margin: number): number | null => {
  const [least, most] = [before.bad / before.n, during.bad / during.n - margin];
  const likely = (before.bad + 0.5) / (before.n + 1) + margin;
  if (most <= least || likely >= 1) return null;
  // Jeffreys' prior, trial by trial: the trials before determine the chance of each trial (Krichevsky and Trofimov).
  let jeffreys = 0;
  for (let i = 0; i < before.n; i++) {
    const alike = i < before.bad ? i : i - before.bad;
    jeffreys += Math.log((alike + 0.5) / (i + 1));
  }
  const rates = Array.from({ length: GRID }, (_, i) => likely + ((1 - likely) * (i + 0.5)) / GRID);
  const logs = rates.map((rate) => logLikelihood(during, rate));
  const greatest = Math.max(...logs);
  const mixed = greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0) / GRID);
  const harmless = Array.from({ length: GRID + 1 }, (_, i) => least + ((most - least) * i) / GRID);
  const likeliest = Math.max(
    ...harmless.map((rate) => logLikelihood(before, rate) + logLikelihood(during, rate + margin)),
  );
  return jeffreys + mixed - likeliest;
};
